"""The search as programs ask it."""

import re
from html import unescape

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema
from pydantic import Field

from community.lib.api import LIMIT, Language, Limit, whole
from community.lib.problems import Problem
from community.members.requests import Request
from community.search.find import Found, Hit, find, passages_of
from community.search.grammar import parse
from community.search.models import kinds
from community.search.results import languages_of
from community.search.snippets import snippet

router = Router(tags=["search"])
_MARKS = re.compile("</?mark>")


class SearchAsked(Schema):
    q: str = Field(description=gettext_noop("What is looked for, in the grammar of the search box."))
    language: Language = Field("", description=gettext_noop("Only what is written in this language, such as th."))
    kind: str = Field("", description=gettext_noop("Only what is of this kind, such as thread or article."))
    limit: Limit = LIMIT


class Result(Schema):
    id: int = Field(description=gettext_noop("The number of the item, the same in all of the API."))
    kind: str = Field(description=gettext_noop("What it is: thread, article…"))
    title: str
    url: str = Field(description=gettext_noop("Where people read it; that of the very reply, where one answers best."))
    snippet: str = Field(description=gettext_noop("The passage that answers best, as plain text."))
    snippet_html: str = Field(description=gettext_noop("The same as HTML, with what was looked for in <mark>."))
    score: float = Field(description=gettext_noop("Higher is better; only comparable within one answer."))
    language: str
    external_id: str | None = Field(description=gettext_noop("What it is called where it was imported from."))
    reply_id: int | None = Field(description=gettext_noop("The reply that answers best, where it is one."))


class Results(Schema):
    results: list[Result]


@router.get("", response=Results, summary=gettext_noop("Search everything that you may read, best first"))
def search(request: Request, asked: Query[SearchAsked]) -> Results:
    if asked.kind and asked.kind not in _found_kinds():
        known = ", ".join(_found_kinds())
        raise Problem(422, _("Nothing of this kind is searched. Use one of: %(kinds)s.") % {"kinds": known})
    query = parse(asked.q).narrowed({"language": asked.language, "kind": asked.kind})
    if not query.text and not query.filters:
        return Results(results=[])
    languages = languages_of(
        query.text, query.filters.get("language", ""), request.LANGUAGE_CODE, request.site.language
    )
    found = find(query, request.user, languages, shown=slice(0, asked.limit), load=passages_of)
    best = [hit for hit in found.hits[: asked.limit] if hit.item_id in found.items and hit.part_id in found.items]
    return Results(results=[_result(hit, found, languages) for hit in best])


def _found_kinds() -> list[str]:
    return [name for name, kind in kinds.items() if not kind.hangs_on_another]


def _result(hit: Hit, found: Found, languages: tuple[str, ...]) -> Result:
    item, part = found.items[hit.item_id], found.items[hit.part_id]
    marked = snippet(part.html, found.sought, (*languages, item.language))
    return Result(
        id=item.pk,
        kind=item.kind,
        title=item.title,
        url=whole(part.get_absolute_url()),
        snippet=unescape(_MARKS.sub("", marked)),
        snippet_html=marked,
        score=round(hit.score, 4),
        language=item.language,
        external_id=item.external_id,
        reply_id=part.pk if part.pk != item.pk else None,
    )
