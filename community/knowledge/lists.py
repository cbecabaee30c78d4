"""Lists of articles: each once, in the language that its reader knows best."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from community.feedback.models import Item, ItemQuerySet, Label
from community.feedback.places import Place
from community.knowledge.dressing import summary
from community.knowledge.languages import best, chain, name_of
from community.knowledge.models import Article, Highlight
from community.lib import paging
from community.lib.literals import Literal
from community.lib.times import Moment, moment
from community.members.requests import Request

SIZE = 30
FEATURED = 6
PINNED = 20
LABELLED = 5
BY_HAND = (("article__rank", int), ("pk", int))
_IS_ARTICLE = Q(kind=Literal(Article.KIND))
BEGINNING = 1_200  # characters of HTML


@dataclass(frozen=True)
class Row:
    url: str
    title: str
    summary: str
    language: str
    foreign: str  # the name of its language, where it is not the reader's
    is_pinned: bool
    at: Moment


@dataclass(frozen=True)
class ArticleList:
    rows: list[Row]
    after: str | None


def originals(request: Request) -> ItemQuerySet:
    """Those that are no translations, as far as the reader may read them."""
    return _without_words(Item.objects.visible_to(request.user).listed().filter(_IS_ARTICLE, article__original=None))


def _without_words(items: ItemQuerySet) -> ItemQuerySet:
    """With the beginning of each, which is all that a row shows."""
    begun = items.select_related("article").without_words()
    return begun.annotate(beginning=Substr("html", 1, BEGINNING))


def featured(request: Request) -> list[Row]:
    """Two queries, for however many."""
    chosen = among(Highlight.objects.filter(is_featured=True).order_by("-at"), originals(request), most=FEATURED)
    return rows_of(list(_without_words(chosen).order_by("-article__highlight__at")), request)


def among(few: QuerySet[Any], items: ItemQuerySet, *, most: int | None = None) -> ItemQuerySet:
    """The first of a few rows, which go by the id of an article, that are among these many items.

    SQLite, which knows no numbers of rows, would else list all that anybody may read, and look for the few among them.
    """
    found = few.filter(Exists(items.filter(pk=OuterRef("pk"))))
    return Item.objects.filter(pk__in=found.values("pk")[:most])


def in_section(request: Request, place: Place, after: str) -> ArticleList:
    """In the order that staff made, else what is pinned first, then what was changed last. Three queries at most."""
    found = originals(request).filter(place=place)
    if place.section.is_by_hand:
        page = paging.page(found, BY_HAND, after, SIZE)
        return ArticleList(rows_of(page.rows, request), page.after)
    pinned = _pinned(found) if not after else []
    rest = found.filter(article__highlight=None)
    page = paging.page(rest, [("active_at", datetime), ("pk", int)], after, SIZE)
    return ArticleList(rows_of([*pinned, *page.rows], request, pinned=len(pinned)), page.after)


def _pinned(found: ItemQuerySet) -> list[Item]:
    chosen = among(Highlight.objects.order_by("at"), found, most=PINNED)
    return list(_without_words(chosen).order_by("article__highlight__at"))


def labelled(label: Label, request: Request) -> dict[str, object] | None:
    """The latest with this label, for its page. One query: each language has the labels of its original."""
    languages = chain(request)
    visible = Item.objects.visible_to(request.user).listed().filter(_IS_ARTICLE, labels=label)
    readable = visible.filter(Q(language__in=languages) | Q(article__original=None)).order_by("-active_at", "-pk")
    families: dict[int, list[Item]] = {}
    for one in _without_words(readable)[: LABELLED * 4]:
        families.setdefault(one.article.original_id or one.pk, []).append(one)
    shown = [best(family, languages) for family in list(families.values())[:LABELLED]]
    rows = [_row(one, languages[0], is_pinned=False) for one in shown]
    return {"template": "knowledge/_labelled.html", "rows": rows, "label": label} if rows else None


def rows_of(items: Sequence[Item], request: Request, *, pinned: int = 0) -> list[Row]:
    """A row for each original, of itself or its best translation. One query."""
    languages = chain(request)
    others: dict[int, list[Item]] = {}
    translations = Article.objects.filter(original__in=[one.pk for one in items], language__in=languages)
    visible = among(translations, Item.objects.visible_to(request.user).listed())
    for one in _without_words(visible) if items else ():
        others.setdefault(one.article.original_id or 0, []).append(one)
    shown = [best([one, *others.get(one.pk, ())], languages) for one in items]
    return [_row(one, languages[0], is_pinned=place < pinned) for place, one in enumerate(shown)]


def _row(item: Item, language: str, *, is_pinned: bool) -> Row:
    return Row(
        url=item.path,
        title=item.title,
        summary=summary(item.beginning, 160),  # type: ignore[attr-defined]
        language=item.language,
        foreign="" if item.language[:2] == language else name_of(item.language),
        is_pinned=is_pinned,
        at=moment(item.active_at),
    )
