"""Reporting posts, and the queue where staff decide."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.models import Item
from community.feedback.states import HOLD, change_state
from community.members.models import Member
from community.moderation.flag import flag
from community.moderation.models import Flag, ModerationEntry
from tests import make
from tests.conftest import signed_in
from tests.test_budgets import scans
from tests.test_states import state

pytestmark = pytest.mark.django_db
QUEUE = "/desk/moderation/"


def champion(handle: str) -> Member:
    return make.member(handle, role="champion")


def test_a_report_reaches_the_queue_with_its_reason_and_words(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Buy my pills", body="Cheap pills")
    page = signed_in(bo).get(thread.item.path).content.decode()
    assert f'href="/items/{thread.pk}/flag/"' in page
    answer = signed_in(bo).post(f"/items/{thread.pk}/flag/", {"reason": "spam", "words": "Third time today"})
    assert answer.headers["Location"] == thread.item.path
    queue = signed_in(sam).get(QUEUE).content.decode()
    for words in ("Buy my pills", "Cheap pills", "Spam or advertising", "Third time today", "Bo Lind", "Ann Okafor"):
        assert words in queue


def test_a_guest_is_led_to_the_log_in(ann: Member) -> None:
    thread = make.thread(by=ann)
    guest = Client()
    assert f'href="/items/{thread.pk}/flag/"' in guest.get(thread.item.path).content.decode()
    assert guest.get(f"/items/{thread.pk}/flag/").headers["Location"].startswith("/accounts/login/?next=/items/")


def test_what_cannot_be_reported_says_why(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    own = signed_in(ann).post(f"/items/{thread.pk}/flag/", {"reason": "spam"})
    assert own.status_code == 422
    assert "This is yours" in own.content.decode()
    for _ in range(2):
        again = signed_in(bo).post(f"/items/{thread.pk}/flag/", {"reason": "spam", "words": "Dear words"})
    assert again.status_code == 422
    assert "You have reported this already" in again.content.decode()
    assert "Dear words" in again.content.decode()
    assert Flag.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "complaint"),
    [({}, "required"), ({"reason": "x"}, "valid choice"), ({"reason": "other"}, "Say in a few words"),
     ({"reason": "spam", "words": "a\ufffdb"}, "could not be read"), ({"reason": "spam", "words": "w" * 501}, "500")],
)  # fmt: skip
def test_bad_reports_are_a_form_error(said: dict[str, str], complaint: str, ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    answer = signed_in(bo).post(f"/items/{thread.pk}/flag/", said)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not Flag.objects.exists()


def test_B21_what_one_cannot_see_one_cannot_report(ann: Member, bo: Member) -> None:
    private = make.thread(by=ann, is_private=True)
    for pk in (private.pk, private.pk + 999):
        assert signed_in(bo).get(f"/items/{pk}/flag/").status_code == 404
        assert signed_in(bo).post(f"/items/{pk}/flag/", {"reason": "spam"}).status_code == 404


def test_reports_have_a_limit_a_day(ann: Member, bo: Member) -> None:
    threads = [make.thread(by=make.member("sam", role="agent")) for _ in range(6)]
    browser = signed_in(bo)
    answers = [browser.post(f"/items/{one.pk}/flag/", {"reason": "spam"}) for one in threads]
    assert [answer.status_code for answer in answers] == [302] * 5 + [422]
    assert "You can report 5 posts a day" in answers[-1].content.decode()


def test_enough_reports_by_trusted_members_hide_until_staff_look(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    for handle in ("dee", "eli"):
        flag(thread.item, by=champion(handle), reason="abuse")
    for handle in ("fay", "gus", "hal"):
        flag(thread.item, by=make.member(handle), reason="spam")
    assert state(thread.item) == "visible"
    flag(thread.item, by=champion("ivy"), reason="abuse")
    assert state(thread.item) == "hidden"
    entry = ModerationEntry.objects.get()
    assert (entry.verb, entry.by, entry.reason, entry.member) == ("hidden", None, "abuse", ann)
    assert Client().get(thread.item.path).status_code == 404
    assert "Insult or abuse" in signed_in(ann).get(thread.item.path).content.decode()
    assert thread.item.title in signed_in(sam).get(QUEUE).content.decode()
    signed_in(sam).post(f"{QUEUE}items/{thread.pk}/keep/")
    assert state(thread.item) == "visible"
    assert not Flag.objects.open().exists()
    assert set(Flag.objects.values_list("outcome", flat=True)) == {"dismissed"}


@pytest.mark.parametrize("needed", [0, 1])
def test_the_site_says_how_many_reports_hide(needed: int, ann: Member) -> None:
    make.site(flags_to_hide=needed)
    thread = make.thread(by=ann)
    flag(thread.item, by=champion("dee"), reason="spam")
    assert state(thread.item) == ("hidden" if needed else "visible")


def test_reports_never_hide_what_staff_say(sam: Member) -> None:
    thread = make.thread(by=sam)
    for handle in ("dee", "eli", "ivy", "jo"):
        flag(thread.item, by=champion(handle), reason="other", words="No")
    assert state(thread.item) == "visible"


@pytest.mark.parametrize(
    ("act", "begins", "ends", "outcome"),
    [("hide", "visible", "hidden", "upheld"), ("remove", "visible", "removed", "upheld"),
     ("remove", "hidden", "removed", "upheld"), ("keep", "visible", "visible", "dismissed"),
     ("restore", "hidden", "visible", "dismissed"), ("approve", "held", "visible", "dismissed")],
)  # fmt: skip
def test_each_decision_is_one_click(
    act: str, begins: str, ends: str, outcome: str, ann: Member, bo: Member, sam: Member
) -> None:
    thread = make.thread(by=ann)
    flag(thread.item, by=bo, reason="off-topic")
    Item.objects.filter(pk=thread.pk).update(state=begins)
    answer = signed_in(sam).post(f"{QUEUE}items/{thread.pk}/{act}/")
    assert answer.headers["Location"] == QUEUE
    assert state(thread.item) == ends
    made = Flag.objects.get()
    assert (made.outcome, made.resolved_by) == (outcome, sam)
    entry = ModerationEntry.objects.get()
    assert (entry.by, entry.member, entry.item_id) == (sam, ann, thread.pk)
    assert entry.reason == "off-topic" if act in ("hide", "remove") else True
    assert thread.item.title not in signed_in(sam).get(QUEUE).content.decode()


def test_a_second_click_does_nothing(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    for _ in range(2):
        signed_in(sam).post(f"{QUEUE}items/{thread.pk}/remove/")
    assert ModerationEntry.objects.count() == 1


def test_a_reason_and_words_reach_the_author(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo, body="Hm")
    staff = signed_in(sam)
    assert staff.get(f"{QUEUE}items/{reply.pk}/").status_code == 200
    staff.post(f"{QUEUE}items/{reply.pk}/hide/", {"reason": "private", "words": "Please leave out the number"})
    page = signed_in(bo).get(thread.item.path).content.decode()
    assert "Private data. Please leave out the number" in page
    assert "Please leave out the number" in signed_in(bo).get("/members/bo/").content.decode()
    for stranger in (Client(), signed_in(ann)):
        assert "Please leave out" not in stranger.get(thread.item.path).content.decode()
        assert "Please leave out" not in stranger.get("/members/bo/").content.decode()


def test_the_menu_of_a_post_is_logged_and_decides_too(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo)
    flag(reply.item, by=ann, reason="abuse")
    signed_in(sam).post(f"/replies/{reply.pk}/removal/")
    assert ModerationEntry.objects.get().verb == "removed"
    assert Flag.objects.get().outcome == "upheld"


def test_what_authors_remove_themselves_is_no_moderation(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Regretted")
    flag(thread.item, by=bo, reason="abuse")
    signed_in(ann).post(f"/threads/{thread.pk}/removal/")
    assert not ModerationEntry.objects.exists()
    assert "Regretted" not in signed_in(sam).get(QUEUE).content.decode()


def test_B37_staff_do_not_decide_about_staff_beside_or_above_them(sam: Member) -> None:
    peer, boss = make.member("mo", role="agent"), make.member("mia", role="manager")
    for author in (peer, boss):
        thread = make.thread(by=author)
        assert signed_in(sam).post(f"{QUEUE}items/{thread.pk}/remove/").status_code == 403
        assert state(thread.item) == "visible"
    thread = make.thread(by=sam)
    assert signed_in(boss).post(f"{QUEUE}items/{thread.pk}/hide/").status_code == 302
    assert state(thread.item) == "hidden"


@pytest.mark.parametrize("who", ["guest", "bo", "priya"])
def test_B37_members_decide_nothing(who: str, ann: Member) -> None:
    thread = make.thread(by=ann)
    roles = {"bo": "member", "priya": "champion"}
    browser = Client() if who == "guest" else signed_in(make.member(who, role=roles[who]))
    for act in ("keep", "hide", "remove", "restore", "approve"):
        assert browser.post(f"{QUEUE}items/{thread.pk}/{act}/").status_code == (302 if who == "guest" else 403)
    assert state(thread.item) == "visible"
    assert not ModerationEntry.objects.exists()


def test_odd_decisions_are_refused(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    staff = signed_in(sam)
    assert staff.post(f"{QUEUE}items/{thread.pk}/explode/").status_code == 404
    assert staff.post(f"{QUEUE}items/{thread.pk + 999}/hide/").status_code == 404
    assert staff.post(f"{QUEUE}items/{thread.pk}/hide/", {"reason": "nonsense"}).status_code == 422
    assert staff.post(f"{QUEUE}items/{thread.pk}/hide/", {"next": "//evil.example"}).headers["Location"] == QUEUE


def fill_queue(count: int) -> None:
    reporter = champion("dee")
    for number in range(count):
        author = make.member(f"writer{number}")
        thread = make.thread(by=author)
        reply = make.reply(thread, by=make.member(f"answerer{number}"))
        flag(reply.item, by=make.member("sam", role="agent"), reason="spam")
        flag(reply.item, by=reporter, reason="abuse") if number < 60 else None
        change_state(make.thread(by=author).item, HOLD, by=None, signals={"trap": 100})


@pytest.mark.parametrize("show", ["flagged", "held"])
def test_the_queue_costs_the_same_however_long(show: str, sam: Member) -> None:
    browser = signed_in(sam)
    found = []
    for count in (1, 8):
        fill_queue(count)
        browser.get(f"{QUEUE}?show={show}")
        with CaptureQueriesContext(connection) as caught:
            answer = browser.get(f"{QUEUE}?show={show}")
        assert len(answer.context["cases"]) >= count
        found.append(len(caught))
        if connection.vendor == "sqlite":
            assert not [scan for query in caught.captured_queries for scan in scans(query["sql"])]
    assert found[0] == found[1] <= 14


def test_the_queue_goes_on_page_by_page(sam: Member) -> None:
    fill_queue(23)
    browser = signed_in(sam)
    first = browser.get(QUEUE)
    second = browser.get(first.context["next_url"])
    shown = [case.item.pk for answer in (first, second) for case in answer.context["cases"]]
    assert len(shown) == len(set(shown)) == 23
    assert second.context["next_url"] == ""
    assert "Reply" in browser.get(f"{QUEUE}?after=nonsense").content.decode()


def test_rates_say_how_many_reports_were_right(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    for number, act in enumerate(("hide", "hide", "keep")):
        thread = make.thread(by=ann, title=f"T{number}")
        flag(thread.item, by=bo, reason="spam")
        signed_in(sam).post(f"{QUEUE}items/{thread.pk}/{act}/")
    flag(make.thread(by=cy).item, by=bo, reason="spam")
    page = signed_in(sam).get(f"{QUEUE}rates/")
    assert page.context["overall"] == {"all": 4, "upheld": 2, "dismissed": 1, "open": 1}
    assert page.context["share"] == "67 %"
    assert [(rate.member, rate.count, rate.share) for rate in page.context["reporters"]] == [(bo, 4, "67 %")]
    assert [(rate.member, rate.count, rate.share) for rate in page.context["authors"]] == [
        (ann, 3, "67 %"),
        (cy, 1, "–"),
    ]
    assert page.context["chart"]["rows"][-1][1] == [4, 2, 1]
