"""What an import reads, whatever it was written in."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from django.utils.dateparse import parse_date, parse_datetime

from community.feedback.models import Visibility
from community.knowledge.import_articles.files import Folder

LONGEST_ID = 120  # characters, as Item keeps it
LONGEST_PATH = 300
# What PostgreSQL or UTF-8 cannot hold; JSON can say it.
_NEVER = re.compile("[\x00\ud800-\udfff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})?", re.I)


class ImportRefused(ValueError):
    """Carries a sentence that says what is wrong with what was given, and what to do."""


@dataclass(frozen=True, slots=True)
class SectionWords:
    """A section as it was called over there. `key` tells it from the others of the same import."""

    key: str
    name: str = ""
    description: str = ""
    slug: str = ""
    order: int = 0
    parent: "SectionWords | None" = None

    def __post_init__(self) -> None:
        for name in ("key", "name", "description", "slug"):
            object.__setattr__(self, name, storable(getattr(self, name)))


@dataclass(slots=True)
class Brought:
    """One article in one language. Its words are made only where somebody asks for them."""

    external_id: str
    title: str  # "" where it came without one
    said: str  # as it was written
    to_markdown: Callable[[str], str]
    language: str = ""  # "" where it does not say
    original: str = ""  # the external id of what it translates
    section: SectionWords | None = None
    labels: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()  # paths under which it was found before
    created_at: datetime | None = None
    updated_at: datetime | None = None
    visibility: str = Visibility.PUBLIC
    is_draft: bool = False
    is_featured: bool = False
    is_out_of_date: bool = False  # of a translation
    version: str = ""
    folder: Folder | None = None  # that pictures, files and other articles are named from
    name: str = ""  # by which others in the same folder name it
    host: str = ""  # of its old address

    def __post_init__(self) -> None:
        """Title and words are cleaned where they are made, and that is told."""
        self.labels = tuple(filter(None, map(storable, self.labels)))
        self.addresses = tuple(map(storable, self.addresses))
        self.version = storable(self.version)

    @property
    def digest(self) -> str:
        """Another one where anything came otherwise than the last time."""
        told = [
            self.title, self.said, self.language, self.labels, self.addresses, self.is_draft, self.is_out_of_date,
            self.version, self._files(),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()[:32]

    def _files(self) -> list[tuple[str, str]]:
        """A picture that was replaced changes the article too."""
        named = self.folder.named_in(self.said) if self.folder else {}
        return sorted((name, hashlib.sha256(path.read_bytes()).hexdigest()) for name, path in named.items())


def storable(words: str) -> str:
    return _NEVER.sub("", words)


def host_of(address: str) -> str:
    """The host of an old address; "" where it has none, or is no address."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def external_id(words: object) -> str:
    """An id of over there, as we can keep it."""
    said = storable(str(words))
    if len(said) <= LONGEST_ID:
        return said
    return f"{said[:80]}#{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def language_of(words: object) -> str:
    """`en-US` → `en-us`; "" for what is no code of a language."""
    said = str(words or "").strip()
    return said.replace("_", "-").lower()[:10] if _LANGUAGE.fullmatch(said) else ""


def moment(words: object) -> datetime | None:
    """A date or a moment as files write them; without a zone it is UTC."""
    said = str(words or "").strip()
    try:
        found = parse_datetime(said.replace(" UTC", "Z")) or None
        if found is None and (day := parse_date(said[:10])):
            found = datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError:
        return None
    if found is not None and found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return found


def old_path(address: str) -> str:
    """The path of an old address, as it is looked for: unquoted, without host, query and last slash; "" for none."""
    try:
        path = unquote(urlsplit(address.strip()).path)
    except ValueError:
        return ""
    path = "/" + path.strip("/")
    return path if 1 < len(path) <= LONGEST_PATH and "\x00" not in path else ""
