"""Replies: written, numbered, quoted, edited, removed and brought back."""

import pytest
from django.test import Client

from community.conversations.models import Reply
from community.feedback.models import Draft, Item
from community.members.models import Member
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_a_reply_lands_at_its_number(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    answer = signed_in(bo).post(f"/items/{thread.pk}/reply/", {"body": "Hello **you**"})
    assert answer.headers["Location"] == f"{thread.item.path}#1"
    item = Item.objects.get(pk=thread.pk)
    assert (item.reply_count, item.reply_serial, item.active_by) == (1, 1, bo)


def test_a_double_click_is_one_reply(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    browser = signed_in(bo)
    first = browser.post(f"/items/{thread.pk}/reply/", {"body": "Once only"})
    again = browser.post(f"/items/{thread.pk}/reply/", {"body": "Once only\r\n"})
    assert first.headers["Location"] == again.headers["Location"]
    assert Reply.objects.count() == 1


def test_quote_and_reply_to(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    make.reply(thread, by=bo, body="Line one\n\nLine two")
    page = signed_in(ann).get(f"/items/{thread.pk}/reply/?quote=1").content.decode()
    assert "&gt; Line one" in page
    assert 'name="reply_to" value="1"' in page
    signed_in(ann).post(f"/items/{thread.pk}/reply/", {"body": "I see", "reply_to": "1"})
    assert Reply.objects.get(number=2).in_reply_to.number == 1
    assert "In reply to \u2068Bo Lind\u2069, #1" in signed_in(bo).get(thread.item.path).content.decode()


def test_a_reply_to_a_number_of_elsewhere_is_none(ann: Member, bo: Member) -> None:
    """ABUSE B35: the parent may be missing, or in another thread."""
    thread = make.thread(by=ann)
    signed_in(bo).post(f"/items/{thread.pk}/reply/", {"body": "Hm", "reply_to": "77"})
    assert Reply.objects.get().in_reply_to is None


def test_mentions_lead_to_members_only(client: Client, ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann, body="Ask @bo, not @nobody-here")
    page = client.get(thread.item.path).content.decode()
    assert 'href="/members/bo/"' in page
    assert "/members/nobody-here/" not in page


def test_mention_lookup_is_for_members(client: Client, ann: Member, bo: Member) -> None:
    assert client.get("/mentions/?q=b").json() == []
    found = signed_in(ann).get("/mentions/?q=b").json()
    assert [one["handle"] for one in found] == ["bo"]


def test_only_staff_answer_officially(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    signed_in(bo).post(f"/items/{thread.pk}/reply/", {"body": "Trust me", "is_official": "on"})
    signed_in(sam).post(f"/items/{thread.pk}/reply/", {"body": "Officially", "is_official": "on"})
    assert [reply.is_official for reply in Reply.objects.order_by("number")] == [False, True]


def test_editing_is_for_author_and_staff(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo, body="Speling")
    url = f"/replies/{reply.pk}/edit/"
    assert signed_in(ann).post(url, {"body": "Hijack"}).status_code == 403
    assert signed_in(bo).post(url, {"body": "Spelling"}).status_code == 302
    assert signed_in(sam).get(url).status_code == 200
    item = Item.objects.get(pk=reply.pk)
    assert item.body == "Spelling"
    assert item.edited_at is not None
    assert item.revisions.get().body == "Speling"


def test_removal_leaves_its_place_and_can_be_undone(client: Client, ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo, body="Regretted words")
    assert signed_in(ann).post(f"/replies/{reply.pk}/removal/").status_code == 403
    signed_in(bo).post(f"/replies/{reply.pk}/removal/")
    page = client.get(thread.item.path).content.decode()
    assert "Regretted words" not in page
    assert "This reply was removed." in page
    assert Item.objects.get(pk=thread.pk).reply_count == 0
    assert signed_in(ann).post(f"/replies/{reply.pk}/restoration/").status_code == 403
    assert signed_in(bo).post(f"/replies/{reply.pk}/restoration/").status_code == 302
    assert "Regretted words" in client.get(thread.item.path).content.decode()
    assert Item.objects.get(pk=thread.pk).reply_count == 1


def test_what_staff_removed_its_author_cannot_bring_back(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo)
    signed_in(sam).post(f"/replies/{reply.pk}/removal/")
    assert signed_in(bo).post(f"/replies/{reply.pk}/restoration/").status_code == 403


def test_a_reply_begun_as_a_guest_waits_for_the_log_in(ann: Member, bo: Member) -> None:
    bo.set_password("correct horse battery")
    bo.save()
    thread = make.thread(by=ann)
    guest = Client()
    answer = guest.post(f"/items/{thread.pk}/reply/", {"body": "From a guest", "via": "login"})
    assert answer.headers["Location"].startswith("/accounts/login/?next=")
    assert not Reply.objects.exists()
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    landed = guest.post("/accounts/login/", {"login": "bo", "password": "correct horse battery"})
    assert landed.headers["Location"] == f"{thread.item.path}#1"
    assert Reply.objects.get().item.author == bo


def test_drafts_of_two_tabs_do_not_overwrite_each_other(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    url = f"/drafts/reply:{thread.pk}/"
    tabs = signed_in(bo)
    assert tabs.post(url, {"seq": 0, "body": "from tab one"}).json() == {"seq": 1}
    clash = tabs.post(url, {"seq": 0, "body": "from tab two"})
    assert (clash.status_code, clash.json()) == (409, {"seq": 1, "title": "", "body": "from tab one"})
    assert tabs.post(url, {"seq": 1, "body": "from tab two, knowingly"}).json() == {"seq": 2}
    assert "from tab two, knowingly" in tabs.get(thread.item.path).content.decode()
    tabs.post(f"/items/{thread.pk}/reply/", {"body": "Sent"})
    assert not Draft.objects.exists()


def test_drafts_are_ones_own(ann: Member, bo: Member, client: Client) -> None:
    thread = make.thread(by=ann)
    signed_in(bo).post(f"/drafts/reply:{thread.pk}/", {"seq": 0, "body": "Secret"})
    assert signed_in(ann).get(f"/drafts/reply:{thread.pk}/").json() == {"seq": 0}
    assert client.get(f"/drafts/reply:{thread.pk}/").status_code == 302


@pytest.mark.parametrize("key", ["reply:0x1", "reply:", "thread:new:1", "edit:99999999999999999999", "x"])
def test_odd_draft_keys_are_refused(key: str, bo: Member) -> None:
    assert signed_in(bo).post(f"/drafts/{key}/", {"seq": 0, "body": "x"}).status_code in (400, 404)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_A14_what_no_database_can_hold_is_a_form_error_that_keeps_the_text(text: str, ann: Member) -> None:
    thread = make.thread(by=ann)
    sent = text.encode("utf-8", "surrogatepass")
    body = b"body=" + b"".join(b"%%%02X" % byte for byte in sent)
    browser = signed_in(make.member("dee"))
    answer = browser.post(f"/items/{thread.pk}/reply/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 422)
    if answer.status_code == 422:
        assert "a" in answer.content.decode()
    assert not Reply.objects.exists()


def test_the_limit_of_a_new_member_keeps_the_text(ann: Member) -> None:
    thread = make.thread(by=ann)
    newcomer = make.member("newcomer")
    browser = signed_in(newcomer)
    for number in range(30):
        assert browser.post(f"/items/{thread.pk}/reply/", {"body": f"Number {number}"}).status_code == 302
    answer = browser.post(f"/items/{thread.pk}/reply/", {"body": "One too many, but dear to me"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "You can write 30 replies a day" in page
    assert "One too many, but dear to me" in page
