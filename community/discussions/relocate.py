"""Moving, splitting and merging threads, each undone from its Relocation.

Replies are numbered without gaps in every thread they come to; the numbers they had are kept so
that an undo puts them back where they stood.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community.conversations.models import Reply
from community.conversations.post import path_of
from community.discussions.decide import settle_solution
from community.discussions.models import Category, Kind, Relocation, Thread
from community.feedback.attach import hand_over_files
from community.feedback.models import Item, Place, Visibility
from community.members.models import Member
from community.search.write import take_out

# Numbers on the way from one thread to another are lifted out of the way of the unique constraint.
LIFT = 1_000_000_000


class RelocationRefused(Exception):
    """Carries a sentence that says why, and what to do instead."""


@transaction.atomic
def move(thread: Thread, category: Category, *, by: Member) -> Relocation:
    """Put a thread with its replies into another category."""
    item = _locked([thread.pk])[0]
    if item.place_id == category.place_id:
        raise RelocationRefused(_("The thread is in this category already. Choose another one."))
    relocation = Relocation.objects.create(
        kind=Relocation.Kind.MOVE, source=item, target=item, by=by, before={"place": item.place_id}
    )
    _put_in_place(item, category.place_id, by)
    return relocation


@transaction.atomic
def split(thread: Thread, replies: Iterable[Reply], title: str, *, by: Member) -> Relocation:
    """Make the chosen replies a thread of their own; the earliest of them opens it.

    The opening words are copied, not moved: its reply stays in the new thread as number 1 would,
    so that its votes, history and permalink stay what they were.
    """
    chosen = sorted(replies, key=lambda reply: reply.number)
    if not chosen:
        raise RelocationRefused(_("Choose the replies that the new thread should begin with."))
    source = _locked([thread.pk])[0]
    first = chosen[0].item
    if _readers(first) != _readers(source):  # what is private to staff is not private to who asked
        raise RelocationRefused(
            _("This thread is private: the new one must begin with a reply by its asker, or they could not read it.")
        )
    opening = Item.objects.create(
        kind=Thread.KIND, title=title, author=first.author, place_id=source.place_id, language=first.language,
        visibility=source.visibility, group_id=source.group_id, created_at=first.created_at,
        active_at=chosen[-1].item.created_at, active_by=chosen[-1].item.author,
        body=first.body, html=first.html, renderer=first.renderer, source=first.source,
    )  # fmt: skip
    opening.path = Thread.path_for(opening.pk, title)
    opening.save(update_fields=["path"])
    hand_over_files(first, opening)
    Thread.objects.create(item=opening, kind=Kind.DISCUSSION)
    relocation = Relocation.objects.create(kind=Relocation.Kind.SPLIT, source=source, target=opening, by=by)
    # The first reply is the opening now: out of sight, and back again with an undo.
    Item.objects.filter(pk=first.pk).update(state=Item.State.MERGED)
    _carry(relocation, source, opening, [reply.pk for reply in chosen])
    relocation.before = {"opening": first.pk, "state": first.state}
    relocation.save(update_fields=["before", "numbers"])
    settle_solution(source.pk, by=by)  # it may have gone along
    source.record("split", by=by, into=opening.pk)
    opening.record("posted", by=by, split_from=source.pk)
    return relocation


@transaction.atomic
def merge(source: Thread, target: Thread, *, by: Member) -> Relocation:
    """Put everything of `source` at the end of `target`; the source's page leads there from now on."""
    if source.pk == target.pk:
        raise RelocationRefused(_("A thread cannot be merged into itself. Give the number of another one."))
    left, right = _locked(sorted([source.pk, target.pk]))
    from_item, to_item = (left, right) if left.pk == source.pk else (right, left)
    if not (from_item.is_visible and to_item.is_visible):
        raise RelocationRefused(_("Both threads must be visible. Restore the other one first."))
    if _readers(from_item) != _readers(to_item):
        raise RelocationRefused(_("A private thread and a public one cannot be merged. Publish the private one first."))
    relocation = Relocation.objects.create(kind=Relocation.Kind.MERGE, source=from_item, target=to_item, by=by)
    opening = _opening_as_reply(from_item, to_item)
    _carry(relocation, from_item, to_item, list(_replies_of(from_item)), after=opening.number)
    relocation.before = {"opening": opening.pk}
    relocation.save(update_fields=["before", "numbers"])
    Item.objects.filter(pk=from_item.pk).update(state=Item.State.MERGED)
    places = [one for one in (from_item.place_id, to_item.place_id) if one]
    list(Place.objects.select_for_update(no_key=True).filter(pk__in=places).order_by("pk"))
    settle_solution(from_item.pk, by=by)
    from_item.record("merged", by=by, into=to_item.pk)
    to_item.record("merged in", by=by, source=from_item.pk)
    return relocation


