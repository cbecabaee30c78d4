"""Moving, splitting and merging threads, and undoing it to the row."""

import pytest
from django.test import Client

from community.conversations.models import Reply
from community.discussions import decide, relocate
from community.discussions.models import Relocation, Solution, Thread
from community.discussions.relocate import RelocationRefused
from community.feedback.models import Item, Vote
from community.feedback.vote import vote
from community.members.models import Member
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def rows() -> dict[str, list[tuple]]:
    """Everything about threads and replies that an undo must restore."""
    items = Item.objects.filter(kind__in=("thread", "reply")).exclude(state="removed")
    return {
        "items": list(
            items.order_by("pk").values_list(
                "pk",
                "state",
                "place_id",
                "visibility",
                "path",
                "reply_count",
                "reply_serial",
                "vote_count",
                "active_at",
            )
        ),
        "replies": list(Reply.objects.filter(item__in=items).order_by("pk").values_list("pk", "about_id", "number")),
        "votes": list(Vote.objects.order_by("pk").values_list("item_id", "member_id")),
    }


def numbers(thread: Thread) -> list[int]:
    return list(Reply.objects.filter(about=thread.pk).order_by("number").values_list("number", flat=True))


@pytest.fixture
def pair(ann: Member, bo: Member) -> tuple[Thread, Thread]:
    left = make.thread(by=ann, title="Left")
    right = make.thread(by=bo, title="Right")
    for number in range(3):
        make.reply(left, by=bo, body=f"left {number}")
        make.reply(right, by=ann, body=f"right {number}")
    vote(Reply.objects.get(about=left.pk, number=2).item, by=ann)
    return left, right


def test_a_move_takes_the_replies_along_and_back(pair: tuple[Thread, Thread], sam: Member, client: Client) -> None:
    left, _right = pair
    other = make.category("other", audience="members")
    before = rows()
    relocation = relocate.move(left, other, by=sam)
    assert set(Item.objects.filter(reply__about=left.pk).values_list("place_id", flat=True)) == {other.pk}
    assert client.get(left.item.path).status_code == 404
    relocate.undo(relocation, by=sam)
    assert rows() == before
    assert client.get(left.item.path).status_code == 200


def test_a_merge_joins_and_its_undo_restores_every_row(
    pair: tuple[Thread, Thread], sam: Member, client: Client
) -> None:
    left, right = pair
    before = rows()
    relocation = relocate.merge(left, right, by=sam)
    assert numbers(right) == [1, 2, 3, 4, 5, 6, 7]
    assert client.get(left.item.path).headers["Location"] == right.item.path
    page = client.get(right.item.path).content.decode()
    assert page.index("right 2") < page.index("left 0")
    assert Item.objects.get(pk=right.pk).reply_count == 7
    relocate.undo(relocation, by=sam)
    assert rows() == before


def test_what_is_written_after_a_merge_stays_where_it_was_written(pair: tuple[Thread, Thread], sam: Member) -> None:
    left, right = pair
    relocation = relocate.merge(left, right, by=sam)
    late = make.reply(right, by=sam, body="after the merge")
    assert late.number == 8
    relocate.undo(relocation, by=sam)
    late.refresh_from_db()
    assert (late.about_id, late.number) == (right.pk, 4)
    assert Item.objects.get(pk=late.pk).path == f"{right.item.path}#4"
    assert numbers(left) == [1, 2, 3]


def test_a_split_makes_a_thread_of_its_own_and_back(pair: tuple[Thread, Thread], sam: Member, client: Client) -> None:
    left, _right = pair
    before = rows()
    chosen = Reply.objects.filter(about=left.pk, number__in=(2, 3))
    relocation = relocate.split(left, chosen, "A thing of its own", by=sam)
    page = client.get(relocation.target.path).content.decode()
    assert "left 1" in page
    assert "left 2" in page
    assert numbers(left) == [1]
    relocate.undo(relocation, by=sam)
    after = rows()
    assert after["replies"] == before["replies"]
    assert after["items"] == before["items"]
    assert client.get(relocation.target.path).status_code == 404


