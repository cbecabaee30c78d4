"""The name of a file that somebody brought: what is left of it stands in addresses, in Markdown and on any disk."""

import re
import unicodedata

from .plain_text import calm_marks

LONGEST = 80  # characters, with the ending; in UTF-8 less than the 255 bytes of most disks

_FOLDERS = re.compile(r".*[/\\]", re.S)
_DASHES = re.compile(r"[-\s]*-[-\s]*")
_DOTS = re.compile(r"\.{2,}")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.I)  # no file of Windows can be called so
_JOINTS = "._+-"


def ending_of(name: str) -> str:
    """What the name claims to be, in small letters and without the dot: "pdf"."""
    stem, dot, ending = _base(name).rpartition(".")
    return ending.strip().lower() if dot and stem else ""


def clean_name(name: str, ending: str) -> str:
    """A name of letters, digits and `._+-` that ends in `.ending`, whatever it was (ABUSE E72)."""
    base = _base(name)
    stem = base.rpartition(".")[0] or base
    kept = "".join(char if _is_kept(char) else "-" for char in unicodedata.normalize("NFC", stem))
    kept = _DOTS.sub(".", _DASHES.sub("-", calm_marks(kept)))
    kept = _beginning(kept[: LONGEST - len(ending) - 1])
    if _DEVICES.match(kept):
        kept = f"file-{kept}"[: LONGEST - len(ending) - 1]
    return f"{kept or 'file'}.{ending}"


def _base(name: str) -> str:
    return _FOLDERS.sub("", name[-500:])


def _is_kept(char: str) -> bool:
    """Letters, their marks and numbers of any script; nothing that is invisible or turns the direction."""
    return unicodedata.category(char)[0] in "LMN" or char in _JOINTS


def _beginning(stem: str) -> str:
    """From the first letter or digit on: a dot would hide the file, and a mark needs a letter under it."""
    first = next((at for at, char in enumerate(stem) if unicodedata.category(char)[0] in "LN"), len(stem))
    return stem[first:].rstrip(_JOINTS)