@transaction.atomic
def undo(relocation: Relocation, *, by: Member) -> None:
    """Put everything back as it stood; what was written since stays where it was written."""
    relocation = Relocation.objects.select_for_update(no_key=True).get(pk=relocation.pk)
    if relocation.undone_at:
        raise RelocationRefused(_("This has been undone already."))
    items = {item.pk: item for item in _locked(sorted({relocation.source_id, relocation.target_id}))}
    source, target = items[relocation.source_id], items[relocation.target_id]
    # Its replies went on with what came later, which must go back first.
    went_on = target if relocation.kind == Relocation.Kind.MERGE else source
    if went_on.state == Item.State.MERGED:
        raise RelocationRefused(_("Both threads must be visible. Restore the other one first."))
    if relocation.kind == Relocation.Kind.MOVE:
        _put_in_place(source, relocation.before["place"], by)
    else:
        _carry_back(relocation, source, target)
        settle_solution(source.pk, by=by)
        settle_solution(target.pk, by=by)
    relocation.undone_at, relocation.undone_by = timezone.now(), by
    relocation.save(update_fields=["undone_at", "undone_by"])
    source.record("relocation undone", by=by, relocation=relocation.pk, target=target.pk)


def last_relocation(item: Item) -> Relocation | None:
    """The newest relocation of a thread that can still be undone."""
    involved = Relocation.objects.filter(Q(source=item) | Q(target=item), undone_at=None)
    return involved.select_related("source", "target", "by").order_by("-pk").first()


def merged_into(item: Item) -> Item | None:
    """Where a merged thread went, by however many merges."""
    seen = {item.pk}
    while True:
        merged = Relocation.objects.filter(source=item, kind=Relocation.Kind.MERGE, undone_at=None)
        relocation = merged.select_related("target").order_by("-pk").first()
        if relocation is None or relocation.target_id in seen:
            return None
        item = relocation.target
        seen.add(item.pk)
        if item.state != Item.State.MERGED:
            return item


def _readers(item: Item) -> tuple[object, ...]:
    """Who an item's own visibility lets in: what is private to two authors is not private together."""
    if item.visibility == Visibility.PRIVATE:
        return item.visibility, item.author_id
    if item.visibility == Visibility.COMPANY:
        return item.visibility, item.author.company_id if item.author else None
    return item.visibility, item.group_id


