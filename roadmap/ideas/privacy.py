"""A member's ideas and what they said of their votes, for their copy and when they leave."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import override, pgettext

from community.conversations.models import Reply
from community.conversations.paths import set_path
from community.feedback.models import Event, Item, Visibility, Vote, consumers
from community.feedback.states import REMOVE, change_state
from community.members.leave import person_of
from community.members.models import Member, Site
from community.members.privacy import Leaver, Record, erasers, exporters, preparers, withdrawers
from roadmap.ideas.heat import heat_of
from roadmap.ideas.models import Idea, Importance, OnBehalf
from roadmap.stages.models import Move

BATCH = 500


@exporters.filler("ideas")
def ideas(member: Member) -> Iterator[Record]:
    """Where their ideas stand; their words are among the items."""
    rows = Idea.objects.filter(item__author=member).order_by("pk")
    yield from rows.values("item_id", "stage__slug", "moved_at", "answered_at").iterator(BATCH)


@exporters.filler("importance")
def importance(member: Member) -> Iterator[Record]:
    """How much the ideas that they voted for matter to them."""
    rows = Importance.objects.filter(vote__member=member).order_by("pk")
    yield from rows.values("vote__item_id", "level", "why", "at").iterator(BATCH)


@exporters.filler("votes_on_behalf")
def votes_on_behalf(member: Member) -> Iterator[Record]:
    """What staff took down of their wishes, also before they had an account."""
    emails = [email.lower() for email in person_of(member).emails]
    rows = OnBehalf.objects.filter(Q(vote__member=member) | Q(email__in=emails)).order_by("pk")
    names = ("vote__item_id", "source", "reference", "level", "why", "person", "email", "vote__created_at")
    yield from rows.values(*names).iterator(BATCH)


@preparers.filler("heat of ideas")
def cool_ideas(leaver: Leaver) -> None:
    """Before their votes are counted out, which says nothing of what they were for."""
    voted = Idea.objects.filter(item__votes__member=leaver.member).select_related("item", "stage").order_by("pk")
    for idea in voted.defer("item__body", "item__html").iterator(BATCH):
        heat = heat_of(idea.item.vote_count - 1, idea.item.created_at, idea.stage.is_ended)
        Idea.objects.filter(pk=idea.pk).update(heat=heat, is_weighed=False)


@withdrawers.filler("ideas")
def withdraw_ideas(leaver: Leaver) -> None:
    """An idea that others voted for or talk about stays for them, without its words; any other is removed."""
    with override(Site.current().language):
        title = pgettext("title of an idea", "Removed by its author")
    for idea in Idea.objects.filter(item__author=leaver.member).select_related("item").order_by("pk"):
        item = idea.item
        stays = item.is_visible and item.visibility == Visibility.PUBLIC and _matters_to_others(item, leaver.member)
        item.title = title if stays else ""
        set_path(item, Idea.path_for(item.pk, item.title))
        Item.objects.filter(pk=item.pk).update(title=item.title)
        if not stays:
            change_state(item, REMOVE, by=None)
            Item.objects.filter(pk=item.pk).update(state=Item.State.REMOVED)  # what was held or hidden too


def _matters_to_others(item: Item, member: Member) -> bool:
    answers = Reply.objects.filter(about=item, item__state=Item.State.VISIBLE).exclude(item__author=member)
    return answers.exists() or Vote.objects.filter(item=item).exclude(member=member).exists()


@consumers.filler("paths of reworded ideas")
def follow_title(event: Event) -> None:
    """A title that named somebody did so in the address too."""
    if event.verb == "reworded" and event.item.kind == Idea.KIND:
        set_path(event.item, Idea.path_for(event.item_id, event.item.title))


@erasers.filler("votes on behalf")
def forget_votes_on_behalf(leaver: Leaver) -> None:
    """Those for a member go with their votes; of a company's, who said it."""
    emails = [email.lower() for email in leaver.person.emails]
    OnBehalf.objects.filter(email__in=emails).update(person="", email="", why="", reference="")
    if leaver.erases:  # what they wrote as staff
        OnBehalf.objects.filter(by=leaver.member).update(why="")


@erasers.filler("notes of moves")
def forget_notes(leaver: Leaver) -> None:
    """What staff wrote to those who were told, if their words go with them."""
    if leaver.erases:
        Move.objects.filter(by=leaver.member).update(note="")
