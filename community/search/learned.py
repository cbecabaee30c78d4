"""Writing down how searches ended, for staff who write what is missing. Each is one row, however often it is told."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from community.feedback.models import Item
from community.members.cleaning import cleaners
from community.search.candidates import Known
from community.search.masking import masked, theme_of
from community.search.searches import Search, new_key

KEPT = timedelta(days=90)
SALT = "search"
GOOD_FOR = 3600  # seconds that a page of results may tell of itself


def told(text: str, language: str, results: int, terms: Iterable[Known] = ()) -> dict[str, Any]:
    """The row of a search, as it is written once somebody has seen its results."""
    said = masked(text)
    return {
        "key": new_key(), "text": said, "theme": theme_of(said, language, terms), "language": language,
        "results": results,
    }  # fmt: skip


def sealed(row: dict[str, Any], viewer: int | None) -> str:
    """The same for the page to hand back: nobody can make one up, nor hand in that of somebody else."""
    return signing.dumps(row, salt=f"{SALT}:{viewer or ''}")


def opened(seal: str, viewer: int | None) -> dict[str, Any] | None:
    try:
        row: dict[str, Any] = signing.loads(seal, salt=f"{SALT}:{viewer or ''}", max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return row


def note(row: dict[str, Any], *, source: str = Search.Source.PAGE, **ends: Any) -> None:
    """Write the row, or what became of it since."""
    if not row["text"]:
        return
    search, is_new = Search.objects.get_or_create(pk=row["key"], defaults={"source": source, **row, **ends})
    if ends and not is_new:
        Search.objects.filter(pk=search.pk).update(**ends)


def note_solved(key: int, title: str, language: str, item: Item, *, source: str = Search.Source.ASKING) -> None:
    """A question that was not asked, since this answered it: twice is once."""
    said = masked(title)
    row = {"key": key, "text": said, "theme": theme_of(said, language), "language": language, "results": 1}
    note(row, source=source, end=Search.End.SOLVED, solved_by=item)


def note_asked(key: int) -> None:
    """Whoever came from this search asked after all."""
    Search.objects.filter(pk=key, end="").update(end=Search.End.ASKED)


def withdraw(key: int) -> None:
    """It was not solved after all: nothing is counted."""
    Search.objects.filter(pk=key, source__in=(Search.Source.ASKING, Search.Source.BOX)).delete()


@cleaners.filler("searches")
def clean_searches() -> None:
    Search.objects.filter(on__lt=timezone.localdate() - KEPT).delete()