def _locked(ids: list[int]) -> list[Item]:
    return list(Item.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def _replies_of(item: Item) -> Iterable[int]:
    return Reply.objects.filter(about=item).order_by("number").values_list("pk", flat=True)


def _put_in_place(item: Item, place_id: int, by: Member) -> None:
    Item.objects.filter(Q(pk=item.pk) | Q(reply__about=item)).update(place_id=place_id)
    # Places last and in order, as everybody takes them: else two moves, or a move and a vote, wait for each other.
    list(Place.objects.select_for_update(no_key=True).filter(pk__in=[item.place_id, place_id]).order_by("pk"))
    item.record("moved from", by=by)  # outdates the pages of the place it leaves
    item.place_id = place_id
    item.record("moved", by=by)


def _opening_as_reply(source: Item, target: Item) -> Reply:
    """The opening of a merged thread, as a reply in the other one."""
    number = target.reply_serial + 1
    item = Item.objects.create(
        kind=Reply.KIND, author_id=source.author_id, place_id=target.place_id, visibility=target.visibility,
        group_id=target.group_id, language=source.language, created_at=source.created_at, path=path_of(target, number),
        active_at=source.created_at, body=source.body, html=source.html, renderer=source.renderer,
    )  # fmt: skip
    hand_over_files(source, item)
    return Reply.objects.create(item=item, about=target, number=number)


def _carry(relocation: Relocation, source: Item, target: Item, ids: list[int], *, after: int | None = None) -> None:
    """Move replies to the end of `target` and close the gaps they leave in `source`."""
    replies = list(Reply.objects.filter(pk__in=ids).order_by("number"))
    relocation.numbers = {str(reply.pk): reply.number for reply in replies}
    last = _last_number(target) if after is None else after
    _renumber(target, [(reply.pk, last + step) for step, reply in enumerate(replies, start=1)])
    _close_gaps(source)
    _recount(source)
    _recount(target)


def _carry_back(relocation: Relocation, source: Item, target: Item) -> None:
    """Undo of split and merge: replies return to their old numbers, those written since follow them."""
    numbers = {int(pk): number for pk, number in relocation.numbers.items()}
    home = dict(Reply.objects.filter(pk__in=numbers, about=target).values_list("pk", "number"))
    old = {pk: numbers[pk] for pk in home}
    opening = relocation.before["opening"]
    if relocation.kind == Relocation.Kind.MERGE:
        _bring_home(source, old)
        for copied in Item.objects.filter(pk=opening):
            hand_over_files(copied, source)
            take_out([copied.pk])
            copied.delete()
        Item.objects.filter(pk=source.pk).update(state=Item.State.VISIBLE)
        _close_gaps(target)
        _recount(target)
    else:
        hand_over_files(target, Item.objects.get(pk=opening))
        Item.objects.filter(pk=opening).update(state=relocation.before["state"])
        _bring_home(source, old)
        written_since = list(_replies_of(target))
        _renumber(source, [(pk, _last_number(source) + n) for n, pk in enumerate(written_since, start=1)])
        Item.objects.filter(pk=target.pk).update(state=Item.State.REMOVED)
        _recount(target)
    _recount(source)


def _bring_home(source: Item, old: dict[int, int]) -> None:
    """Merge the returning replies into the source's order at the places they had."""
    staying = [pk for pk in _replies_of(source) if pk not in old]
    order: list[int] = []
    for pk, number in sorted(old.items(), key=lambda pair: pair[1]):
        while len(order) < number - 1 and staying:
            order.append(staying.pop(0))
        order.append(pk)
    _renumber(source, [(pk, place) for place, pk in enumerate([*order, *staying], start=1)])


def _close_gaps(item: Item) -> None:
    _renumber(item, [(pk, place) for place, pk in enumerate(_replies_of(item), start=1)])


def _renumber(item: Item, numbers: list[tuple[int, int]]) -> None:
    """Give replies new numbers in `item`, and their items its place and path."""
    there = dict(Reply.objects.filter(about=item).values_list("pk", "number"))
    changed = [(pk, number) for pk, number in numbers if there.get(pk) != number]
    ids = [pk for pk, _number in changed]
    # First all of them out of the way: two numbers that trade places would collide half-way.
    replies = {reply.pk: reply for reply in Reply.objects.filter(pk__in=ids).select_related("item")}
    for step, reply in enumerate(replies.values()):
        reply.number = LIFT + step
    Reply.objects.bulk_update(replies.values(), ["number"], batch_size=500)
    for pk, number in changed:
        reply = replies[pk]
        reply.number, reply.about_id = number, item.pk
        reply.item.path, reply.item.place_id = path_of(item, number), item.place_id
        reply.item.visibility, reply.item.group_id = item.visibility, item.group_id
    Reply.objects.bulk_update(replies.values(), ["number", "about"], batch_size=500)
    Item.objects.bulk_update(
        [reply.item for reply in replies.values()], ["path", "place", "visibility", "group"], batch_size=500
    )


def _last_number(item: Item) -> int:
    return Reply.objects.filter(about=item).aggregate(last=Max("number"))["last"] or 0


def _recount(item: Item) -> None:
    replies = Reply.objects.filter(about=item)
    visible = replies.filter(item__state=Item.State.VISIBLE)
    latest = visible.order_by("-number").values_list("item__created_at", "item__author_id").first()
    at: datetime = latest[0] if latest else item.created_at
    Item.objects.filter(pk=item.pk).update(
        reply_serial=_last_number(item),
        reply_count=visible.count(),
        active_at=at,
        active_by=latest[1] if latest else item.author_id,
    )
