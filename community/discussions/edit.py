"""Editing a thread: what it says, and where it belongs among the others."""

from dataclasses import dataclass

from django.db import transaction

from community.discussions.models import Thread
from community.feedback.holding import why_held
from community.feedback.models import Item, Label
from community.feedback.states import HOLD, change_state
from community.feedback.write import revise
from community.members.models import Member


@dataclass(frozen=True)
class Edited:
    """What the form of an edit says."""

    title: str
    body: str
    kind: str
    language: str
    labels: tuple[Label, ...]


@transaction.atomic
def edit_thread(thread: Thread, said: Edited, *, by: Member) -> None:
    """All of it together, for a page kept half-way would keep the old address. Raises what `revise` raises."""
    item = thread.item
    is_reworded = revise(item, by=by, title=said.title, body=said.body)
    # Champions are trusted with the titles of others, not with words of their own.
    if is_reworded and item.author_id == by.pk:
        signals = why_held(Item.objects.select_related("place").get(pk=item.pk), by=by, is_edit=True)
        if signals:
            change_state(item, HOLD, by=by, signals=signals)
    item.path = Thread.path_for(item.pk, said.title)
    Item.objects.filter(pk=item.pk).update(path=item.path, language=said.language)
    Thread.objects.filter(pk=thread.pk).update(kind=said.kind)
    if (item.language, thread.kind) != (said.language, said.kind):
        item.record("filed", by=by, kind=said.kind, language=said.language)
    if set(item.labels.all()) != set(said.labels):
        item.labels.set(said.labels)
        item.record("labelled", by=by)
