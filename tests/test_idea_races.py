"""Fifty members vote at once while staff merge ideas and undo it: exact totals, nobody counted twice, no deadlock."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db.models import Count, F

from community.feedback.models import Item, Vote
from community.feedback.vote import VoteRefused, vote, withdraw
from community.members.models import Member
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.heat import heat_of
from roadmap.ideas.merge import MergeRefused, merge, undo
from roadmap.ideas.models import Idea, Merge, OnBehalf, Voting
from roadmap.ideas.weighing import drifted, weigh_due
from roadmap.stages.models import Move, Stage
from tests import ideas, make
from tests.conftest import signed_in
from tests.test_races import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)
VOTERS = 50


@pytest.fixture(autouse=True)
def stages(transactional_db: None) -> None:
    """A test that empties the database may have come before."""
    for kind in ("new", "merged"):
        Stage.objects.get_or_create(slug=kind, defaults={"kind": kind, "name": kind.title()})


def item_of(idea: Idea) -> Item:
    return Item.objects.get(pk=idea.pk)


def totals_hold(*found: Idea) -> None:
    """Each count is that of its rows, and each number that lists sort by is that of the count."""
    for item in Item.objects.filter(kind=Idea.KIND).select_related("idea__stage"):
        assert item.vote_count == item.imported_votes + Vote.objects.filter(item=item).count()
        assert item.idea.heat == heat_of(item.vote_count, item.created_at, item.idea.stage.is_ended)
        assert item.stage == item.idea.stage.slug
    for whose in ("member", "company"):
        votes = Vote.objects.filter(**{f"{whose}__isnull": False})
        assert not votes.values("item", whose).annotate(n=Count("pk")).filter(n__gt=1).exists()
    assert set(OnBehalf.objects.values_list("vote", flat=True)) >= set(
        Vote.objects.filter(is_own=False).values_list("pk", flat=True)
    )
    assert not Item.objects.exclude(vote_count__gte=F("imported_votes")).exists()
    weigh_due()
    assert drifted() == []


def ballots(source: Idea, target: Idea, voters: list[Member]) -> list[Callable[[], object]]:
    """A third vote for the one, a third for the other, and a third for both."""

    def cast(number: int, voter: Member) -> object:
        wanted = {0: (source,), 1: (target,), 2: (source, target)}[number % 3]
        browser = signed_in(voter)
        return [browser.post(f"/items/{idea.pk}/vote/").status_code for idea in wanted]

    return [lambda number=number, voter=voter: cast(number, voter) for number, voter in enumerate(voters)]


def test_fifty_vote_while_staff_merge_and_undo(transactional_db: None, sam: Member, root: Member) -> None:
    source, target = ideas.idea("Night mode"), ideas.idea("Dark mode", by=make.member("dee"), area=ideas.area("pay"))
    voters = [make.member(f"voter{number}") for number in range(VOTERS)]

    def merging() -> None:
        for _ in range(3):
            with suppress(MergeRefused):
                merge(item_of(source), item_of(target), by=sam)

    def undoing() -> None:
        for _ in range(6):
            one = Merge.objects.filter(undone_at=None).first()
            with suppress(MergeRefused):
                if one:
                    undo(one, by=root)

    answers = at_once([*ballots(source, target, voters), merging, undoing])
    assert not errors(answers)
    assert {status for answer in answers[:VOTERS] for status in answer} == {302}  # type: ignore[attr-defined]
    totals_hold(source, target)
    for one in Merge.objects.filter(undone_at=None):
        undo(one, by=sam)
    totals_hold(source, target)
    # Whoever voted for one is counted there or, refused while it was merged, nowhere; whoever voted for both may have
    # found their vote at the other one, merged at that moment: it went back with it.
    there = set(Vote.objects.filter(item=target.pk).values_list("member__handle", flat=True))
    here = set(Vote.objects.filter(item=source.pk).values_list("member__handle", flat=True))
    first, second, both = ({one.handle for one in voters[at::3]} for at in range(3))
    assert {"dee"} | second <= there <= {"dee"} | second | both
    assert {"ann"} <= here <= {"ann"} | first | both
    assert both <= there | here
    assert not Move.objects.exists()


def test_votes_and_withdrawals_while_it_is_merged_are_in_one_place(transactional_db: None, sam: Member) -> None:
    source, target = ideas.idea("Night mode"), ideas.idea("Dark mode", by=make.member("dee"))
    voters = [make.member(f"voter{number}") for number in range(12)]
    ideas.voted(source, *voters)

    def change(voter: Member) -> None:
        for idea in (source, target):
            with suppress(VoteRefused):
                withdraw(item_of(idea), by=voter)
                vote(item_of(idea), by=voter)

    acts: list[Callable[[], object]] = [lambda one=one: change(one) for one in voters]
    acts += [lambda: merge(item_of(source), item_of(target), by=sam).pk]
    assert not errors(at_once(acts))
    totals_hold(source, target)
    assert Vote.objects.filter(item=target.pk).count() == 2 + len(voters)  # ann's came along, dee's was there


def test_two_ideas_merged_into_each_other_at_once(transactional_db: None, sam: Member) -> None:
    found = [ideas.idea(f"Idea {number}", by=make.member(f"m{number}")) for number in range(3)]
    one, two, three = found
    pairs = [(one, two), (two, one), (two, three), (three, one), (one, three)]
    acts = [lambda a=a, b=b: merge(item_of(a), item_of(b), by=sam).pk for a, b in pairs]
    failed = errors(at_once(acts))
    assert all(isinstance(error, MergeRefused) for error in failed), failed
    totals_hold(*found)
    merges = Merge.objects.filter(undone_at=None)
    assert merges.count() >= 1
    assert not set(merges.values_list("source", flat=True)) & set(merges.values_list("target", flat=True))
    for merged in merges:
        undo(merged, by=sam)
    totals_hold(*found)
    assert set(Item.objects.filter(kind=Idea.KIND).values_list("vote_count", flat=True)) == {1}


def test_staff_vote_for_members_who_vote_while_it_is_merged(transactional_db: None, sam: Member, root: Member) -> None:
    """Two of staff, each member and a merge at once: one vote each, and no number without its row."""
    source, target = ideas.idea("Night mode"), ideas.idea("Dark mode", by=make.member("dee"))
    voters, companies = [make.member(f"voter{number}") for number in range(12)], [make.company(n) for n in "ABCD"]

    def take_down(by: Member) -> None:
        for whose in (*voters, *companies):
            with suppress(VoteRefused):
                vote_for(item_of(target), whose, Heard("call"), by=by)
            with suppress(VoteRefused):
                vote_for(item_of(source), whose, Heard("mail"), by=by)

    def cast(voter: Member) -> None:
        with suppress(VoteRefused):
            vote(item_of(source), by=voter)
        vote(item_of(target), by=voter)

    acts: list[Callable[[], object]] = [lambda one=one: cast(one) for one in voters]
    acts += [
        lambda: take_down(sam),
        lambda: take_down(root),
        lambda: merge(item_of(source), item_of(target), by=sam).pk,
    ]
    assert not errors(at_once(acts))
    totals_hold(source, target)
    there = Vote.objects.filter(item=target.pk)
    assert there.count() == 2 + len(voters) + len(companies)
    undo(Merge.objects.get(), by=root)
    totals_hold(source, target)


def test_fifty_votes_of_one_member_keep_to_their_number(transactional_db: None, bo: Member) -> None:
    """Each for another idea, from as many tabs; ideas that bo suggests meanwhile count too."""
    found = [ideas.idea(f"Idea {number}", by=make.member(f"m{number}")) for number in range(50)]
    Voting(budget=7).save()
    browser = signed_in(bo)

    def cast(idea: Idea) -> int:
        return browser.post(f"/items/{idea.pk}/vote/", headers={"HX-Request": "true"}).status_code

    acts: list[Callable[[], object]] = [lambda idea=idea: cast(idea) for idea in found]
    acts += [lambda number=number: ideas.idea(f"Of bo {number}", by=bo).pk for number in range(4)]
    answers = at_once(acts)
    assert not errors(answers)
    assert Vote.objects.filter(member=bo).count() == 7
    assert set(answers[:50]) <= {200, 422}
    totals_hold(*found)
