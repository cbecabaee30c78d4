"""Taking an import back: what it brought and nobody worked on here since; all else is kept and told."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django_q.tasks import async_task

from community.feedback.models import Event, Item, Label
from community.feedback.places import Place
from community.knowledge import bulk
from community.knowledge.import_articles.change import is_touched
from community.knowledge.import_articles.plan import VERB
from community.knowledge.import_articles.report import Report
from community.knowledge.models import Article, Edit, Section
from community.lib.progress import bar
from community.search import recount
from community.search import write as search
from community.search.models import Entry

BATCH = 200
FEW = 20  # a twentieth of what can be found may go without counting all again


def undo(source: str, *, is_dry: bool, shows_bar: bool = False) -> Report:
    report = Report(is_dry=is_dry)
    told = Event.objects.filter(item__source=source, verb=VERB).order_by("pk")
    events: list[dict[str, Any]] = list(told.values_list("detail", flat=True))
    going = _going(source, dict(told.values_list("item_id", "detail")), report)
    places: set[int | None] = set()
    with bar(len(going), "articles removed", is_forced=shows_bar) as progress:
        for at in range(0, len(going), BATCH):
            batch = going[at : at + BATCH]
            report.counts["removed"] += len(batch)
            if not is_dry:
                places |= _remove(batch)
            progress.update(len(batch))
    if going and not is_dry:
        _clear(events, report)
        bulk.touch({pk for pk in places if pk})
        _forget(len(going))
    return report


def _going(source: str, told: dict[int, dict[str, Any]], report: Report) -> list[int]:
    """What can be removed, translations before their originals."""
    answered = Q(item__reply_serial__gt=0) | Q(verdicts__remark__isnull=False)
    mine = Article.objects.filter(item__source=source)
    used = set(mine.filter(answered).values_list("pk", flat=True))
    # Featured, pinned, moved, given to somebody, labelled, withdrawn: each says so.
    used |= set(
        mine.filter(Exists(Event.objects.filter(item=OuterRef("pk")).exclude(verb=VERB))).values_list("pk", flat=True)
    )
    # A translation that was made here would go with its original.
    made_here = Article.objects.filter(original__item__source=source).exclude(item__source=source)
    used |= {original for original in made_here.values_list("original_id", flat=True) if original}
    open_edits = {
        edit.article_id: edit
        for edit in Edit.objects.filter(article__item__source=source).exclude(state=Edit.State.PUBLISHED)
    }
    going, kept = [], set(used)
    for article in mine.select_related("item").defer("item__body", "item__html").order_by("-pk").iterator(1_000):
        detail = told.get(article.pk, {"revision": -1, "saves": 0})
        if article.pk in used or is_touched(article, detail, open_edits.get(article.pk)):
            kept |= {article.pk, article.original_id or article.pk}
        going.append((article.original_id is None, article.pk, article.item.external_id))
    for _is_original, _pk, external_id in (one for one in going if one[1] in kept):
        report.note("kept", external_id or "")
    return [pk for _is_original, pk, _name in sorted(going) if pk not in kept]


@transaction.atomic
def _remove(ids: list[int]) -> set[int | None]:
    rows = Item.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    places: set[int | None] = set(rows.values_list("place_id", flat=True))
    search.take_out(ids)
    Item.objects.filter(pk__in=ids).delete()
    return places


def _forget(removed: int) -> None:
    """How common terms are is learnt again at once where much has gone: what is rare decides what is found."""
    if removed * FEW >= Entry.objects.count():
        recount.recount()
    else:
        async_task(recount.RELEARN)


def _clear(events: Iterable[dict[str, Any]], report: Report) -> None:
    """Sections and labels that the import made and nothing stands in any more."""
    made = {pk for detail in events for pk in detail.get("made", ())}
    for _level in range(2):
        sections = Place.objects.filter(pk__in=made, kind=Section.KIND, children=None)
        for place in sections.exclude(pk__in=Item.objects.filter(place__in=made).values("place")):
            place.delete()
            report.counts["removed sections"] += 1
    labels = {pk for detail in events for pk in detail.get("made_labels", ())}
    for label in Label.objects.filter(pk__in=labels, items=None):
        label.delete()
        report.counts["removed labels"] += 1
