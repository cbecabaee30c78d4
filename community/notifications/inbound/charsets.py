"""Bytes of a mail as words, whatever their label says."""

import codecs
import re

# What mail programs write that Python has under another name, or whose superset they mean: Outlook's "ks_c_5601" is
# Windows' own Korean, and a label of Latin 1 is as good as never Latin 1 where the two differ.
_MEANT = {
    "windows-874": "cp874", "tis-620": "cp874", "iso-8859-11": "cp874", "x-windows-874": "cp874",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "x-windows-949": "cp949",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "x-sjis": "cp932", "shift_jis": "cp932", "cp-850": "cp850",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-6-i": "iso-8859-6", "x-mac-roman": "mac-roman", "unicode": "utf-16",
}  # fmt: skip
# What old programs write in the languages of the site, where neither the label nor UTF-8 fits.
_OF_LANGUAGE = {"th": "cp874", "pl": "cp1250", "ar": "cp1256", "ko": "cp949"}
# Labels that tell nothing: what many programs write without looking.
_UNKNOWN = ("", "us-ascii", "ascii", "iso-8859-1", "latin1", "unknown-8bit", "x-unknown", "8bit", "default", "binary")
_NO_WORDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def decoded(content: bytes, label: str, language: str) -> str:
    """The words, without what no database holds; never fails. `language` is that of the writer."""
    label = label.strip().strip("\"'").lower()
    for charset in _candidates(content, label, language):
        try:
            return clean(content.decode(charset))
        except (UnicodeError, LookupError):
            continue
    return clean(content.decode("utf-8", "replace"))


def clean(words: str) -> str:
    """Without control characters and halves of letters, and with one sort of line ends."""
    return _NO_WORDS.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))


def _candidates(content: bytes, label: str, language: str) -> list[str]:
    """In the order of trust. Text that is valid UTF-8 beyond ASCII is nothing else by chance."""
    said = _MEANT.get(label, label)
    own = [_OF_LANGUAGE[language]] if language in _OF_LANGUAGE else []
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if content.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    if label in _UNKNOWN or not _is_text_codec(said):
        return ["utf-8", *own, "cp1252"]
    if said.replace("_", "-") in ("utf-8", "utf8"):
        return ["utf-8", *own, "cp1252"]
    return [said, "utf-8", *own, "cp1252"]


def _is_text_codec(name: str) -> bool:
    """`zlib` and `rot13` are codecs too, and no charset of a mail."""
    try:
        return codecs.lookup(name)._is_text_encoding  # type: ignore[attr-defined, no-any-return]
    except (LookupError, ValueError):
        return False
