"""Splitting an idea that wished for two things: the further one is an idea of its own, and nobody loses a vote.

Whoever voted meant the one, the other or both, and only they know which. So the votes stay where they are, and copies
go along as votes that staff took down: their members are told, and make them their own or take them back.
"""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from community.feedback.models import Item, Link, Vote
from community.feedback.readers import readers_among
from community.feedback.vote import count_votes
from community.feedback.write import set_words
from community.lib.turn import Turn
from community.members.models import Member
from community.notifications import pumps
from community.notifications.audience import Hearing
from community.notifications.tell import tell_many
from roadmap.ideas.carry import coming_votes
from roadmap.ideas.models import Idea, Merge, OnBehalf
from roadmap.ideas.permissions import why_ended
from roadmap.ideas.suggest import Suggestion, begin_idea, new_item

SPLIT = "idea_split"  # the topic
COPY = "roadmap.ideas.split.copy_votes"
TELL = "roadmap.ideas.split.tell"
BATCH = 500


class SplitRefused(Exception):
    """Carries a sentence that says why."""


@transaction.atomic
def split(idea: Idea, said: Suggestion, *, by: Member, with_votes: bool) -> Idea:
    """The further idea, in the name of whoever suggested the first; made twice with a title it is the same.

    Raises SplitRefused, MarkdownRefused or LimitReached.
    """
    item = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("author").get(pk=idea.pk)
    twin = _twin(item, said.title)
    if twin:
        return twin
    refusal = why_ended(Idea.objects.select_related("stage").get(pk=item.pk).stage)
    if refusal or not item.is_visible:
        raise SplitRefused(refusal or _("Only what is visible can be split."))
    made = new_item(said, author=item.author)
    made.visibility, made.group_id = item.visibility, item.group_id
    set_words(made, said.body, by=by)
    further = begin_idea(made, said)
    Link.objects.create(source=item, target=made, kind=Link.Kind.BECAME, by=by)
    item.record("idea split", by=by, into=made.pk)
    made.record("posted", by=made.author or by, mentions=0)
    if with_votes:
        async_task(COPY, item.pk, made.pk, by.pk)
    return further


def _twin(item: Item, title: str) -> Idea | None:
    """Made by the same click; not one that is gone by now, for then it is split again on purpose."""
    gone = Merge.objects.filter(undone_at=None).values("source")
    made = Idea.objects.filter(
        item__title=title, item__links_back__source=item, item__links_back__kind=Link.Kind.BECAME
    )
    return made.exclude(item__state=Item.State.REMOVED).exclude(pk__in=gone).select_related("item").first()


def copy_votes(source_id: int, made_id: int, by_id: int) -> None:
    """The votes of those who may read the further idea and have none there, then word to them: can be run twice."""
    by, source = Member.objects.filter(pk=by_id).first(), Item.objects.get(pk=source_id)
    with transaction.atomic():
        made = (
            Item.objects.select_for_update(no_key=True, of=("self",)).select_related("place", "author").get(pk=made_id)
        )
        votes = list(coming_votes(source_id, made_id).order_by("pk"))
        readers = readers_among(made, [one.member_id for one in votes if one.member_id])
        going = [one for one in votes if one.member_id in readers or one.company_id]
        for some in _sliced(going):
            _copy(some, source, made, by)
        if going:
            count_votes(made)
            made.record("voted on behalf", by=by)
        async_task(TELL, made_id, by_id)


def _copy(votes: Sequence[Vote], source: Item, made: Item, by: Member | None) -> None:
    copies = [Vote(item=made, member_id=one.member_id, company_id=one.company_id, is_own=False) for one in votes]
    Vote.objects.bulk_create(copies)
    OnBehalf.objects.bulk_create(
        OnBehalf(vote=one, source=OnBehalf.Source.OTHER, reference=source.path[:300], by=by) for one in copies
    )


def tell(made_id: int, by_id: int, after: int = 0) -> None:
    """Word of their copied votes to those who come after a member, as far as they have not been told."""
    made = Item.objects.select_related("place", "author").get(pk=made_id)
    copied = Vote.objects.filter(item=made, is_own=False, member__isnull=False).exclude(member=by_id)
    members = copied.order_by("member").values_list("member", flat=True)
    turn = Turn()
    while some := list(members.filter(member__gt=after)[:BATCH]):
        readers = readers_among(made, some)
        wanted = {pk: Hearing(SPLIT, by_mail=True) for pk in readers}
        tell_many(wanted, item=made, about=made, by=by_id, occasion="split")
        after = some[-1]
        if turn.is_over:
            async_task(TELL, made_id, by_id, after)
            break
    pumps.start()


def _sliced(rows: Sequence[object]) -> Iterator[Sequence]:  # type: ignore[type-arg]
    for at in range(0, len(rows), BATCH):
        yield rows[at : at + BATCH]
