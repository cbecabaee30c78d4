"""Warned, silenced, suspended: with a reason and an end, and told why."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from community.conversations.models import Reply
from community.discussions.models import Thread
from community.feedback.models import Item, Vote
from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.members.sanctions import Sanction
from community.moderation.models import Flag, ModerationEntry
from community.moderation.sanction import sanction
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def page_of(member: Member) -> str:
    return f"/desk/moderation/members/{member.handle}/"


def with_password(member: Member) -> Member:
    member.set_password(PASSWORD)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member


def log_in(browser: Client, handle: str, password: str = PASSWORD) -> object:
    return browser.post("/accounts/login/", {"login": handle, "password": password})


def test_a_warning_is_read_on_ones_own_page_and_by_nobody_else(ann: Member, bo: Member, sam: Member) -> None:
    answer = signed_in(sam).post(
        page_of(bo) + "sanction/", {"kind": "warning", "days": "7", "reason": "Mind your tone"}
    )
    assert answer.headers["Location"] == page_of(bo)
    made = Sanction.objects.get()
    assert (made.kind, made.by, made.ends_at) == ("warning", sam, None)
    assert "Staff warned you. Reason: Mind your tone" in signed_in(bo).get("/members/bo/").content.decode()
    assert "Mind your tone" not in signed_in(ann).get("/members/bo/").content.decode()
    assert signed_in(bo).post(f"/items/{make.thread(by=ann).pk}/reply/", {"body": "Still here"}).status_code == 302


def test_the_silenced_post_vote_and_report_nothing_and_lose_no_word(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo, body="Before")
    sanction(bo, "silence", by=sam, reason="Three insults", days=3)
    browser = signed_in(bo)
    place = thread.item.place_id
    for url, words in (
        (f"/items/{thread.pk}/reply/", {"body": "Dear words"}),
        ("/t/new/", {"title": "Dear title", "body": "Dear words", "place": place}),
        (f"/replies/{reply.pk}/edit/", {"body": "Dear words"}),
        (f"/items/{thread.pk}/flag/", {"reason": "spam", "words": "Dear words"}),
    ):
        answer = browser.post(url, words)
        page = answer.content.decode()
        assert answer.status_code == 422, url
        assert "You are silenced until" in page, url
        assert "Three insults" in page, url
        assert "Dear words" in page, url
    voted = browser.post(f"/items/{thread.pk}/vote/", headers={"HX-Request": "true"})
    assert (voted.status_code, "Three insults" in voted.content.decode()) == (422, True)
    assert (Thread.objects.count(), Reply.objects.count(), Vote.objects.count(), Flag.objects.count()) == (1, 1, 0, 0)
    assert Item.objects.get(pk=reply.pk).body == "Before"


def test_a_silence_ends_by_itself(ann: Member, bo: Member, sam: Member) -> None:
    sanction(bo, "silence", by=sam, reason="x", days=1)
    past = timezone.now() - timedelta(days=2)
    Sanction.objects.update(at=past, ends_at=past + timedelta(days=1))
    Member.objects.update(silenced_until=past + timedelta(days=1))
    assert signed_in(bo).post(f"/items/{make.thread(by=ann).pk}/reply/", {"body": "Back"}).status_code == 302


def test_a_silence_is_lifted_and_the_longest_of_two_counts(ann: Member, bo: Member, sam: Member) -> None:
    short = sanction(bo, "silence", by=sam, reason="short", days=1)
    sanction(bo, "silence", by=sam, reason="for good")
    staff = signed_in(sam)
    staff.post(f"/desk/moderation/sanctions/{short.pk}/end/")
    thread = make.thread(by=ann)
    answer = signed_in(bo).post(f"/items/{thread.pk}/reply/", {"body": "x"})
    assert "You are silenced: you cannot post" in answer.content.decode()
    staff.post(f"/desk/moderation/sanctions/{Sanction.objects.first().pk}/end/")
    assert signed_in(bo).post(f"/items/{thread.pk}/reply/", {"body": "x"}).status_code == 302
    assert ModerationEntry.objects.filter(verb="lifted", member=bo).count() == 2


def test_a_suspension_ends_every_session_at_once_and_for_good(bo: Member, sam: Member) -> None:
    here, there = signed_in(bo), signed_in(bo)
    made = sanction(bo, "suspension", by=sam, reason="Spam wave", days=7)
    for browser in (here, there):
        assert browser.get("/me/settings/").headers["Location"].startswith("/accounts/login/")
    signed_in(sam).post(f"/desk/moderation/sanctions/{made.pk}/end/")
    assert here.get("/me/settings/").status_code == 302, "an old session does not come back to life"
    assert signed_in(Member.objects.get(pk=bo.pk)).get("/me/settings/").status_code == 200


def test_D55_a_suspended_member_is_told_why_only_with_the_right_password(bo: Member, sam: Member) -> None:
    with_password(bo)
    sanction(bo, "suspension", by=sam, reason="Spam wave", days=7)
    wrong = log_in(Client(), "bo", "not the password")
    nobody = log_in(Client(), "nobody-here", "not the password")
    strip = lambda page: re.sub(r'value="[^"]*"|name="csrf[^>]*', "", page.content.decode())  # noqa: E731
    assert strip(wrong) == strip(nobody)
    browser = Client()
    right = log_in(browser, "bo")
    page = right.content.decode()
    assert right.status_code == 403
    assert "This account is suspended until" in page
    assert "Spam wave" in page
    assert browser.get("/me/settings/").status_code == 302


def test_D55_a_suspended_member_is_told_why_only_with_the_right_code(bo: Member, sam: Member) -> None:
    with_password(bo)
    sanction(bo, "suspension", by=sam, reason="Spam wave")
    browser = Client()
    asked = browser.post("/accounts/login/code/", {"email": bo.email})
    assert "Spam wave" not in browser.get(asked.headers["Location"]).content.decode()
    mail = OutgoingMail.objects.latest("pk")
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]{3,}$", mail.text, re.MULTILINE).group(0)
    assert "Spam wave" not in browser.post("/accounts/login/code/confirm/", {"code": "WRONG1"}).content.decode()
    page = browser.post("/accounts/login/code/confirm/", {"code": code})
    assert page.status_code == 403
    assert "This account is suspended. Reason: Spam wave" in page.content.decode()
    assert browser.get("/me/settings/").status_code == 302


def test_B37_nobody_sanctions_whoever_stands_beside_or_above_them(bo: Member, sam: Member, root: Member) -> None:
    peer, boss = make.member("mo", role="agent"), make.member("mia", role="manager")
    said = {"kind": "suspension", "days": "1", "reason": "x"}
    for by, about, status in (
        (sam, peer, 403), (sam, boss, 403), (sam, root, 403), (sam, sam, 403), (bo, peer, 403),
        (boss, peer, 302), (root, boss, 302), (sam, bo, 302),
    ):  # fmt: skip
        assert signed_in(by).post(page_of(about) + "sanction/", said).status_code == status, (by, about)
    assert set(Sanction.objects.values_list("member__handle", flat=True)) == {"mo", "mia", "bo"}


def test_B37_nobody_lifts_what_was_decided_about_their_superiors(sam: Member, root: Member) -> None:
    boss = make.member("mia", role="manager")
    made = sanction(boss, "silence", by=root, reason="x")
    assert signed_in(sam).post(f"/desk/moderation/sanctions/{made.pk}/end/").status_code == 403
    assert Sanction.objects.in_force().exists()


@pytest.mark.parametrize(
    "said", [{}, {"kind": "ban", "reason": "x"}, {"kind": "silence", "days": "9999", "reason": "x"},
             {"kind": "silence", "days": "-1", "reason": "x"}, {"kind": "silence", "days": "1", "reason": ""}],
)  # fmt: skip
def test_bad_sanctions_are_a_form_error(said: dict[str, str], bo: Member, sam: Member) -> None:
    answer = signed_in(sam).post(page_of(bo) + "sanction/", said)
    assert answer.status_code == 422
    assert not Sanction.objects.exists()


def test_the_file_of_a_member_costs_the_same_however_much_they_did(
    bo: Member, sam: Member, django_assert_max_num_queries: object
) -> None:
    thread = make.thread(by=bo)
    for number in range(12):
        make.reply(thread, by=bo)
        sanction(bo, "warning", by=sam, reason=f"Number {number}")
    browser = signed_in(sam)
    browser.get(page_of(bo))
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert browser.get(page_of(bo)).status_code == 200
