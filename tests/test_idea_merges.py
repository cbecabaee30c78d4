"""Merging ideas: votes once a person, followers, what the pages say, and undoing it to the row."""

from typing import Any

import pytest
from django.test import Client

from community.feedback.models import Item, Link, Vote
from community.feedback.vote import VoteRefused, vote, withdraw
from community.members.leave import leave
from community.members.models import Member
from community.notifications.follow import set_level
from community.notifications.models import Follow, Level, Notification
from roadmap.features.models import Part
from roadmap.features.plan import gather, let_go
from roadmap.features.roadmap import dressable, feature_rows
from roadmap.ideas.heat import settle_heat
from roadmap.ideas.merge import MergeRefused, merge, stays, undo
from roadmap.ideas.models import Idea, Importance, Merge
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from roadmap.stages import tell
from roadmap.stages.models import Move, Stage
from roadmap.stages.move import MoveRefused
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that an undo must restore."""
    columns = ("pk", "state", "stage", "vote_count", "imported_votes", "reply_count", "active_at", "active_by", "path")
    return {
        "items": list(Item.objects.order_by("pk").values_list(*columns)),
        "ideas": list(Idea.objects.order_by("pk").values_list("pk", "stage", "heat", "moved_at", "answered_at")),
        "votes": list(Vote.objects.order_by("pk").values_list("pk", "item", "member", "created_at")),
        "importance": list(Importance.objects.order_by("pk").values_list("pk", "level", "why", "at")),
        "follows": list(Follow.objects.order_by("pk").values_list("pk", "item", "member", "level", "is_chosen", "at")),
        "moves": list(Move.objects.order_by("pk").values_list("pk", "item", "stage")),
        "links": list(Link.objects.order_by("pk").values_list("source", "target", "kind")),
        "parts": list(Part.objects.order_by("pk").values_list("pk", "feature", "idea")),
    }


def item_of(idea: Idea) -> Item:
    return Item.objects.get(pk=idea.pk)


def merged(source: Idea, target: Idea, by: Member) -> Merge:
    return merge(item_of(source), item_of(target), by=by)


@pytest.fixture
def pair(ann: Member, bo: Member, cy: Member) -> tuple[Idea, Idea]:
    """The duplicate, wanted by ann, bo and cy, and what stays, wanted by dee and bo."""
    source = ideas.idea("Night mode", by=ann)
    target = ideas.idea("Dark mode", by=make.member("dee"))
    ideas.voted(source, bo, cy)
    ideas.voted(target, bo)
    for voter in (bo, cy):
        Importance.objects.create(
            vote=Vote.objects.get(item=source.pk, member=voter), level="blocking", why=f"{voter.handle} cannot see"
        )
    Item.objects.filter(pk=source.pk).update(imported_votes=7, vote_count=10)
    settle_heat(item_of(source))
    set_level(cy, source.item, Level.WATCHING)
    set_level(make.member("eve"), source.item, Level.TRACKING)
    set_level(make.member("fay"), source.item, Level.MUTED)
    return source, target


def test_votes_are_counted_once_a_person_and_come_back(pair: tuple[Idea, Idea], sam: Member, ann: Member) -> None:
    source, target = pair
    before = rows()
    one = merged(source, target, sam)
    there = set(Vote.objects.filter(item=target.pk).values_list("member__handle", flat=True))
    assert there == {"ann", "bo", "cy", "dee"}
    assert (item_of(target).vote_count, item_of(target).imported_votes) == (11, 7)
    assert (item_of(source).vote_count, item_of(source).imported_votes) == (1, 0)  # that of bo, who voted for both
    assert (item_of(source).stage, item_of(source).state) == ("merged", "visible")
    assert Importance.objects.get(vote__member__handle="cy").vote.item_id == target.pk
    assert Move.objects.get().stage.kind == "merged"
    assert Link.objects.values_list("source", "target", "kind").get() == (source.pk, target.pk, "duplicates")
    assert Idea.objects.get(pk=source.pk).heat < 0 < Idea.objects.get(pk=target.pk).heat
    undo(one, by=sam)
    assert rows() == before
    with pytest.raises(MergeRefused, match="undone already"):
        undo(one, by=sam)


def test_whoever_hears_of_the_one_hears_of_the_other(
    pair: tuple[Idea, Idea], sam: Member, ann: Member, bo: Member
) -> None:
    source, target = pair
    eve, fay, cy = (Member.objects.get(handle=handle) for handle in ("eve", "fay", "cy"))
    set_level(eve, target.item, Level.MUTED)  # what somebody chose there holds
    Follow.objects.create(member=cy, item=target.item, level=Level.TRACKING, is_chosen=False)
    before = rows()
    one = merged(source, target, sam)
    levels = dict(Follow.objects.filter(item=target.pk).values_list("member__handle", "level"))
    assert levels == {"ann": "watching", "cy": "watching", "eve": "muted"}
    undo(one, by=sam)
    assert rows() == before
    assert fay.pk


def test_what_people_do_in_between_stays_as_they_did_it(
    pair: tuple[Idea, Idea], sam: Member, ann: Member, bo: Member, cy: Member
) -> None:
    source, target = pair
    gus, dee = make.member("gus"), Member.objects.get(handle="dee")
    one = merged(source, target, sam)
    vote(item_of(target), by=gus)  # for the one that stays
    withdraw(item_of(target), by=cy)  # of a vote that came along
    withdraw(item_of(target), by=dee)
    set_level(ann, target.item, Level.TRACKING)
    leave(bo, erases=True)
    undo(one, by=sam)
    votes = Vote.objects.order_by("item", "pk").values_list("item", "member__handle")
    assert set(votes) == {(source.pk, "ann"), (target.pk, "gus")}
    assert (item_of(source).vote_count, item_of(target).vote_count) == (8, 1)
    assert dict(Follow.objects.filter(item=target.pk).values_list("member__handle", "level")) == {"ann": "tracking"}


def test_whoever_voted_for_two_duplicates_is_counted_by_the_one_that_is_left(sam: Member, bo: Member) -> None:
    first, second, target = (ideas.idea(f"Idea {n}", by=make.member(f"m{n}")) for n in range(3))
    ideas.voted(first, bo)
    ideas.voted(second, bo)
    set_level(bo, first.item, Level.WATCHING)
    set_level(bo, second.item, Level.WATCHING)
    before = rows()
    one, two = merged(first, target, sam), merged(second, target, sam)
    assert item_of(target).vote_count == 4
    undo(one, by=sam)
    assert item_of(target).vote_count == 3
    assert Vote.objects.filter(item=target.pk, member=bo).exists()
    assert Follow.objects.filter(item=target.pk, member=bo).exists()
    undo(Merge.objects.get(pk=two.pk), by=sam)
    assert rows() == before


def test_the_count_of_a_further_duplicate_is_right_when_another_merge_is_undone(sam: Member, bo: Member) -> None:
    first, second, target = (ideas.idea(f"Idea {n}", by=make.member(f"m{n}")) for n in range(3))
    ideas.voted(first, bo)
    ideas.voted(second, bo)
    one, _two = merged(first, target, sam), merged(second, target, sam)
    undo(one, by=sam)
    for idea, votes in ((first, 2), (second, 0), (target, 3)):
        there = Vote.objects.filter(item=idea.pk).count()
        assert (item_of(idea).vote_count, there) == (votes, votes), idea
    cold = Idea.objects.get(pk=second.pk).heat
    settle_heat(item_of(second))
    assert Idea.objects.get(pk=second.pk).heat == cold


def test_what_an_import_left_as_merged_can_be_merged_and_comes_back(pair: tuple[Idea, Idea], sam: Member) -> None:
    source, target = pair
    stage = Stage.objects.get(kind="merged")
    Item.objects.filter(pk=source.pk).update(stage=stage.slug)
    Idea.objects.filter(pk=source.pk).update(stage=stage)
    settle_heat(item_of(source))
    before = rows()
    page = signed_in(sam).post(f"/ideas/{target.pk}/merge/", {"into": str(source.pk)})
    assert (page.status_code, "Choose the one that stays" in page.content.decode()) == (422, True)
    assert signed_in(sam).post(f"/ideas/{source.pk}/merge/", {"into": str(target.pk)}).status_code == 302
    one = Merge.objects.get()
    assert (one.move, item_of(target).vote_count, item_of(source).stage) == (None, 11, "merged")
    assert "This idea was merged into another one" in Client().get(item_of(source).path).content.decode()
    undo(one, by=sam)
    assert rows() == before


def test_private_ideas_of_two_people_are_not_merged(ann: Member, bo: Member, sam: Member) -> None:
    ones = [ideas.idea(f"Secret {by.handle}", by=by) for by in (ann, bo)]
    ones.append(ideas.idea("Another secret", "Nobody else knows.", by=ann))
    Item.objects.filter(kind="idea").update(visibility="private")
    with pytest.raises(MergeRefused, match="Not everybody"):
        merged(ones[0], ones[1], sam)
    assert merged(ones[0], ones[2], sam).target_id == ones[2].pk


def test_merging_goes_one_step(sam: Member) -> None:
    one, two, three = (ideas.idea(f"Idea {n}", by=make.member(f"m{n}")) for n in range(3))
    merged(one, two, sam)
    with pytest.raises(MergeRefused, match="Others were merged into this idea"):
        merged(two, three, sam)
    with pytest.raises(MergeRefused, match="merged already"):
        merged(one, three, sam)
    with pytest.raises(MergeRefused, match="into this one already"):
        merged(two, one, sam)
    with pytest.raises(MergeRefused, match="itself"):
        merged(three, three, sam)
    led = merged(three, one, sam)  # named what went elsewhere: it goes there
    assert led.target_id == two.pk == stays(item_of(one)).pk


def test_votes_go_only_where_their_voters_can_follow(ann: Member, bo: Member, sam: Member) -> None:
    acme = make.company()
    Member.objects.filter(pk=ann.pk).update(company=acme)
    ann.refresh_from_db()
    secret, public = ideas.idea("Secret", by=ann, is_private=True), ideas.idea("Public", by=bo)
    with pytest.raises(MergeRefused, match="Not everybody"):
        merged(public, secret, sam)
    assert merged(secret, public, sam).target_id == public.pk
    hidden = ideas.idea("Hidden", by=bo)
    Item.objects.filter(pk=hidden.pk).update(state="hidden")
    with pytest.raises(MergeRefused, match="visible"):
        merged(hidden, public, sam)


def test_a_stage_of_the_kind_is_needed(pair: tuple[Idea, Idea], sam: Member) -> None:
    Stage.objects.filter(kind="merged").delete()
    with pytest.raises(MergeRefused, match="no stage of the kind"):
        merged(*pair, sam)


def test_nobody_votes_for_replies_to_or_moves_what_was_merged(pair: tuple[Idea, Idea], sam: Member) -> None:
    source, target = pair
    stale = item_of(source)
    merged(source, target, sam)
    with pytest.raises(VoteRefused, match="vote there"):
        vote(stale, by=make.member("gus"))  # whose page is from before
    with pytest.raises(MoveRefused, match="Undo that first"):
        ideas.moved(source, "planned")
    answer = signed_in(make.member("gus")).get(f"/items/{source.pk}/reply/")
    assert answer.status_code == 403
    assert "reply there" in answer.content.decode()


def test_the_duplicate_keeps_its_page_and_leads_on(pair: tuple[Idea, Idea], sam: Member, bo: Member) -> None:
    source, target = pair
    merged(source, target, sam)
    page = Client().get(item_of(source).path).content.decode()
    assert "This idea was merged into another one" in page
    assert item_of(target).path in page
    assert "Upvote Dark mode, 11 votes" in page
    assert "Undo" not in page
    assert "Night mode" in Client().get(item_of(target).path).content.decode()
    ideas.voted(target, make.member("gus"))  # the page that is kept for guests follows
    assert "Upvote Dark mode, 12 votes" in Client().get(item_of(source).path).content.decode()
    assert f"/items/{target.pk}/vote/withdrawal/" in signed_in(bo).get(item_of(source).path).content.decode()


def test_a_title_that_may_not_be_read_is_not_said(pair: tuple[Idea, Idea], sam: Member, ann: Member) -> None:
    source, target = pair
    one = merged(source, target, sam)
    Item.objects.filter(pk=target.pk).update(visibility="company")
    page = Client().get(item_of(source).path).content.decode()
    assert "that you cannot read" in page
    assert "Dark mode" not in page
    Item.objects.filter(pk=target.pk).update(visibility="public")
    Item.objects.filter(pk=source.pk).update(visibility="company")
    assert "Night mode" not in Client().get(item_of(target).path).content.decode()
    assert one.pk


def test_staff_choose_look_merge_and_undo(pair: tuple[Idea, Idea], sam: Member, ann: Member, client: Client) -> None:
    source, target = pair
    address = f"/ideas/{source.pk}/merge/"
    assert signed_in(ann).get(address).status_code == 403
    assert client.post(address, {"into": target.pk}).status_code == 302
    assert not Merge.objects.exists()
    browser = signed_in(sam)
    assert address in browser.get(item_of(source).path).content.decode()
    for odd in ("0", "999999", "abc", "٣", "/ideas/x/", "", str(source.pk), str(make.thread().pk)):
        answer = browser.post(address, {"into": odd})
        assert (answer.status_code, odd) == (422, odd)
    page = browser.post(address, {"into": f"https://x.example{target.item.path}", "preview": "1"}).content.decode()
    assert "This is what comes along" in page
    assert "<b>11</b>" in page
    assert not Merge.objects.exists()
    answer = browser.post(address, {"into": f"https://x.example{target.item.path}"})
    assert answer.headers["Location"] == item_of(source).path
    assert item_of(target).vote_count == 11
    back = f"{address}withdrawal/"
    assert back in browser.get(item_of(target).path).content.decode()
    assert signed_in(ann).post(back).status_code == 403
    assert browser.get(back).status_code == 405
    assert browser.post(back).status_code == 302
    assert item_of(target).vote_count == 2
    assert browser.post(back).status_code == 302


def test_a_similar_idea_is_chosen_and_what_was_merged_is_not_offered(sam: Member, bo: Member) -> None:
    source, target = ideas.idea("Dark mode for the night"), ideas.idea("Dark mode for nights", by=bo)
    browser = signed_in(sam)
    address = f"/ideas/{source.pk}/merge/"
    assert "Dark mode for nights" in browser.get(address).content.decode()
    assert browser.post(address, {"chosen": target.pk}).status_code == 302
    assert Merge.objects.get().target_id == target.pk
    found = Client().get("/ideas/similar/", {"title": "Dark mode night"}).content.decode()
    assert item_of(target).path in found
    assert item_of(source).path not in found


def test_supporters_of_the_duplicate_hear_of_later_moves(pair: tuple[Idea, Idea], sam: Member) -> None:
    source, target = pair
    merged(source, target, sam)
    ideas.moved(target, "planned", tells=True, by=sam)
    tasks.run_all()
    told = Notification.objects.filter(topic=tell.MOVED, about=target.pk).values_list("recipient__handle", flat=True)
    assert set(told) == {"ann", "bo", "cy", "dee", "eve"}


def test_merging_costs_the_same_for_many_voters(sam: Member, django_assert_max_num_queries: Any) -> None:
    source, target = ideas.idea("Night mode"), ideas.idea("Dark mode", by=make.member("dee"))
    voters = [make.member(f"voter{number}") for number in range(40)]
    ideas.voted(source, *voters)
    for number, voter in enumerate(voters):
        set_level(voter, source.item, Level.WATCHING)
        if number % 2:
            Follow.objects.create(member=voter, item=target.item, level=Level.TRACKING, is_chosen=False)
    before = rows()
    with django_assert_max_num_queries(75):
        one = merged(source, target, sam)
    assert item_of(target).vote_count == 42
    with django_assert_max_num_queries(75):
        undo(one, by=sam)
    assert rows() == before


def test_a_feature_that_gathers_the_duplicate_tells_and_counts_who_wanted_it(
    sam: Member, bo: Member, ann: Member
) -> None:
    source, target = ideas.idea("Night mode", by=ann), ideas.idea("Dark mode", by=make.member("dee"))
    voters = [make.member(f"voter{number}") for number in range(5)]
    ideas.voted(source, bo, *voters[:4])
    ideas.voted(target, voters[4])
    feature = ideas.feature(area=ideas.area("web"))
    gather(feature, source, by=sam)
    before = rows()
    one = merged(source, target, sam)
    card = dressable(feature_rows(sam), sam).get()
    assert (item_of(target).vote_count, card.idea_votes) == (8, 8)  # type: ignore[attr-defined]
    assert Link.objects.filter(source=target.pk, target=feature.pk, kind="part_of").exists()
    assert "Dark mode" in Client().get(feature.item.path).content.decode()
    undo(one, by=sam)
    assert rows() == before
    merged(source, target, sam)
    release = draft_release(Told("Version 5", "What is new", "5.0"), by=sam)
    write_entry(release, Line("new", "A night theme", "Dark", features=(feature,)), by=sam)
    publish(release, by=sam)
    tasks.run_all()
    told = Notification.objects.filter(topic="shipped").values_list("recipient__handle", "detail__why")
    assert dict(told) == {"ann": "asked", "dee": "asked", "bo": "voted"} | {one.handle: "voted" for one in voters}
    assert Idea.objects.get(pk=target.pk).stage.kind == "shipped"


def test_a_feature_that_gathers_two_duplicates_keeps_what_stays_until_both_are_undone(sam: Member) -> None:
    first, second, target = (ideas.idea(f"Idea {n}", by=make.member(f"m{n}")) for n in range(3))
    feature, other = ideas.feature(), ideas.feature("Both themes")
    gather(feature, first, by=sam)
    gather(feature, second, by=sam)
    gather(other, first, by=sam)
    gather(other, target, by=sam)  # which it did anyway
    before = rows()
    one, two = merged(first, target, sam), merged(second, target, sam)
    undo(one, by=sam)
    assert set(Part.objects.filter(idea=target.pk).values_list("feature", flat=True)) == {feature.pk, other.pk}
    undo(Merge.objects.get(pk=two.pk), by=sam)
    assert rows() == before


def test_what_staff_gather_and_let_go_in_between_stays_as_they_did_it(sam: Member) -> None:
    source, target = ideas.idea("Night mode"), ideas.idea("Dark mode", by=make.member("dee"))
    feature, other = ideas.feature(), ideas.feature("Both themes")
    gather(feature, source, by=sam)
    gather(other, source, by=sam)
    one = merged(source, target, sam)
    let_go(feature, target, by=sam)
    gather(feature, target, by=sam)
    let_go(other, target, by=sam)
    undo(one, by=sam)
    assert list(Part.objects.filter(idea=target.pk).values_list("feature", flat=True)) == [feature.pk]
    assert Link.objects.filter(kind="part_of", target=feature.pk).count() == 2
    assert Link.objects.filter(kind="part_of", target=other.pk).count() == 1
