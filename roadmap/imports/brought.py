"""What an import reads, whatever it was written in: ideas, who voted for them and what was said below them."""

import hashlib
import re
from dataclasses import dataclass, field

from community.lib.csv_files import FileRefused

__all__ = ["Brought", "FileRefused", "Said", "Voter", "key_of"]

LONGEST_ID = 100  # characters: Item keeps 120, with a word before it
_NEVER = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL or UTF-8 cannot hold


@dataclass(slots=True)
class Brought:
    """One idea. Times are ISO 8601, "" where the file has none; `line` is where it stands in the file."""

    key: str
    line: int
    title: str = ""
    text: str = ""
    is_markdown: bool = False  # else HTML where it looks like it
    status: str = ""  # as they call it
    votes: int = 0  # as they counted them
    labels: list[str] = field(default_factory=list)
    author: str = ""  # e-mail address
    created: str = ""
    area: str = ""
    readers: str = ""  # who may read it, as the file says
    answer: str = ""  # of staff, in public
    answered: str = ""
    answerer: str = ""  # e-mail address
    duplicate_of: str = ""  # key


@dataclass(slots=True)
class Voter:
    email: str  # "" where only that somebody voted is known
    at: str = ""


@dataclass(slots=True)
class Said:
    """A reply below an idea."""

    key: str
    text: str
    author: str = ""
    at: str = ""


def storable(words: object) -> str:
    return _NEVER.sub("", str(words))


def key_of(words: object) -> str:
    """What tells an idea of over there from the others, as we can keep it."""
    said = storable(words).strip()
    if len(said) <= LONGEST_ID:
        return said
    return f"{said[:60]}#{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def external_id(key: str) -> str:
    return f"idea:{key}"


def external_id_of_answer(key: str, number: int = 1) -> str:
    """Of the first answer of staff, or of a later one."""
    return f"answer{number if number > 1 else ''}:{key}"


def external_id_of_reply(key: str) -> str:
    return f"reply:{key}"
