"""The page of an article: its words, its languages, what is like it, and what readers may do."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.utils.safestring import SafeString

from community.conversations.posts import Action, author_name
from community.conversations.talk import Talk, talk_below
from community.feedback.access import may_read
from community.feedback.directory import label_ids
from community.feedback.directory import labels as labels_of
from community.feedback.models import Item, Label, Link
from community.feedback.places import Viewer
from community.knowledge.dressing import Heading, dress
from community.knowledge.languages import name_of
from community.knowledge.models import Article
from community.lib.times import Moment, moment
from community.members.requests import Request
from community.notifications.follow_button import level_among_columns
from community.notifications.reading import seen
from community.search.find import links_to, suggest

RELATED = 4
LEAST_CONTENTS = 3  # headings, below which a table of contents is in the way
# Characters that people read in a minute, by writing system: after Trauzettel-Klosinski & Dietz 2012.
PACE = {"th": 900, "ko": 580, "ja": 360, "zh": 260, "ar": 610}
PACE_OF_LETTERS = 990


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    url: str
    is_current: bool


@dataclass
class ArticlePage:
    article: Article
    html: SafeString
    contents: list[Heading]
    minutes: int
    updated: Moment
    reviewed: Moment | None
    languages: list[Language]
    preferred: Language | None  # the reader's own, where this is another
    is_foreign: bool  # and there is none in the reader's
    related: list[tuple[str, str]]
    labels: list[Label]
    thanks: tuple[str, str, str] | None = None  # (name, address, address of the thread)
    talk: Talk | None = None
    controls: list[Action] = field(default_factory=list)


def visible_article(viewer: Viewer, pk: int) -> Article | None:
    """The article if this viewer may read it, with all that its page shows of it, in one query."""
    rows = Article.objects.select_related("item__place__section", "original__item", "highlight").filter(pk=pk)
    rows = rows.annotate(label_ids=label_ids())
    if viewer.is_authenticated:
        rows = rows.annotate(followed=level_among_columns(viewer, "pk"))
    article = next(iter(rows), None)
    return article if article and article.is_published and article.item.is_visible_to(viewer) else None


def article_page(request: Request, article: Article) -> ArticlePage:
    item = article.item
    dressed = dress(item.html)
    languages = _languages(request, article)
    mine = request.LANGUAGE_CODE[:2]
    preferred = next((one for one in languages if one.code[:2] == mine and not one.is_current), None)
    page = ArticlePage(
        article=article,
        html=dressed.html,
        contents=dressed.contents if len(dressed.contents) >= LEAST_CONTENTS else [],
        minutes=minutes_for(item.body, article.language),
        updated=moment(item.active_at),
        reviewed=moment(article.reviewed_at) if article.reviewed_at else None,
        languages=languages if len(languages) > 1 else [],
        preferred=None if article.language[:2] == mine else preferred,
        is_foreign=article.language[:2] != mine and preferred is None,
        related=_related(request, article),
        labels=labels_of(request.site, getattr(article, "label_ids", None)),
        thanks=_thanks(article, request.user),
    )
    if request.user.is_authenticated:
        seen(request.user, [item.pk])
    section = getattr(item.place, "section", None)
    if section and (section.takes_replies or item.reply_count):
        page.talk = talk_below(request, item, is_open=section.takes_replies)
    return page


def minutes_for(text: str, language: str) -> int:
    return max(1, round(len(text) / PACE.get(language.split("-")[0], PACE_OF_LETTERS)))


def _languages(request: Request, article: Article) -> list[Language]:
    """Every language that this reader may read it in, the original first."""
    root = article.original_id or article.pk
    visible = Item.objects.visible_to(request.user).filter(state=Item.State.VISIBLE, pk=OuterRef("pk"))
    family = Article.objects.filter(Exists(visible), Q(pk=root) | Q(original=root))  # not those that anybody may read
    rows = family.order_by("pk").values_list("pk", "language", "item__path", "original")
    found = [(Language(code, name_of(code), path, pk == article.pk), original) for pk, code, path, original in rows]
    return [one for one, _original in sorted(found, key=lambda pair: pair[1] is not None)]


def _related(request: Request, article: Article) -> list[tuple[str, str]]:
    """Articles about something alike, in the same language. Three queries."""
    found = suggest(article.item.title, request.user, [article.language[:2]], most=3 * RELATED)
    items = links_to(found.hits)
    alike = [items[hit.item_id] for hit in found.hits if hit.item_id in items]
    own = {article.pk, article.original_id}
    fit = [one for one in alike if one.kind == Article.KIND and one.language == article.language and one.pk not in own]
    return [(one.title, one.path) for one in fit[:RELATED]]


def _thanks(article: Article, viewer: Viewer) -> tuple[str, str, str] | None:
    """Whoever wrote the reply that the article was made of, for those who may read that: it may be a private one."""
    if not (article.original or article).is_promoted:
        return None
    link = Link.objects.filter(target=article.original_id or article.pk, kind=Link.Kind.BECAME)
    source = next((one.source for one in link.select_related("source__author")[:1]), None)
    if source is None or source.author is None or not may_read(viewer, source.pk):
        return None
    return author_name(source.author), source.author.get_absolute_url(), source.path
