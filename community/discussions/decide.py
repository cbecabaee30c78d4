"""Decisions about a thread: solution, pin, closure, consent and publication. Each is a row with a who and a when."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from community.conversations.models import Reply
from community.discussions.models import Closure, Consent, Pin, Solution, Thread
from community.feedback.models import Event, Item, Visibility
from community.feedback.states import APPROVE, REMOVE, RESTORE, VERBS, change_state
from community.members.models import Member, Site

SET_ASIDE = "solution set aside"
ABOUT_SOLUTION = ("solved", "unsolved", SET_ASIDE, "solution brought back")


@transaction.atomic
def solve(thread: Thread, reply: Reply, *, by: Member) -> None:
    """Mark the reply that solved the question, instead of any before it."""
    _lock(thread.pk)
    Solution.objects.update_or_create(thread=thread, defaults={"reply": reply, "by": by, "at": timezone.now()})
    thread.item.record("solved", by=by, reply=reply.pk)
    settle_solution(thread.pk, by=by)  # it may have been removed since the page was asked


@transaction.atomic
def unsolve(thread: Thread, *, by: Member) -> None:
    _lock(thread.pk)
    if Solution.objects.filter(thread=thread).delete()[0]:
        thread.item.record("unsolved", by=by)


def settle_solution(thread_id: int, *, by: Member | None) -> None:
    """Let the Solution stand exactly while its reply is visible in its thread.

    Lists ask only whether there is a row. One that does not hold any more is taken away; who chose it and when
    is kept in the thread's Event, so that it comes back as it was when the reply does. For whoever
    holds the lock on the thread.
    """
    shown = Reply.objects.filter(about=thread_id, item__state=Item.State.VISIBLE)
    there = Solution.objects.filter(thread=thread_id).first()
    if there:
        if not shown.filter(pk=there.reply_id).exists():
            kept = {"reply": there.reply_id, "chosen_by": there.by_id, "chosen_at": there.at.isoformat()}
            there.delete()
            _item(thread_id).record(SET_ASIDE, by=by, **kept)
        return
    last = Event.objects.filter(item=thread_id, verb__in=ABOUT_SOLUTION).order_by("-pk").first()
    if last and last.verb == SET_ASIDE and shown.filter(pk=last.detail["reply"]).exists():
        Solution.objects.create(
            thread_id=thread_id,
            reply_id=last.detail["reply"],
            by=Member.objects.filter(pk=last.detail["chosen_by"]).first(),
            at=datetime.fromisoformat(last.detail["chosen_at"]),
        )
        _item(thread_id).record("solution brought back", by=by, reply=last.detail["reply"])


def follow_reply(event: Event) -> None:
    """What became of a reply, its thread's solution follows."""
    if event.verb in VERBS and "about" in event.detail:
        settle_solution(event.detail["about"], by=event.by)


@transaction.atomic
def pin(thread: Thread, *, by: Member, everywhere: bool = False) -> None:
    Pin.objects.update_or_create(thread=thread, defaults={"by": by, "is_everywhere": everywhere})
    Site.touch()
    thread.item.record("pinned", by=by)


@transaction.atomic
def unpin(thread: Thread, *, by: Member) -> None:
    if Pin.objects.filter(thread=thread).delete()[0]:
        Site.touch()
        thread.item.record("unpinned", by=by)


@transaction.atomic
def close(thread: Thread, *, by: Member, lock: bool = False) -> None:
    Closure.objects.update_or_create(thread=thread, defaults={"by": by, "is_lock": lock and by.may("moderate")})
    thread.item.record("locked" if lock else "closed", by=by)


@transaction.atomic
def reopen(thread: Thread, *, by: Member) -> None:
    if Closure.objects.filter(thread=thread).delete()[0]:
        thread.item.record("reopened", by=by)


@transaction.atomic
def allow_publication(thread: Thread, *, by: Member) -> None:
    Consent.objects.get_or_create(thread=thread, defaults={"by": by})
    thread.item.record("publication allowed", by=by)


@transaction.atomic
def publish(thread: Thread, *, by: Member) -> None:
    """Show a private question to everyone who may see its category, replies included."""
    Item.objects.filter(pk=thread.pk).update(visibility=Visibility.PUBLIC)
    Item.objects.filter(reply__about=thread.pk).update(visibility=Visibility.PUBLIC)
    thread.item.record("published", by=by)


def approve(thread: Thread, *, by: Member) -> None:
    """Show a thread that was held for approval."""
    change_state(thread.item, APPROVE, by=by)


def remove(thread: Thread, *, by: Member | None) -> None:
    change_state(thread.item, REMOVE, by=by)


def restore(thread: Thread, *, by: Member) -> None:
    change_state(thread.item, RESTORE, by=by)


def _lock(thread_id: int) -> None:
    """In the order of those who take replies away: the thread, its decisions, the place."""
    Item.objects.select_for_update(no_key=True).filter(pk=thread_id).values_list("pk").first()


def _item(thread_id: int) -> Item:
    return Item.objects.without_words().get(pk=thread_id)
