"""Decisions about a thread: solution, pin, closure, consent and publication. Each is a row with a who and a when."""

from django.db import transaction

from community.conversations.models import Reply
from community.discussions.models import Closure, Consent, Pin, Solution, Thread
from community.feedback.models import Item, Visibility
from community.members.models import Member, Site


@transaction.atomic
def solve(thread: Thread, reply: Reply, *, by: Member) -> None:
    """Mark the reply that solved the question, instead of any before it."""
    Solution.objects.update_or_create(thread=thread, defaults={"reply": reply, "by": by})
    thread.item.record("solved", by=by, reply=reply.pk)


@transaction.atomic
def unsolve(thread: Thread, *, by: Member) -> None:
    if Solution.objects.filter(thread=thread).delete()[0]:
        thread.item.record("unsolved", by=by)


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


@transaction.atomic
def approve(thread: Thread, *, by: Member) -> None:
    """Show a thread that was held for approval."""
    if Item.objects.filter(pk=thread.pk, state=Item.State.HELD).update(state=Item.State.VISIBLE):
        thread.item.record("approved", by=by)


@transaction.atomic
def remove(thread: Thread, *, by: Member) -> None:
    if Item.objects.filter(pk=thread.pk, state=Item.State.VISIBLE).update(state=Item.State.REMOVED):
        thread.item.record("removed", by=by)


@transaction.atomic
def restore(thread: Thread, *, by: Member) -> None:
    if Item.objects.filter(pk=thread.pk, state=Item.State.REMOVED).update(state=Item.State.VISIBLE):
        thread.item.record("restored", by=by)
