"""Articles as programs read them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from community.feedback import directory
from community.feedback.api import Named, ids_inside
from community.feedback.models import Item, ItemQuerySet
from community.feedback.places import Place, Viewer
from community.knowledge.models import Article, Section
from community.lib import paging
from community.lib.api import NUMBER, Language, Paged, key_of, next_url, whole
from community.members.requests import Request

router = Router(tags=["articles"])
PATH = "/api/v1/articles"
KEY: list[tuple[str, type]] = [("created_at", datetime), ("pk", int)]


def in_utc(at: datetime) -> datetime:
    """A time without a zone is one of UTC."""
    try:
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        words = gettext_noop("Write a time as in 2026-01-31T12:00:00Z.")
        raise PydanticCustomError("datetime", words) from None


class ArticlesAsked(Paged):
    language: Language = Field("", description=gettext_noop("Only what is written in this language, such as th."))
    section: str = Field("", description=gettext_noop("Only those of the section of this slug, and of those inside."))
    updated_since: Annotated[datetime, AfterValidator(in_utc)] | None = Field(
        None, description=gettext_noop("Only those whose words are of this time or later, as in 2026-01-31T12:00:00Z.")
    )


class Translation(Schema):
    id: int
    language: str
    title: str
    url: str


class ArticleRow(Schema):
    id: int
    title: str
    url: str
    language: str
    section: Named | None
    body: str = Field(description=gettext_noop("As it was written, in Markdown."))
    html: str = Field(description=gettext_noop("As it is shown, made safe."))
    version: str = Field(description=gettext_noop("Of the product, where it holds for one only."))
    created_at: datetime
    updated: datetime = Field(description=gettext_noop("When its words last changed."))
    is_out_of_date: bool = Field(description=gettext_noop("Whether its original says something else by now."))
    original_id: int | None = Field(description=gettext_noop("Of a translation: the article that it translates."))
    translations: list[Translation]
    visibility: str = Field(
        description=gettext_noop("Who may read it: public, members, group, company, private or staff.")
    )
    state: str = Field(description=gettext_noop("visible; staff also read what is hidden."))
    external_id: str | None = Field(description=gettext_noop("What it is called where it was imported from."))


class Articles(Schema):
    results: list[ArticleRow]
    next: str | None = Field(description=gettext_noop("The address of the next page; null on the last."))


@router.get("", response=Articles, summary=gettext_noop("List articles, the newest first"))
def articles(request: Request, asked: Query[ArticlesAsked]) -> Articles:
    key_of(asked.after, [kind for _name, kind in KEY])
    rows = _articles(request.user).listed()
    if asked.language:
        rows = rows.filter(Q(language__iexact=asked.language) | Q(language__istartswith=f"{asked.language}-"))
    if asked.section:
        rows = rows.filter(place__in=ids_inside(request, Section.KIND, asked.section))
    if asked.updated_since:
        rows = rows.filter(Q(edited_at__gte=asked.updated_since) | Q(created_at__gte=asked.updated_since))
    page = paging.page(rows, KEY, asked.after, asked.limit)
    further = asked.dict() | {"updated_since": asked.updated_since and asked.updated_since.isoformat()}
    return Articles(results=_rows(request, page.rows), next=next_url(PATH, further, page.after))


@router.get("/{id:id}", response=ArticleRow, summary=gettext_noop("Read an article"))
def article(request: Request, id: int = NUMBER) -> ArticleRow:
    rows = _rows(request, _articles(request.user).filter(pk=id))
    if not rows:
        raise Http404
    return rows[0]


def _articles(viewer: Viewer) -> ItemQuerySet:
    articles = Item.objects.visible_to(viewer).filter(kind=Article.KIND)
    return articles.select_related("article__original")


def _rows(request: Request, items: Iterable[Item]) -> list[ArticleRow]:
    items = list(items)
    places = {place.pk: place for place in directory.places(request.site)}
    families = _families(request.user, [item.article for item in items])
    return [_row(item, places.get(item.place_id or 0), families) for item in items]


def _row(item: Item, section: Place | None, families: dict[int, list[Translation]]) -> ArticleRow:
    article = item.article
    family = families.get(article.original_id or article.pk, [])
    return ArticleRow(
        id=item.pk,
        title=item.title,
        url=whole(item.get_absolute_url()),
        language=item.language,
        section=Named.of(section) if section else None,
        body=item.body,
        html=item.html,
        version=article.version,
        created_at=item.created_at,
        updated=item.edited_at or item.created_at,
        is_out_of_date=article.is_out_of_date,
        original_id=article.original_id,
        translations=[one for one in family if one.id != item.pk],
        visibility=item.visibility,
        state=item.state,
        external_id=item.external_id,
    )


def _families(viewer: Viewer, articles: list[Article]) -> dict[int, list[Translation]]:
    """By the number of an original: it and its translations, as far as the viewer may read them. One query."""
    roots = {article.original_id or article.pk for article in articles}
    family = Article.objects.filter(Q(original__in=roots) | Q(pk__in=roots)).values("pk")
    rows = Item.objects.visible_to(viewer).listed().filter(pk__in=family)
    found: dict[int, list[Translation]] = {}
    for pk, original, language, title, path in rows.order_by("language", "pk").values_list(
        "pk", "article__original", "language", "title", "path"
    ):
        found.setdefault(original or pk, []).append(Translation(id=pk, language=language, title=title, url=whole(path)))
    return found
