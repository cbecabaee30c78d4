"""Where a new question belongs, by the threads nearest to it: their category, and labels that they share."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from community.discussions.forms import ThreadForm
from community.discussions.models import Thread
from community.feedback.models import Item
from community.search.answers import Answer

MOST_LABELS = 3
SHARED = 2  # threads that must have a label


def suggest(form: ThreadForm, near: Sequence[Answer]) -> None:
    """Choose for whoever has chosen nothing, and say so at the field. One query."""
    threads = [one.item for one in near if one.item.kind == Thread.KIND]
    if not threads or form.is_bound:
        return
    why = _("Suggested, as threads like yours have it. Change it if it does not fit.")
    if not form.initial.get("place"):
        _choose(form, "place", place_of(threads, form.offered), why)
    if not form.initial.get("labels"):
        _choose(form, "labels", labels_of(threads), why)


def place_of(threads: Sequence[Item], among: Collection[int]) -> int | None:
    """The category of most of them, where the nearest counts most."""
    weights: Counter[int] = Counter()
    for at, item in enumerate(threads):
        if item.place_id is not None and item.place_id in among:
            weights[item.place_id] += 12 // (at + 1)
    return weights.most_common(1)[0][0] if weights else None


def labels_of(threads: Sequence[Item]) -> list[int]:
    rows = Item.labels.through.objects.filter(item__in=[item.pk for item in threads])
    shared = Counter(rows.order_by("label").values_list("label", flat=True))
    return [label for label, often in shared.most_common(MOST_LABELS) if often >= SHARED]


def _choose(form: ThreadForm, name: str, value: Any, why: str) -> None:
    if value:
        form.initial[name] = value
        form.fields[name].help_text = why
