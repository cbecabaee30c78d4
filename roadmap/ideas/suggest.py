"""Suggesting an idea, and changing what it says."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from community.conversations.reading import mark_read
from community.feedback.drafts import discard_draft
from community.feedback.holding import hold_when_needed, why_held
from community.feedback.models import Item, Label, Visibility, Vote
from community.feedback.places import Place
from community.feedback.states import HOLD, change_state
from community.feedback.vote import why_beyond_budget
from community.feedback.write import revise, set_words
from community.members import limits
from community.members.models import Member, Product, Site
from roadmap.ideas.heat import heat_of
from roadmap.ideas.models import CLOSED, Idea
from roadmap.stages.models import Kind, Stage

DRAFT_KEY = "idea:new"
TWICE = timedelta(minutes=2)


@dataclass(frozen=True)
class Suggestion:
    """What the form of an idea says."""

    title: str
    body: str
    area: Place | None = None
    product: Product | None = None
    language: str = ""
    labels: tuple[Label, ...] = ()
    is_private: bool = False
    is_trapped: bool = False


def first_stage() -> Stage:
    """Where an idea begins."""
    return Stage.objects.filter(kind=Kind.NEW).order_by("order", "pk")[0]


@transaction.atomic
def suggest_idea(said: Suggestion, *, by: Member) -> Idea:
    """Create an idea with the vote of whoever suggests it; the same title again within two minutes is the same idea.

    Raises MarkdownRefused or LimitReached.
    """
    # Two clicks come in two transactions: the lock on the author makes the second see the first.
    Member.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk").first()
    twin = _twin(said, by)
    if twin:
        return twin
    limits.count(by, "ideas")
    item = new_item(replace(said, language=said.language or by.language), author=by)
    mentions = set_words(item, said.body, by=by)
    signals = hold_when_needed(item, by=by, is_trapped=said.is_trapped)
    idea = begin_idea(item, said)
    Member.objects.filter(pk=by.pk).update(post_count=F("post_count") + 1)
    discard_draft(by, DRAFT_KEY)
    mark_read(by, item, 0)
    if signals:
        item.record("held", by=by, signals=signals, mentions=len(mentions))
    else:
        item.record("posted", by=by, mentions=len(mentions))
    return idea


def new_item(said: Suggestion, *, author: Member | None) -> Item:
    """What an idea begins with, but for its words; not written yet."""
    now = timezone.now()
    return Item(
        kind=Idea.KIND, title=said.title, author=author, place=said.area, product=said.product, language=said.language,
        visibility=Visibility.COMPANY if said.is_private else Visibility.PUBLIC,
        stage=first_stage().slug, created_at=now, active_at=now, active_by=author,
    )  # fmt: skip


def begin_idea(item: Item, said: Suggestion) -> Idea:
    """The idea of an item that has its words: at the first stage, with the vote of its author if they have one left."""
    stage = first_stage()
    item.path = Idea.path_for(item.pk, item.title)
    votes = item.author is not None and not why_beyond_budget(Idea.KIND, item.author)
    item.vote_count = int(votes)
    item.save(update_fields=["path", "vote_count"])
    item.labels.set(said.labels)
    if votes:
        Vote.objects.create(item=item, member_id=item.author_id)
    heat = heat_of(item.vote_count, item.created_at, is_ended=False)
    return Idea.objects.create(item=item, stage=stage, heat=heat, moved_at=item.created_at)


@transaction.atomic
def edit_idea(idea: Idea, said: Suggestion, *, by: Member) -> None:
    """Its words, where it belongs and who may read it. Raises what `revise` raises."""
    item = idea.item
    is_reworded = revise(item, by=by, title=said.title, body=said.body)
    if is_reworded and item.author_id == by.pk:
        signals = why_held(Item.objects.select_related("place").get(pk=item.pk), by=by, is_edit=True)
        if signals:
            change_state(item, HOLD, by=by, signals=signals)
    item.path = Idea.path_for(item.pk, said.title)
    is_private = item.visibility in CLOSED
    visibility = Visibility.COMPANY if said.is_private else Visibility.PUBLIC
    filed: dict[str, Any] = {
        "place": said.area,
        "product": said.product,
        "language": said.language or item.language,
        # One that the form does not know stays as it is.
        "visibility": item.visibility if said.is_private == is_private else visibility,
    }
    before = {"place": item.place, "product": item.product, "language": item.language, "visibility": item.visibility}
    Item.objects.filter(pk=item.pk).update(path=item.path, **filed)
    if filed != before:
        Item.objects.filter(reply__about=item.pk).update(place=filed["place"], visibility=filed["visibility"])
        item.record("filed", by=by)
        if said.area:
            said.area.touch()
        else:
            Site.touch()  # pages that show no area have no other number to follow
    if set(item.labels.all()) != set(said.labels):
        item.labels.set(said.labels)
        item.record("labelled", by=by)


def _twin(said: Suggestion, by: Member) -> Idea | None:
    recent = Idea.objects.select_related("item").filter(
        item__author=by, item__created_at__gte=timezone.now() - TWICE, item__title=said.title
    )
    return recent.exclude(item__state=Item.State.REMOVED).first()  # suggested again on purpose
