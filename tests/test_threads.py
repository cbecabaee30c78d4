"""Threads: asked, read, decided about."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client

from community.conversations import change
from community.conversations.models import ReadMark, Reply
from community.discussions import decide
from community.discussions.models import Closure, Pin, Solution, Thread
from community.feedback.models import Event, Item, Revision
from community.lib.line_changes import lines_changed
from community.members.models import Member
from tests import make
from tests.conftest import signed_in
from tests.quick import takes_less

pytestmark = pytest.mark.django_db


def test_a_thread_shows_its_words_people_and_replies(client: Client, ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="How do I sync?", body="My **calendar** is empty.")
    make.reply(thread, by=sam, body="Press *Sync*.", is_official=True)
    page = client.get(thread.item.path).content.decode()
    assert "How do I sync?" in page
    assert "<strong>calendar</strong>" in page
    assert "Ann Okafor" in page
    assert "post-official" in page
    assert "Staff" in page


def test_the_sign_before_a_thread_is_one_that_is_drawn(client: Client, ann: Member, sam: Member) -> None:
    """A name that the sheet of icons does not know shows its first one: a house stood before announcements."""
    make.thread(by=sam, title="Maintenance", kind="announcement")
    make.thread(by=ann, title="Why?")
    decide.pin(make.thread(by=ann, title="Read first"), by=sam)
    decide.close(make.thread(by=ann, title="Over"), by=sam)
    solved = make.thread(by=ann, title="Done")
    decide.solve(solved, make.reply(solved, by=sam), by=ann)
    page = client.get("/discussions/").content.decode()
    signs = set(re.findall(r'row-state row-([a-z]+)"', page))
    assert signs == {"horn", "question", "pin", "lock", "solved"}
    assert signs <= set(re.findall(r"\.icon-([a-z]+) ", Path("static/css/base/icon.css").read_text()))


def test_another_slug_leads_to_the_right_address(client: Client, ann: Member) -> None:
    thread = make.thread(by=ann, title="Once")
    answer = client.get(f"/t/{thread.pk}/older-name/?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{thread.item.path}?page=2")


def test_asking_goes_from_title_to_thread(ann: Member) -> None:
    place = make.category("help").place
    browser = signed_in(ann)
    make.thread(by=ann, title="Calendar sync is broken")
    step = browser.get("/t/new/", {"title": "Calendar sync broken?"}).content.decode()
    assert "<mark>Calendar</mark> <mark>sync</mark> is <mark>broken</mark>" in step
    words = {
        "title": "Calendar sync broken?",
        "body": "It is.",
        "place": place.pk,
        "kind": "question",
        "language": "en",
    }
    answer = browser.post("/t/new/", words)
    thread = Thread.objects.exclude(item__title="Calendar sync is broken").get()
    assert answer.headers["Location"] == thread.item.path
    assert Event.objects.filter(item=thread.item, verb="posted", by=ann).count() == 1


def test_a_mistake_in_the_form_keeps_what_was_typed(ann: Member) -> None:
    answer = signed_in(ann).post("/t/new/", {"title": "Hello there", "body": "Long and precious words"})
    assert answer.status_code == 422
    assert "Long and precious words" in answer.content.decode()


def test_asking_twice_in_a_row_is_one_thread(ann: Member) -> None:
    place = make.category().place
    browser = signed_in(ann)
    words = {"title": "Twice?", "body": "Same.", "place": place.pk, "kind": "question", "language": "en"}
    assert browser.post("/t/new/", words).headers["Location"] == browser.post("/t/new/", words).headers["Location"]
    assert Thread.objects.count() == 1


def test_the_solution_is_chosen_by_the_asker(client: Client, ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    make.reply(thread, by=bo, body="Turn it off and on.")
    url = f"/threads/{thread.pk}/solution/1/"
    assert signed_in(bo).post(url).status_code == 403
    assert signed_in(ann).post(url).status_code == 302
    assert Solution.objects.get().by == ann
    page = client.get(thread.item.path).content.decode()
    assert "Chosen by the asker" in page
    signed_in(ann).post(f"/threads/{thread.pk}/solution/withdrawal/")
    assert not Solution.objects.exists()


def test_staff_choose_a_solution_too_and_replace_it(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    make.reply(thread, by=bo)
    second = make.reply(thread, by=bo)
    signed_in(ann).post(f"/threads/{thread.pk}/solution/1/")
    signed_in(sam).post(f"/threads/{thread.pk}/solution/2/")
    assert Solution.objects.get().reply == second


def test_solved_stands_only_while_its_reply_does(client: Client, ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo, body="Turn it off and on.")
    signed_in(ann).post(f"/threads/{thread.pk}/solution/1/")
    chosen = Solution.objects.values().get()
    assert "Solved" in client.get("/discussions/").content.decode()
    assert "acceptedAnswer" in client.get(thread.item.path).content.decode()
    signed_in(sam).post(f"/replies/{reply.pk}/removal/")
    assert "Solved" not in client.get("/discussions/").content.decode()
    assert "acceptedAnswer" not in client.get(thread.item.path).content.decode()
    signed_in(sam).post(f"/replies/{reply.pk}/restoration/")
    assert "Solved" in client.get("/discussions/").content.decode()
    assert Solution.objects.values().get() == chosen


def test_what_was_decided_meanwhile_stays_when_a_solution_is_restored(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    first, second = make.reply(thread, by=bo), make.reply(thread, by=bo)
    signed_in(ann).post(f"/threads/{thread.pk}/solution/1/")
    signed_in(sam).post(f"/replies/{first.pk}/removal/")
    signed_in(ann).post(f"/threads/{thread.pk}/solution/2/")
    signed_in(sam).post(f"/replies/{first.pk}/restoration/")
    assert Solution.objects.get().reply == second
    signed_in(ann).post(f"/threads/{thread.pk}/solution/withdrawal/")
    signed_in(sam).post(f"/replies/{first.pk}/removal/")
    signed_in(sam).post(f"/replies/{first.pk}/restoration/")
    assert not Solution.objects.exists()


def test_a_reply_removed_while_it_is_chosen_solves_nothing(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo)
    change.remove(reply, by=sam)
    decide.solve(thread, reply, by=ann)
    assert not Solution.objects.exists()
    change.restore(reply, by=sam)
    assert Solution.objects.get().by == ann


def test_a_discussion_has_no_solution(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann, kind="discussion")
    make.reply(thread, by=bo)
    assert signed_in(ann).post(f"/threads/{thread.pk}/solution/1/").status_code == 403


def test_a_closed_thread_takes_no_reply_but_from_staff(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    assert signed_in(bo).post(f"/threads/{thread.pk}/closure/").status_code == 403
    signed_in(ann).post(f"/threads/{thread.pk}/closure/")
    assert signed_in(bo).post(f"/items/{thread.pk}/reply/", {"body": "Too late?"}).status_code == 403
    assert signed_in(sam).post(f"/items/{thread.pk}/reply/", {"body": "A last word."}).status_code == 302
    signed_in(ann).post(f"/threads/{thread.pk}/closure/withdrawal/")
    assert not Closure.objects.exists()


def test_what_staff_locked_its_author_cannot_open(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    assert signed_in(ann).post(f"/threads/{thread.pk}/lock/").status_code == 403
    signed_in(sam).post(f"/threads/{thread.pk}/lock/")
    assert signed_in(ann).post(f"/threads/{thread.pk}/closure/withdrawal/").status_code == 403


def test_a_pin_stands_first_in_its_category_or_everywhere(client: Client, ann: Member, sam: Member) -> None:
    old = make.thread(by=ann, title="An old pinned one")
    for number in range(3):
        make.thread(by=ann, title=f"Newer {number}")
    signed_in(sam).post(f"/threads/{old.pk}/pin/")
    here = client.get("/c/general/").content.decode()
    assert here.index("An old pinned one") < here.index("Newer 2")
    everywhere = client.get("/discussions/").content.decode()
    assert everywhere.index("An old pinned one") > everywhere.index("Newer 2")
    signed_in(sam).post(f"/threads/{old.pk}/pin/everywhere/")
    everywhere = client.get("/discussions/").content.decode()
    assert everywhere.index("An old pinned one") < everywhere.index("Newer 2")
    assert everywhere.count("An old pinned one") == 1
    assert Pin.objects.get().by == sam


def test_a_private_question_is_published_only_with_consent(
    client: Client, ann: Member, bo: Member, sam: Member
) -> None:
    thread = make.thread(by=ann, title="My invoice", is_private=True)
    reply = make.reply(thread, by=sam)
    assert client.get(thread.item.path).status_code == 404
    assert signed_in(bo).get(thread.item.path).status_code == 404
    assert signed_in(bo).post(f"/items/{reply.pk}/vote/").status_code == 404
    assert "My invoice" not in client.get("/discussions/").content.decode()
    assert "My invoice" in signed_in(sam).get("/desk/").content.decode() or reply
    assert signed_in(sam).post(f"/threads/{thread.pk}/publication/").status_code == 403
    assert signed_in(sam).post(f"/threads/{thread.pk}/consent/").status_code == 403
    signed_in(ann).post(f"/threads/{thread.pk}/consent/")
    assert signed_in(sam).post(f"/threads/{thread.pk}/publication/").status_code == 302
    page = client.get(thread.item.path)
    assert page.status_code == 200
    assert Item.objects.get(pk=reply.pk).visibility == "public"


def test_a_premoderated_category_holds_what_members_write(client: Client, ann: Member, sam: Member) -> None:
    place = make.category("careful", is_premoderated=True).place
    thread = make.thread(by=ann, title="Please approve", place=place)
    assert client.get(thread.item.path).status_code == 404
    assert "waits for approval" in signed_in(ann).get(thread.item.path).content.decode()
    assert "Please approve" in signed_in(sam).get("/desk/").content.decode()
    signed_in(sam).post(f"/threads/{thread.pk}/approval/")
    assert client.get(thread.item.path).status_code == 200
    reply = make.reply(thread, by=ann, body="A held reply")
    assert "A held reply" not in client.get(thread.item.path).content.decode()
    signed_in(sam).post(f"/replies/{reply.pk}/approval/")
    assert "A held reply" in client.get(thread.item.path).content.decode()
    assert Item.objects.get(pk=thread.pk).reply_count == 1


def test_what_was_approved_and_is_changed_waits_again(client: Client, ann: Member, bo: Member, sam: Member) -> None:
    place = make.category("careful", is_premoderated=True).place
    thread = make.thread(by=ann, title="Innocent", body="Innocent words", place=place)
    signed_in(sam).post(f"/threads/{thread.pk}/approval/")
    reply = make.reply(thread, by=bo, body="Innocent too")
    signed_in(sam).post(f"/replies/{reply.pk}/approval/")
    signed_in(ann).post(f"/threads/{thread.pk}/solution/1/")
    told = signed_in(bo).post(f"/replies/{reply.pk}/edit/", {"body": "Buy pills"}, follow=True).content.decode()
    assert "appear as soon as they are approved" in told
    page = client.get(thread.item.path).content.decode()
    assert "pills" not in page
    assert "Solved" not in client.get("/discussions/").content.decode()
    assert Item.objects.get(pk=thread.pk).reply_count == 0
    signed_in(sam).post(f"/replies/{reply.pk}/approval/")
    assert "pills" in client.get(thread.item.path).content.decode()
    assert Item.objects.get(pk=thread.pk).reply_count == 1
    assert Solution.objects.exists()
    words = {"title": "Innocent", "body": "Buy pills here"}
    told = signed_in(ann).post(f"/threads/{thread.pk}/edit/", words, follow=True).content.decode()
    assert "appear as soon as they are approved" in told
    assert client.get(thread.item.path).status_code == 404
    assert "Innocent" in signed_in(sam).get("/desk/").content.decode()


def test_what_staff_change_or_nobody_changed_does_not_wait(client: Client, ann: Member, sam: Member) -> None:
    place = make.category("careful", is_premoderated=True).place
    thread = make.thread(by=ann, title="Innocent", body="Innocent words", place=place)
    decide.approve(thread, by=sam)
    signed_in(ann).post(f"/threads/{thread.pk}/edit/", {"title": "Innocent", "body": "Innocent words"})
    signed_in(sam).post(f"/threads/{thread.pk}/edit/", {"title": "Innocent", "body": "Clearer words"})
    cleo = make.member("cleo", role="champion")
    signed_in(cleo).post(f"/threads/{thread.pk}/edit/", {"title": "A clearer title"})
    thread.item.refresh_from_db()
    assert thread.item.title == "A clearer title"
    assert client.get(thread.item.path).status_code == 200


def test_editing_keeps_history_with_a_diff(client: Client, ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann, title="Before", body="one\ntwo\nthree")
    url = f"/threads/{thread.pk}/edit/"
    assert signed_in(bo).get(url).status_code == 403
    answer = signed_in(ann).post(url, {"title": "After", "body": "one\n2\nthree"})
    assert answer.headers["Location"] == f"/t/{thread.pk}/after/"
    page = client.get(f"/items/{thread.pk}/history/").content.decode()
    assert "diff-del" in page
    assert "two" in page
    assert "After" in page
    assert "edited" in client.get(f"/t/{thread.pk}/after/").content.decode()


def test_what_was_typed_into_an_edit_is_there_again(ann: Member) -> None:
    thread = make.thread(by=ann, title="Before", body="Old words.")
    url, browser = f"/threads/{thread.pk}/edit/", signed_in(ann)
    saved = browser.post(f"/drafts/edit:{thread.pk}/", {"seq": 0, "title": "After", "body": "New wo"})
    page = browser.get(url).content.decode()
    assert 'value="After"' in page
    assert ">New wo</textarea>" in page
    assert f'data-seq="{saved.json()["seq"]}"' in page
    assert "data-discard-draft" in page
    browser.post(url, {"title": "After", "body": "New words."})
    assert "data-discard-draft" not in browser.get(url).content.decode()


def test_kind_and_language_can_be_put_right(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Nice sync", body="I like it.")
    url, words = f"/threads/{thread.pk}/edit/", {"title": "Nice sync", "body": "I like it."}
    assert 'value="announcement"' not in signed_in(ann).get(url).content.decode()
    assert signed_in(ann).post(url, words | {"kind": "announcement"}).status_code == 422
    signed_in(ann).post(url, words | {"kind": "discussion", "language": "pl"})
    thread.refresh_from_db()
    assert (thread.kind, Item.objects.get(pk=thread.pk).language) == ("discussion", "pl")
    assert thread.item.events.filter(verb="filed", by=ann).count() == 1
    signed_in(sam).post(url, words | {"kind": "announcement", "language": "pl"})
    thread.refresh_from_db()
    assert thread.kind == "announcement"


def test_what_is_solved_stays_a_question(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    decide.solve(thread, make.reply(thread, by=sam), by=ann)
    words = {"title": "A question", "body": "Words.", "kind": "discussion"}
    assert signed_in(ann).post(f"/threads/{thread.pk}/edit/", words).status_code == 422


def test_a_history_of_a_thousand_edits_comes_in_pages(
    client: Client, ann: Member, bo: Member, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    few, many = make.thread(by=ann, title="Few", body="text 2"), make.thread(by=bo, title="Many", body="text 1000")
    for thread, count in ((few, 2), (many, 1000)):
        Revision.objects.bulk_create(
            Revision(item=thread.item, number=number + 1, title=thread.item.title, body=f"text {number}", by=bo)
            for number in range(count)
        )
    for thread in (few, many):
        client.get("/")  # the site is read once by each worker
        with django_assert_num_queries(5):
            page = client.get(f"/items/{thread.pk}/history/").content.decode()
    seen = re.findall(r"text (\d+)", page)
    while "after=" in page:
        assert page.count("<section") == 20
        page = client.get(re.search(r'href="(/items/\d+/history/\?after=[^"]+)"', page)[1]).content.decode()
        seen += re.findall(r"text (\d+)", page)
    edits = [(str(number), str(number + 1)) for number in reversed(range(1000))]
    assert seen == [one for pair in edits for one in pair]
    assert client.get(f"/items/{few.pk}/history/?after=nonsense").content.decode().count("<section") == 2


def test_a_diff_of_lines_made_to_be_alike_is_not_waited_for(client: Client, ann: Member) -> None:
    lines = [str(number % 100) for number in range(6_000)]
    thread = make.thread(by=ann, body="\n".join(lines))
    Revision.objects.create(item=thread.item, number=1, title="", body="\n".join(lines[::-1]), by=ann)
    path = f"/items/{thread.pk}/history/"
    assert takes_less(1, lambda: client.get(path))
    assert len(client.get(path).content.decode()) < 60_000


def test_a_small_change_in_a_long_text_shows_two_lines_around_it() -> None:
    lines = [f"line {number}" for number in range(3_000)]
    changed = [*lines[:1_500], "new", *lines[1_501:]]
    around = [
        ("", "line 1498"),
        ("", "line 1499"),
        ("-", "line 1500"),
        ("+", "new"),
        ("", "line 1501"),
        ("", "line 1502"),
    ]
    assert lines_changed("\n".join(lines), "\n".join(changed)) == around
    assert lines_changed("\n".join(lines), "\n".join([*lines, "more"])) == [
        ("", "line 2998"), ("", "line 2999"), ("+", "more"),
    ]  # fmt: skip
    assert lines_changed("a\na", "a\na\na") == [("", "a"), ("", "a"), ("+", "a")]
    assert lines_changed("", "a") == [("+", "a")]


def test_a_champion_retitles_and_moves_but_does_not_touch_words(ann: Member) -> None:
    priya = make.member("priya", role="champion")
    thread = make.thread(by=ann, title="Typo in titel", body="Mine.")
    other = make.category("other").place
    page = signed_in(priya).get(f"/threads/{thread.pk}/edit/").content.decode()
    assert "<textarea" not in page
    assert "the words stay the author" in page
    signed_in(priya).post(f"/threads/{thread.pk}/edit/", {"title": "Typo in title", "body": "Hijacked."})
    item = Item.objects.get(pk=thread.pk)
    assert (item.title, item.body) == ("Typo in title", "Mine.")
    signed_in(priya).post(f"/threads/{thread.pk}/move/", {"place": other.pk})
    assert Item.objects.get(pk=thread.pk).place_id == other.pk


def test_only_staff_post_announcements(ann: Member, sam: Member) -> None:
    place = make.category("news", posting="staff").place
    words = {"title": "Big news", "body": "Really.", "place": place.pk, "kind": "announcement", "language": "en"}
    assert signed_in(ann).post("/t/new/", words).status_code == 422
    assert signed_in(sam).post("/t/new/", words).status_code == 302


def test_reading_moves_the_mark_and_unread_leads_to_the_first_unread(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    make.replies(thread, 22)
    browser = signed_in(bo)
    assert "23 new" in browser.get("/discussions/").content.decode()
    browser.get(thread.item.path)
    assert ReadMark.objects.get(member=bo).number == 20
    listed = browser.get("/discussions/").content.decode()
    assert "2 new" in listed
    assert f"{thread.item.path}?page=2#21" in listed
    browser.post("/discussions/read/")
    assert "2 new" not in browser.get("/discussions/").content.decode()


def test_page_n_and_its_edges(client: Client, ann: Member) -> None:
    thread = make.thread(by=ann)
    make.replies(thread, 41)
    last = client.get(f"{thread.item.path}?page=3").content.decode()
    assert 'id="41"' in last
    assert 'id="40"' not in last
    for odd in ("-1", "0", "1e9", "NaN", "٣", "", "99999999999999999999"):
        assert client.get(thread.item.path, {"page": odd}).status_code == 200
    assert Reply.objects.get(number=41).item.path == f"{thread.item.path}?page=3#41"


def test_removing_a_thread(client: Client, ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Regretted")
    assert signed_in(bo).post(f"/threads/{thread.pk}/removal/").status_code == 403
    answered = make.thread(by=ann, title="Answered")
    make.reply(answered, by=bo)
    assert signed_in(ann).post(f"/threads/{answered.pk}/removal/").status_code == 403
    signed_in(ann).post(f"/threads/{thread.pk}/removal/")
    assert client.get(thread.item.path).status_code == 404
    assert signed_in(sam).get(thread.item.path).status_code == 200
    signed_in(sam).post(f"/threads/{thread.pk}/restoration/")
    assert client.get(thread.item.path).status_code == 200


@pytest.mark.parametrize("noun", ["pin", "closure", "lock", "removal", "approval", "consent", "publication"])
def test_a_get_changes_nothing(noun: str, ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    assert signed_in(sam).get(f"/threads/{thread.pk}/{noun}/").status_code == 405


def test_structured_data_says_question_and_answer(client: Client, ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann, title="What </script><script>alert(1)</script>?")
    reply = make.reply(thread, by=bo, body="This.")
    decide.solve(thread, reply, by=ann)
    page = client.get(thread.item.path).content.decode()
    assert '"@type": "QAPage"' in page
    assert "acceptedAnswer" in page
    assert "<script>alert(1)" not in page
    assert 'rel="canonical"' in page
    assert "og:title" in page
