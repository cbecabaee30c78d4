"""The page of results: rows with their words marked, people and labels, and what to do when there are none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Q, Value
from django.utils.safestring import SafeString

from community.feedback.models import Label
from community.lib.text import analyse
from community.lib.times import Moment, moment
from community.members.models import Member
from community.members.requests import Request
from community.search.find import Found, Hit, find
from community.search.grammar import Asked
from community.search.languages import language_of, languages_of
from community.search.learned import told
from community.search.models import kinds
from community.search.snippets import marked, snippet

SIZE = 20
MOST_SHOWN = 40  # the best of them; who finds nothing among these asks otherwise
BESIDE = 8  # people and labels together
MOST_NAMES = 3  # words: what is longer is no name of anybody


@dataclass(frozen=True)
class Row:
    url: str
    title: SafeString
    snippet: SafeString
    icon: str
    is_solved: bool
    is_part: bool  # what was found hangs on the item: a reply
    author: str
    place: str
    at: Moment


@dataclass(frozen=True)
class Results:
    rows: list[Row]
    is_nearest: bool  # nothing has all that was asked for, these come near
    meant: str  # the query without its typing errors, where there are any
    next_page: int
    people: list[tuple[str, str]] = field(default_factory=list)  # (name, url)
    labels: list[tuple[str, str]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)  # search.learned.told


def results(request: Request, asked: Asked, query: str, page: int) -> Results:
    """Six queries; two more when nothing has all that was asked for."""
    given = (asked.filters.get("language", ""), request.LANGUAGE_CODE, request.site.language)
    languages = languages_of(asked.text, *given)
    here = slice((page - 1) * SIZE, page * SIZE)
    found = find(asked, request.user, languages, shown=here)
    is_nearest = found.is_weak
    if not found.hits and (asked.phrases or asked.filters or asked.without) and asked.text:
        found = find(Asked(asked.text), request.user, languages, shown=here)
    shown = found.hits[here]
    rows = [_row(hit, found, languages) for hit in shown if hit.item_id in found.items and hit.part_id in found.items]
    is_plain = page == 1 and not asked.filters and 0 < len(asked.text.split()) <= MOST_NAMES
    people, labels = _beside(asked.text) if is_plain else ([], [])
    next_page = page + 1 if len(found.hits) > page * SIZE and page * SIZE < MOST_SHOWN else 0
    language = language_of(asked.text, request.LANGUAGE_CODE)
    row = told(asked.text, language, 0 if is_nearest else len(found.hits), found.terms)
    return Results(rows, is_nearest, _meant(query, found), next_page, people, labels, row)


def _row(hit: Hit, found: Found, languages: Sequence[str]) -> Row:
    item, part = found.items[hit.item_id], found.items[hit.part_id]
    kind = kinds.get(item.kind)
    known = (*languages, item.language)
    return Row(
        url=part.get_absolute_url(),
        title=marked(item.title, found.sought, known),
        snippet=snippet(part.html, found.sought, known),
        icon=kind.icon if kind else "chat",
        is_solved=item.pk in found.trusted,
        is_part=part.pk != item.pk,
        author=part.author.display_name if part.author else "",
        place=item.place.local_name if item.place else "",
        at=moment(part.created_at),
    )


def _beside(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Members whose name begins so, and labels that are called so. One query."""
    wanted = text.strip()[:60].removeprefix("@")
    people = Member.objects.filter(
        Q(handle__startswith=wanted.lower()) | Q(name__istartswith=wanted), is_active=True
    ).order_by()
    labels = Label.objects.filter(Q(name__icontains=wanted) | Q(slug=wanted.lower())).order_by()
    member = people.annotate(what=Value("member", CharField())).values_list("what", "name", "handle")
    label = labels.annotate(what=Value("label", CharField())).values_list("what", "name", "slug")
    found = list(label.union(member, all=True)[:BESIDE])
    return (
        [(name or handle, f"/members/{handle}/") for what, name, handle in found if what == "member"],
        [(name, f"/labels/{slug}/") for what, name, slug in found if what == "label"],
    )


def _meant(query: str, found: Found) -> str:
    """The query as it was typed, with the likeliest word in the place of each mistyped one."""
    if not found.corrected:
        return ""
    words = query.split(" ")
    better = [found.corrected.get(analyse(word).words.strip("|"), [word])[0] for word in words]
    return " ".join(better) if better != words else ""
