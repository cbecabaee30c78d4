"""Everything about ideas as CSV or JSON, piece by piece: what is read at once is a batch, whatever their number.

The CSV is what `import_ideas --format csv` reads; the JSON has features and releases besides.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet

from community.conversations.models import Reply
from community.feedback.models import Item, State, Vote
from community.feedback.places import Audience
from community.lib.csv_files import safe
from roadmap.features.models import Feature, Part
from roadmap.ideas.models import Idea, Importance, Merge, OnBehalf
from roadmap.releases.models import Entry, Release

BATCH = 300
MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_JOINED = {"labels": ", ", "voter_email": "|", "companies": "|", "features": "|", "releases": "|"}
COLUMNS = (
    "id", "title", "markdown", "status", "votes", "votes_of_members", "labels", "area", "language", "visibility",
    "state", "created", "url", "author_name", "author_email", "answer", "answered", "answerer_email", "duplicate_of",
    "voter_email", "companies", "features", "releases",
)  # fmt: skip
Found = dict[int, list[Any]]


def export_of(format: str) -> Iterator[str]:
    """The file, in pieces; `format` is a key of MEDIA."""
    return _as_csv() if format == "csv" else _as_json()


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, words: str) -> str:
        return words


def _as_csv() -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # by which spreadsheets know that it is UTF-8
    yield str(writer.writerow(COLUMNS))
    for record in ideas():
        row = [_JOINED[name].join(record[name]) if name in _JOINED else record[name] for name in COLUMNS]
        yield str(writer.writerow([safe("" if cell is None else cell) for cell in row]))


def _as_json() -> Iterator[str]:
    before = "{"
    for name, records in (("ideas", ideas()), ("features", features()), ("releases", releases())):
        yield f'{before}"{name}": ['
        between = "\n"
        for record in records:
            yield between + json.dumps(record, ensure_ascii=False, default=str)
            between = ",\n"
        yield "]"
        before = ",\n"
    yield "}\n"


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """By rising id, without OFFSET."""
    after = 0
    while batch := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield batch
        after = batch[-1].pk


def ideas() -> Iterator[dict[str, Any]]:
    """All that were ever shown, with those who voted."""
    shown = Idea.objects.exclude(item__state__in=[State.REMOVED, State.DRAFT, State.SCHEDULED])
    for batch in _batches(shown.select_related("item__author", "item__place", "stage")):
        ids = [idea.pk for idea in batch]
        around = {name: find(ids) for name, find in _AROUND.items()}
        for idea in batch:
            yield _record(idea, {name: found[idea.pk] for name, found in around.items()})


def _record(idea: Idea, around: dict[str, list[Any]]) -> dict[str, Any]:
    item, author = idea.item, idea.item.author
    answer, answered, answerer = around["answers"][0] if around["answers"] else ("", None, "")
    return {
        "id": item.pk, "title": item.title, "markdown": item.body, "status": idea.stage.slug, "votes": item.vote_count,
        "votes_of_members": item.vote_count - item.imported_votes, "labels": around["labels"],
        "area": item.place.slug if item.place else "", "language": item.language, "visibility": _readers(item),
        "state": item.state, "created": item.created_at.isoformat(), "url": item.path,
        "author_name": author.display_name if author else "", "author_email": (author.email if author else "") or "",
        "answer": answer, "answered": answered and answered.isoformat(), "answerer_email": answerer or "",
        "duplicate_of": around["merges"][0] if around["merges"] else None,
        "voter_email": [vote["email"] for vote in around["voters"] if vote["email"]], "voters": around["voters"],
        "companies": sorted({vote["company"] for vote in around["voters"] if vote["company"]}),
        "features": around["features"], "releases": around["releases"],
    }  # fmt: skip


def _readers(item: Item) -> str:
    """So that an import elsewhere shows it to no more people: what an area restricts, as "group", or for staff."""
    if item.state in (State.HELD, State.HIDDEN):
        return Item.Visibility.STAFF
    said, audience = Item.Visibility(item.visibility), item.place.audience if item.place else Audience.PUBLIC
    if audience == Audience.PUBLIC:
        return said
    if audience == Audience.MEMBERS:
        return Item.Visibility.MEMBERS if said == Item.Visibility.PUBLIC else said
    is_all_of_it = said in (Item.Visibility.PUBLIC, Item.Visibility.MEMBERS)
    return Item.Visibility.GROUP if is_all_of_it else Item.Visibility.STAFF


def _voters(ids: list[int]) -> Found:
    votes = Vote.objects.filter(item__in=ids).order_by("pk").select_related("member__company", "company")
    said = {one.vote_id: one for one in Importance.objects.filter(vote__item__in=ids)}
    taken = {one.vote_id: one for one in OnBehalf.objects.filter(vote__item__in=ids)}
    found: Found = defaultdict(list)
    for vote in votes:
        found[vote.item_id].append(_voter(vote, said.get(vote.pk), taken.get(vote.pk)))
    return found


def _voter(vote: Vote, said: Importance | None, taken: OnBehalf | None) -> dict[str, str]:
    member = vote.member
    company = vote.company or (member.company if member else None)
    level, why = (said.level, said.why) if said else (taken.level, taken.why) if taken else ("", "")
    return {
        "handle": member.handle if member else "", "email": (member.email if member else "") or "",
        "company": company.name if company else "", "at": vote.created_at.isoformat(),
        "importance": level, "why": why, "on_behalf": taken.source if taken else "",
        "person": taken.person if taken else "", "reference": taken.reference if taken else "",
    }  # fmt: skip


def _answers(ids: list[int]) -> Found:
    """The answer that came with the last move; where none did, the last official reply."""
    official = Reply.objects.filter(about__in=ids, is_official=True, item__state=State.VISIBLE).order_by("-number")
    rows = official.values_list("about_id", "item__body", "item__created_at", "item__author__email")
    return _gathered(rows)


def _gathered(rows: Any) -> Found:
    found: Found = defaultdict(list)
    for item, *rest in rows:
        found[item].append(tuple(rest) if len(rest) > 1 else rest[0])
    return found


_AROUND: dict[str, Callable[[list[int]], Found]] = {
    "voters": _voters,
    "answers": _answers,
    "labels": lambda ids: _gathered(
        Item.labels.through.objects.filter(item__in=ids).order_by("label__name").values_list("item_id", "label__name")
    ),
    "merges": lambda ids: _gathered(
        Merge.objects.filter(source__in=ids, undone_at=None).values_list("source_id", "target_id")
    ),
    "features": lambda ids: _gathered(
        Feature.objects.filter(ideas__in=ids).order_by("pk").values_list("ideas", "item__title")
    ),
    "releases": lambda ids: _gathered(
        Entry.objects.filter(ideas__in=ids).order_by("pk").values_list("ideas", "release__item__title")
    ),
}


def features() -> Iterator[dict[str, Any]]:
    shown = Feature.objects.exclude(item__state=State.REMOVED).select_related("item__place", "stage", "owner")
    for batch in _batches(shown):
        rows = Part.objects.filter(feature__in=[one.pk for one in batch]).order_by("pk")
        parts = _gathered(rows.values_list("feature_id", "idea_id"))
        for one in batch:
            item = one.item
            yield {
                "id": item.pk, "title": item.title, "markdown": item.body, "why": one.why, "status": one.stage.slug,
                "area": item.place.slug if item.place else "", "visibility": item.visibility, "horizon": one.horizon,
                "precision": one.precision,
                "due_on": one.due_on, "confidence": one.confidence,
                "progress": one.progress, "owner": one.owner.handle if one.owner else "", "notes": one.notes,
                "url": item.path, "created": item.created_at.isoformat(), "ideas": parts[one.pk],
            }  # fmt: skip


def releases() -> Iterator[dict[str, Any]]:
    shown = Release.objects.exclude(item__state=State.REMOVED).select_related("item")
    for batch in _batches(shown.prefetch_related("entries__features", "entries__ideas", "entries__area")):
        for one in batch:
            yield {
                "id": one.pk, "title": one.item.title, "markdown": one.item.body, "url": one.item.path,
                "published": one.published_at and one.published_at.isoformat(),
                "entries": [_entry(entry) for entry in one.entries.all()],
            }  # fmt: skip


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind, "title": entry.title, "markdown": entry.body, "area": entry.area.slug if entry.area else "",
        "features": [feature.pk for feature in entry.features.all()], "ideas": [idea.pk for idea in entry.ideas.all()],
    }  # fmt: skip
