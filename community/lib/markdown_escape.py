"""Writing plain text, code and addresses so that Markdown reads them back unchanged, and people still can."""

import re

_INLINE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])"
    r"|`"
    r"|\*(?=\S)|(?<=\S)\*"
    r"|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)"
    r"|~(?=~)"
    r"|(?<=\])[(:\[]"
    r"|<(?=[A-Za-z][\w.+-]*[:@])"
    r"|&(?=#?\w{1,32};)"
)
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|[-=_*]{2,}\s*$|~~~|\|)", re.M)
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)", re.M)
_BACKTICKS = re.compile(r"`+")
_BARE = re.compile(r"https?://[^\s<>\"\\^`{|}()*_~\[\]]*[\w/=#&%-]")


def escape_words(text: str) -> str:
    """Words inside a paragraph: `snake_case` and `a * b` stay as they are."""
    return _INLINE.sub(r"\\\g<0>", text)


def escape_line_starts(paragraph: str) -> str:
    """A line that begins with `#`, `-` or `1.` is still words."""
    return _NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", paragraph))


def inline_code(code: str) -> str:
    code = " ".join(code.split("\n"))
    if not code.strip():
        return code
    fence = "`" * (_longest_backticks(code) + 1)
    pad = " " if code[0] in "` " or code[-1] in "` " else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def fenced_code(code: str, language: str = "") -> str:
    fence = "`" * max(3, _longest_backticks(code) + 1)
    return f"{fence}{language}\n{code.strip(chr(10))}\n{fence}"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _longest_backticks(code: str) -> int:
    return max(map(len, _BACKTICKS.findall(code)), default=0)


def link(label: str, address: str) -> str:
    """`[label](address)`; the label is Markdown already, the address is not."""
    label = " ".join(label.split())
    address = re.sub(r"\s", "%20", address.strip())
    if not address:
        return label
    if any(sign in address for sign in "()<>"):
        address = f"<{address.replace('<', '%3C').replace('>', '%3E')}>"
    return f"[{label}]({address})"


def is_bare(address: str) -> bool:
    """Whether the address alone, between spaces, becomes a link to itself."""
    return _BARE.fullmatch(address) is not None
