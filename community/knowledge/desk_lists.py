"""What staff see of the knowledge base: what waits for them, and which languages are missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.feedback.models import Item
from community.knowledge.languages import name_of
from community.knowledge.models import Article, Edit, Verdict
from community.knowledge.verdict import REMARK
from community.lib import paging
from community.lib.times import Moment, moment
from community.members.models import Member

MOST = 50
ORIGINALS = 50  # on a page of the coverage


@dataclass(frozen=True)
class DeskRow:
    title: str
    url: str
    language: str
    who: str
    note: str
    at: Moment


@dataclass(frozen=True)
class DeskQueue:
    heading: str | Promise
    empty: str | Promise
    rows: list[DeskRow]


def queues(staff: Member) -> list[DeskQueue]:
    """Each oldest first but drafts. Five queries."""
    edits = Edit.objects.select_related("article__item", "by")
    review = edits.filter(state=Edit.State.REVIEW).order_by("at")
    drafts = edits.filter(state=Edit.State.DRAFT).order_by("-at")
    scheduled = edits.filter(state=Edit.State.SCHEDULED).order_by("publish_at")
    return [
        DeskQueue(_("To review"), _("Nothing waits for a second pair of eyes."), _edits(review)),
        DeskQueue(_("What readers miss"), _("No reader left a word lately."), _remarks(staff)),
        DeskQueue(_("Still correct?"), _("Every article was looked at in time."), _due()),
        DeskQueue(_("Drafts"), _("No draft is open."), _edits(drafts)),
        DeskQueue(_("Scheduled"), _("Nothing is scheduled."), _edits(scheduled)),
    ]


def _edits(edits: QuerySet[Edit]) -> list[DeskRow]:
    return [
        DeskRow(
            edit.title, edit.article.desk_url, name_of(edit.article.language), str(edit.by or ""),
            edit.note or edit.comment, moment(edit.publish_at or edit.at),
        )
        for edit in edits[:MOST]
    ]  # fmt: skip


def _remarks(staff: Member) -> list[DeskRow]:
    """What readers wrote, and the reason alone where they wrote nothing."""
    said = Item.objects.visible_to(staff).filter(kind=REMARK, state=Item.State.VISIBLE)
    rows = said.select_related("author").order_by("-created_at", "-pk")[:MOST]
    reasons = dict(Verdict.Reason.choices)
    return [
        DeskRow(
            item.title, item.path, name_of(item.language), str(item.author or ""),
            f"{reasons.get(item.stage, '')}: {item.body[:200]}" if item.body else str(reasons.get(item.stage, "")),
            moment(item.created_at),
        )
        for item in rows
    ]  # fmt: skip


def _due() -> list[DeskRow]:
    now = timezone.now()
    due = Article.objects.filter(review_on__lte=now.date() + timedelta(days=14), item__state="visible")
    rows = due.select_related("item", "owner").order_by("review_on", "pk")[:MOST]
    return [
        DeskRow(one.item.title, one.desk_url, name_of(one.language), str(one.owner or ""), "",
                moment(one.reviewed_at or one.item.created_at))
        for one in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One article in one language; `state` is missing, draft, old or good."""

    language: str
    state: str
    url: str
    views: int = 0
    at: Moment | None = None


@dataclass
class CoverageRow:
    title: str
    url: str
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class Coverage:
    languages: list[tuple[str, str]]
    rows: list[CoverageRow]
    after: str | None


def coverage(codes: Sequence[str], after: str) -> Coverage:
    """Which article is there in which language, how old it is and how often it was read; newest first. Two queries."""
    found = Article.objects.filter(original=None).exclude(item__state=Item.State.REMOVED).select_related("item")
    rows = found.defer("item__body", "item__html")
    page = paging.page(rows, [("pk", int)], after, ORIGINALS)
    others: dict[int, dict[str, Article]] = {}
    translated = Article.objects.filter(original__in=[one.pk for one in page.rows])
    for one in translated.select_related("item").defer("item__body", "item__html"):
        others.setdefault(one.original_id or 0, {})[one.language] = one
    return Coverage(
        [(code, name_of(code)) for code in codes],
        [_covered(one, {one.language: one, **others.get(one.pk, {})}, codes) for one in page.rows],
        page.after,
    )


def _covered(original: Article, there: dict[str, Article], codes: Sequence[str]) -> CoverageRow:
    row = CoverageRow(original.item.title, original.desk_url)
    for code in codes:
        one = there.get(code)
        if one is None:
            row.cells.append(Cell(code, "missing", f"/desk/articles/{original.pk}/translation/{code}/"))
            continue
        is_old = one.original_id is not None and original.major_revision > one.true_to
        state = "draft" if one.item.state != Item.State.VISIBLE else "old" if is_old else "good"
        row.cells.append(Cell(code, state, one.desk_url, one.item.view_count, moment(one.item.active_at)))
    return row


def interface_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]