def test_a_solution_goes_with_its_reply_and_comes_back(pair: tuple[Thread, Thread], sam: Member, ann: Member) -> None:
    left, right = pair
    chosen = Reply.objects.get(about=left.pk, number=2)
    decide.solve(left, chosen, by=ann)
    before = list(Solution.objects.values())
    split = relocate.split(left, [chosen], "A thing of its own", by=sam)
    assert not Solution.objects.exists()
    relocate.undo(split, by=sam)
    assert list(Solution.objects.values()) == before
    merged = relocate.merge(left, right, by=sam)
    assert not Solution.objects.exists()
    relocate.undo(merged, by=sam)
    assert list(Solution.objects.values()) == before


def test_a_split_of_a_private_thread_stays_in_its_asker_s_sight(ann: Member, sam: Member) -> None:
    private = make.thread(by=ann, is_private=True)
    make.reply(private, by=sam, body="Which version?")
    make.reply(private, by=ann, body="The newest. And another thing …")
    make.reply(private, by=sam, body="About that other thing")
    words = {"title": "Another thing", "replies": list(Reply.objects.exclude(number=2).values_list("pk", flat=True))}
    answer = signed_in(sam).post(f"/threads/{private.pk}/split/", words)
    assert answer.status_code == 422
    assert "must begin with a reply by its asker" in answer.content.decode()
    words["replies"] = list(Reply.objects.exclude(number=1).values_list("pk", flat=True))
    answer = signed_in(sam).post(f"/threads/{private.pk}/split/", words)
    assert "About that other thing" in signed_in(ann).get(answer.headers["Location"]).content.decode()


def test_refusals_say_why(pair: tuple[Thread, Thread], sam: Member, ann: Member) -> None:
    left, right = pair
    private = make.thread(by=ann, is_private=True)
    with pytest.raises(RelocationRefused, match="itself"):
        relocate.merge(left, left, by=sam)
    with pytest.raises(RelocationRefused, match="private"):
        relocate.merge(private, right, by=sam)
    with pytest.raises(RelocationRefused, match="already"):
        relocate.move(left, left.item.place.category, by=sam)
    with pytest.raises(RelocationRefused, match="Choose"):
        relocate.split(left, [], "Nothing", by=sam)
    relocation = relocate.merge(left, right, by=sam)
    relocate.undo(relocation, by=sam)
    with pytest.raises(RelocationRefused, match="undone"):
        relocate.undo(relocation, by=sam)


def test_staff_merge_and_undo_in_the_browser(pair: tuple[Thread, Thread], sam: Member, ann: Member) -> None:
    left, right = pair
    browser = signed_in(sam)
    assert signed_in(ann).post(f"/threads/{left.pk}/merge/", {"into": right.pk}).status_code == 403
    answer = browser.post(f"/threads/{left.pk}/merge/", {"into": f"https://x.example{right.item.path}"})
    assert answer.headers["Location"] == right.item.path
    assert "was merged into this thread" in browser.get(right.item.path).content.decode()
    relocation = Relocation.objects.get()
    assert signed_in(ann).post(f"/relocations/{relocation.pk}/undo/").status_code == 403
    assert browser.post(f"/relocations/{relocation.pk}/undo/").status_code == 302
    assert Item.objects.get(pk=left.pk).is_visible
    for odd in ("0", "999999", "abc", "٣", "/t/x/"):
        assert browser.post(f"/threads/{left.pk}/merge/", {"into": odd}).status_code == 422


def test_B37_a_split_cannot_take_replies_of_another_thread(pair: tuple[Thread, Thread], sam: Member) -> None:
    left, right = pair
    foreign = Reply.objects.filter(about=right.pk).first()
    words = {"title": "Stolen", "replies": [foreign.pk]}
    assert signed_in(sam).post(f"/threads/{left.pk}/split/", words).status_code == 422
    assert not Relocation.objects.exists()
