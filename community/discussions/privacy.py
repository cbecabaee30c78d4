"""A member's threads, for their copy and when they leave."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import override, pgettext

from community.conversations.change import remove as remove_reply
from community.conversations.models import Reply
from community.conversations.paths import set_path
from community.discussions import decide
from community.discussions.models import Closure, Consent, Decision, Pin, Relocation, Solution, Thread
from community.feedback.models import Event, Item, Visibility, consumers
from community.members.models import Member, Site
from community.members.privacy import Leaver, Record, exporters, withdrawers

BATCH = 500
DECISIONS: tuple[type[Decision], ...] = (Solution, Pin, Closure, Consent)


@exporters.filler("threads")
def threads(member: Member) -> Iterator[Record]:
    """What kind their threads are; their words are among the items."""
    yield from Thread.objects.filter(item__author=member).order_by("pk").values("item_id", "kind").iterator(BATCH)


@exporters.filler("decisions")
def decisions(member: Member) -> Iterator[Record]:
    """What they decided about threads: solutions, pins, closures, consents, moves."""
    for model in DECISIONS:
        for row in model.objects.filter(by=member).order_by("pk").iterator(BATCH):  # type: ignore[attr-defined]
            yield {"what": model.__name__.lower(), "thread": row.pk, "at": row.at}
    about = Q(by=member) | Q(undone_by=member)
    for moved in Relocation.objects.filter(about).order_by("pk").iterator(BATCH):
        yield {"what": moved.kind, "thread": moved.source_id, "to": moved.target_id, "at": moved.at}


@withdrawers.filler("solutions")
def withdraw_solutions(leaver: Leaver) -> None:
    """What a reply of theirs solved is open again, whether or not that reply is counted out already."""
    for solution in Solution.objects.filter(reply__item__author=leaver.member).select_related("reply__item__place"):
        remove_reply(solution.reply, by=None)
        decide.settle_solution(solution.thread_id, by=None)


@withdrawers.filler("threads")
def withdraw_threads(leaver: Leaver) -> None:
    """A thread with answers of others stays for them, without its words; any other is removed."""
    with override(Site.current().language):
        title = pgettext("title of a thread", "Removed by its author")
    for thread in Thread.objects.filter(item__author=leaver.member).select_related("item").order_by("pk"):
        item = thread.item
        answers = Reply.objects.filter(about=item, item__state=Item.State.VISIBLE).exclude(item__author=leaver.member)
        stays = item.is_visible and item.visibility != Visibility.PRIVATE and answers.exists()
        item.title = title if stays else ""
        set_path(item, Thread.path_for(item.pk, item.title))
        Item.objects.filter(pk=item.pk).update(title=item.title)
        if not stays:
            decide.remove(thread, by=None)
            Item.objects.filter(pk=item.pk).update(state=Item.State.REMOVED)  # what was held or hidden too


@consumers.filler("paths of reworded threads")
def follow_title(event: Event) -> None:
    """A title that named somebody did so in the address too."""
    if event.verb == "reworded" and event.item.kind == Thread.KIND:
        set_path(event.item, Thread.path_for(event.item_id, event.item.title))
