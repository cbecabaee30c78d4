"""Hearing back: the bell, the mail, and stopping both."""

import re
import smtplib
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from community.conversations import change
from community.conversations.post import post_reply
from community.discussions import decide
from community.discussions.seed_load import Volume, seed_load
from community.feedback.models import Event, Item
from community.members.models import Member
from community.notifications import deliver, unsubscribe
from community.notifications.fan_out import announce
from community.notifications.joining import MOST_AT_ONCE, due_at
from community.notifications.models import Follow, Mailing, Notification, Pace, Preference, Suppression
from community.notifications.pumps import PUMP
from community.notifications.sending import outboxes
from tests import make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _confirmed(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    make.confirmed(ann, bo, cy, sam)


def told(member: Member) -> list[str]:
    return list(Notification.objects.filter(recipient=member).order_by("pk").values_list("topic", flat=True))


def text_of(message: mail.EmailMessage) -> str:
    return str(message.body)


def html_of(message: mail.EmailMessage) -> str:
    return str(message.alternatives[0][0])  # type: ignore[attr-defined]


def links_of(message: mail.EmailMessage) -> str:
    return re.search(r"<.*?(/unsubscribe/.*)>", message.extra_headers["List-Unsubscribe"])[1]  # type: ignore[index]


def test_an_asker_hears_of_an_answer_in_the_bell_and_by_mail(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann, title="Where is my invoice?")
    make.reply(thread, by=bo, body="In the **billing** tab.")
    tasks.run_all()
    page = signed_in(ann).get("/").content.decode()
    assert '<b class="bell-count">1</b>' in page
    centre = signed_in(ann).get("/me/notifications/").content.decode()
    assert "Bo Lind" in centre
    assert "replied to your thread" in centre
    (message,) = mail.outbox
    assert message.to == ["ann@example.com"]
    assert message.subject == "[Northwind] Where is my invoice?"
    assert "In the **billing** tab." in text_of(message)
    assert "<strong>billing</strong>" in html_of(message)
    assert "You get this because you started this thread." in text_of(message)
    assert message.from_email.startswith('"Bo Lind via Northwind" <')
    assert "Where is my invoice?" in signed_in(make.member("sam")).get("/desk/mail/").content.decode()


def test_nobody_hears_of_what_they_wrote_themselves(ann: Member) -> None:
    thread = make.thread(by=ann)
    make.reply(thread, by=ann, body="And one thing more, @ann.")
    tasks.run_all()
    assert not told(ann)
    assert not mail.outbox


def test_reading_marks_read_and_saves_the_mail(ann: Member, bo: Member) -> None:
    Preference.objects.create(member=ann, pace=Pace.DAILY)
    thread = make.thread(by=ann)
    make.reply(thread, by=bo)
    tasks.run_all()
    browser = signed_in(ann)
    browser.get(thread.item.path)
    assert "bell-count" not in browser.get("/").content.decode()
    Mailing.objects.update(due_at=timezone.now())
    deliver.pump()
    assert not mail.outbox
    assert Mailing.objects.get().state == Mailing.State.DROPPED


def test_reading_the_first_page_leaves_the_second_unread(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    make.replies(thread, 21)
    tasks.run_all()
    signed_in(ann).get(thread.item.path)
    left = Notification.objects.unread().filter(recipient=ann)
    assert [one.item.path for one in left] == [f"{thread.item.path}?page=2#21"]
    assert Member.objects.get(pk=ann.pk).unread_count == 1


def test_posts_of_one_conversation_stand_together(ann: Member, bo: Member, cy: Member) -> None:
    thread, other = make.thread(by=ann, title="First"), make.thread(by=ann, title="Second")
    make.reply(thread, by=bo)
    make.reply(other, by=bo)
    make.reply(thread, by=cy)
    tasks.run_all()
    centre = signed_in(ann).get("/me/notifications/").content.decode()
    assert centre.count("data-row") == 2
    assert "2 replies in" in centre
    assert f'href="{thread.item.path}#1"' in centre  # to the first that is unread


def test_mark_all_read_leaves_what_came_meanwhile(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    make.reply(thread, by=bo)
    tasks.run_all()
    browser = signed_in(ann)
    shown = re.search(r"/me/notifications/read/\d+/", browser.get("/me/notifications/").content.decode())
    make.reply(thread, by=bo)
    tasks.run_all()
    assert shown
    browser.post(shown[0])
    assert Member.objects.get(pk=ann.pk).unread_count == 1


def test_what_is_removed_before_it_is_sent_is_told_nobody(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    kept, gone = make.reply(thread, by=bo, body="Kept words."), make.reply(thread, by=bo, body="Gone words.")
    change.remove(gone, by=bo)
    tasks.run_all()
    assert "Gone words" not in text_of(mail.outbox[0])
    assert len(mail.outbox) == 1
    assert kept.item_id


def test_what_is_hidden_between_bell_and_mail_stays_unsaid(ann: Member, bo: Member, sam: Member) -> None:
    Preference.objects.create(member=ann, pace=Pace.HOURLY)
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo, body="Secret words.")
    tasks.run_all()
    assert told(ann) == ["asked"]
    change.remove(reply, by=sam)
    Mailing.objects.update(due_at=timezone.now())
    deliver.pump()
    assert not [one for one in mail.outbox if one.to != [bo.email] or "Secret" in one.body]  # its author hears why
    assert "Secret" not in signed_in(ann).get("/me/notifications/").content.decode()
    assert "data-row" not in signed_in(ann).get("/me/notifications/").content.decode()


def test_held_words_are_told_once_they_are_approved(ann: Member, bo: Member, sam: Member) -> None:
    place = make.category("careful", is_premoderated=True).place
    thread = make.thread(by=sam, place=place)
    Follow.objects.create(member=ann, item=thread.item, level="watching")
    reply = make.reply(thread, by=bo)
    tasks.run_all()
    assert not told(ann)
    change.approve(reply, by=sam)
    tasks.run_all()
    assert told(ann) == ["followed"]
    assert told(bo) == ["approved"]


def test_who_answers_whom(ann: Member, bo: Member, cy: Member) -> None:
    thread = make.thread(by=ann)
    first = make.reply(thread, by=bo)
    post_reply(thread.item, by=cy, body="Not for me, @ann.", in_reply_to=first)
    tasks.run_all()
    assert told(bo) == ["replied"]
    assert told(ann) == ["asked", "mentioned"]


def test_an_edit_tells_those_it_mentions_newly(ann: Member, bo: Member, cy: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=bo)
    tasks.run_all()
    for _edit in range(2):
        change.edit(reply, by=bo, body=f"What does @cy say? {_edit}")
        tasks.run_all()
    assert told(cy) == ["mentioned"]
    assert told(ann) == ["asked"]


def test_whoever_replies_tracks_unless_they_chose(ann: Member, bo: Member, cy: Member) -> None:
    thread = make.thread(by=ann)
    signed_in(cy).post(f"/items/{thread.pk}/follow/", {"level": "normal"})
    for one in (bo, cy, ann):
        make.reply(thread, by=one)
    levels = dict(Follow.objects.values_list("member__handle", "level"))
    assert levels == {"bo": "tracking", "cy": "normal"}
    tasks.run_all()
    assert told(bo) == ["followed", "followed"]
    assert [one.to for one in mail.outbox if one.to != ["ann@example.com"]] == []


def test_following_on_replying_can_be_switched_off(ann: Member, bo: Member) -> None:
    browser = signed_in(bo)
    answer = browser.post(
        "/me/notifications/settings/", {"pace": "daily", "on_asking": "watching", "on_replying": "normal"}
    )
    assert answer.status_code == 302
    make.reply(make.thread(by=ann), by=bo)
    assert not Follow.objects.exists()


def test_the_one_whose_reply_solved_it_hears_so(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann, title="Where?")
    reply = make.reply(thread, by=bo)
    tasks.run_all()
    decide.solve(thread, reply, by=ann)
    tasks.run_all()
    assert told(bo) == ["solved"]
    assert "Your reply solved" in mail.outbox[-1].subject


def test_what_is_due_is_read_from_the_index_of_what_waits_whatever_plan_is_kept() -> None:
    assert len(list(outboxes)) >= 2
    for outbox in outboxes:
        sql, values = outbox.model.objects.due().query.sql_with_params()
        assert "\"state\" = 'waiting'" in sql
        assert "waiting" not in values


def test_one_mail_tells_all_that_came_in_the_window(ann: Member, bo: Member, cy: Member) -> None:
    Preference.objects.create(member=ann, pace=Pace.HOURLY)
    first, second = make.thread(by=ann, title="First"), make.thread(by=ann, title="Second")
    for thread in (first, second, first):
        make.reply(thread, by=bo)
        tasks.run_all()
    assert not mail.outbox
    Mailing.objects.update(due_at=timezone.now())
    deliver.pump()
    (message,) = mail.outbox
    assert message.subject == "[Northwind] 3 new posts for you"
    assert html_of(message).count("First") >= 1
    assert "In-Reply-To" not in message.extra_headers


def test_G93_a_flood_is_gathered(ann: Member, bo: Member) -> None:
    """Mentions and answers cannot bomb a mailbox: after ten mails in an hour the rest comes in one."""
    thread = make.thread(by=ann)
    for _number in range(MOST_AT_ONCE + 5):
        make.reply(thread, by=bo)
        tasks.run_all()
    assert len(mail.outbox) == MOST_AT_ONCE
    waiting = Mailing.objects.get(state="waiting")
    assert waiting.due_at > timezone.now()
    assert waiting.notifications.count() == 5


def test_mail_goes_only_where_an_address_was_confirmed(ann: Member, bo: Member) -> None:
    imported = make.member("ida", name="Ida Import")  # from a file: she never asked for anything
    thread = make.thread(by=imported)
    make.reply(thread, by=bo)
    tasks.run_all()
    assert told(imported) == ["asked"]
    assert not mail.outbox


def test_a_mail_speaks_the_language_and_zone_of_its_reader(bo: Member) -> None:
    dao = make.member("dao", name="Dao", language="th", time_zone="Asia/Bangkok")
    amal = make.member("amal", name="Amal", language="ar", time_zone="Asia/Riyadh")
    make.confirmed(dao, amal)
    for one in (dao, amal):
        make.reply(make.thread(by=one), by=bo)
    tasks.run_all()
    thai, arabic = mail.outbox
    assert 'lang="th" dir="ltr"' in html_of(thai)
    assert 'lang="ar" dir="rtl"' in html_of(arabic)
    assert "You get this" not in text_of(thai) + text_of(arabic)
    item = Item.objects.filter(kind="reply").earliest("pk")
    there = item.created_at + timedelta(hours=7)
    assert f"{there.hour}:{there:%M}" in text_of(thai)  # a Thai clock shows no leading zero


def test_mails_of_one_conversation_stand_together(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    for _again in range(2):
        make.reply(thread, by=bo)
        tasks.run_all()
    first, second = mail.outbox
    assert first.extra_headers["References"] == second.extra_headers["References"] == f"<item{thread.pk}@localhost>"
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]
    for message in (first, second):
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_G89_a_name_that_looks_like_an_address_is_no_link(ann: Member) -> None:
    eve = make.member("eve", name='evil.example/x "login"')
    make.reply(make.thread(by=ann, title="See evil.example now"), by=eve)
    tasks.run_all()
    (message,) = mail.outbox
    parsed: Message = message.message()
    assert "evil.example" not in text_of(message).replace("evil.example@", "")
    assert "evil.example" not in str(parsed["From"])
    assert parseaddr(str(parsed["From"]))[1].endswith("@localhost")


def test_G92_unsubscribing_takes_one_click_and_get_only_shows_it(ann: Member, bo: Member, client: Client) -> None:
    thread = make.thread(by=ann)
    make.reply(thread, by=bo)
    tasks.run_all()
    url = links_of(mail.outbox[0])
    assert client.get(url).status_code == 200
    assert client.head(url).status_code == 200
    assert not Follow.objects.filter(member=ann).exists()
    strict = Client(enforce_csrf_checks=True)  # the mail program of RFC 8058 has no cookie
    answer = strict.post(url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert Follow.objects.get(member=ann).level == "muted"
    make.reply(thread, by=bo, body="@ann?")
    tasks.run_all()
    assert len(mail.outbox) == 1


def test_all_mail_can_be_stopped_from_any_mail(ann: Member, bo: Member, client: Client) -> None:
    thread = make.thread(by=ann)
    make.reply(thread, by=bo)
    tasks.run_all()
    client.post(links_of(mail.outbox[0]), {"all": "1"})
    assert Preference.objects.get(member=ann).pace == Pace.NEVER
    make.reply(make.thread(by=ann), by=bo)
    tasks.run_all()
    assert len(mail.outbox) == 1
    assert told(ann) == ["asked", "asked"]


@pytest.mark.parametrize("token", ["x", "eyJ", "a:b:c", "%00", "x" * 3000])
def test_a_forged_token_stops_nothing(token: str, client: Client) -> None:
    assert client.post(f"/unsubscribe/{token}/", {"all": "1"}).status_code in (400, 404)


def test_a_token_of_somebody_else_is_not_guessed(ann: Member, bo: Member) -> None:
    mine, theirs = unsubscribe.address(ann.pk), unsubscribe.address(bo.pk)
    head, tail = mine.rstrip("/").rsplit(":", 1)[0], theirs.rstrip("/").rsplit(":", 1)[1]
    assert unsubscribe.read(f"{head}:{tail}".rsplit("/", 1)[1]) is None


class Failing:
    """A mail server's answers, one after another; None is a yes."""

    def __init__(self, *failures: Exception | None) -> None:
        self.failures, self.sent = list(failures), 0

    def send_messages(self, messages: list[mail.EmailMessage]) -> int:
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        self.sent += len(messages)
        return len(messages)

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_failed_mail_is_tried_again_under_the_same_name(
    ann: Member, bo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.reply(make.thread(by=ann), by=bo)
    server = Failing(smtplib.SMTPDataError(451, b"ann@example.com: try later"))
    monkeypatch.setattr(deliver, "get_connection", lambda: server)
    tasks.run_all()
    mailing = Mailing.objects.get()
    assert (mailing.state, mailing.attempts, mailing.error) == ("waiting", 1, "SMTPDataError 451")
    deliver.pump()  # not yet
    assert Mailing.objects.get().attempts == 1
    Mailing.objects.update(due_at=timezone.now())
    deliver.pump()
    assert server.sent == 1
    assert Mailing.objects.get().state == "sent"


def test_what_came_after_the_first_try_is_another_mail(
    ann: Member, bo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words under one Message-ID stay the same, else a reader whose program knows it would lose the newer."""
    thread = make.thread(by=ann)
    make.reply(thread, by=bo)
    monkeypatch.setattr(deliver, "get_connection", lambda: Failing(OSError("no route")))
    tasks.run_all()
    make.reply(thread, by=bo)
    monkeypatch.undo()
    tasks.run_all()
    assert sorted(Mailing.objects.values_list("state", flat=True)) == ["sent", "waiting"]


def test_a_mail_that_always_fails_is_given_up(ann: Member, bo: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    make.reply(make.thread(by=ann), by=bo)
    server = Failing(*[OSError("no route")] * 20)
    monkeypatch.setattr(deliver, "get_connection", lambda: server)
    tasks.run_all()
    for _try in range(10):
        Mailing.objects.update(due_at=timezone.now())
        deliver.pump()
    assert Mailing.objects.get().state == "failed"
    assert Mailing.objects.get().attempts == len(deliver.WAITS) + 1


def test_an_address_that_is_refused_gets_no_more_and_its_owner_sees_it(
    ann: Member, bo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.reply(make.thread(by=ann), by=bo)
    refusal = smtplib.SMTPRecipientsRefused({"ann@example.com": (550, b"no such user")})
    monkeypatch.setattr(deliver, "get_connection", lambda: Failing(refusal))
    tasks.run_all()
    assert Suppression.objects.get().address == "ann@example.com"
    monkeypatch.undo()
    make.reply(make.thread(by=ann), by=bo)
    tasks.run_all()
    assert not mail.outbox
    assert "ann@example.com" in signed_in(make.member("sam")).get("/desk/mail/").content.decode()
    browser = signed_in(ann)
    assert "You get no mail from us" in browser.get("/me/notifications/settings/").content.decode()
    browser.post("/me/notifications/mail/")
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("bounce", "what we sent to <bdi>ann@example.com</bdi> came back"),
        ("refused", "the mail server of <bdi>ann@example.com</bdi> refuses it"),
        ("complaint", "You marked a mail from us as spam, or your mail program did"),
    ],
)
def test_the_owner_reads_why_and_what_to_do(reason: str, told: str, ann: Member, bo: Member) -> None:
    Suppression.objects.create(address="ann@example.com", reason=reason)
    browser = signed_in(ann)
    page = browser.get("/me/notifications/settings/").content.decode()
    assert told in page
    assert ("/accounts/email/" in page.partition('role="alert"')[2].partition("</p>")[0]) is (reason != "complaint")
    ann.language = "th"
    ann.save()
    thai = signed_in(ann).get("/me/notifications/settings/").content.decode()
    assert told not in thai
    browser.post("/me/notifications/mail/")
    make.reply(make.thread(by=ann), by=bo)
    tasks.run_all()
    assert mail.outbox


def test_a_claim_of_a_killed_worker_ends(ann: Member, bo: Member) -> None:
    make.reply(make.thread(by=ann), by=bo)
    Notification.objects.all().delete()
    tasks.run_all()
    mail.outbox.clear()
    Mailing.objects.update(state="waiting", claimed_until=timezone.now() + timedelta(seconds=60))
    assert deliver.claim() is None
    Mailing.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert deliver.claim() is not None
    assert deliver.claim() is None


def test_imports_and_seeds_mail_nobody(ann: Member) -> None:
    seed_load(Volume(members=5, threads=5, replies=10, big_thread=0))
    tasks.run_all()
    assert not Notification.objects.exists()
    assert not mail.outbox


@pytest.mark.parametrize(
    ("pace", "zone", "now", "due"),
    [
        ("hourly", "UTC", "2026-11-22 10:05", "2026-11-22 11:00"),
        ("daily", "UTC", "2026-11-22 07:59", "2026-11-22 08:00"),
        ("daily", "UTC", "2026-11-22 08:00", "2026-11-23 08:00"),
        ("daily", "Asia/Seoul", "2026-11-22 22:59", "2026-11-22 23:00"),
        ("weekly", "UTC", "2026-11-22 10:00", "2026-11-23 08:00"),  # a Sunday
        ("weekly", "UTC", "2026-11-23 07:00", "2026-11-23 08:00"),
        ("weekly", "UTC", "2026-11-23 09:00", "2026-11-30 08:00"),
        ("daily", "Europe/Warsaw", "2027-03-27 20:00", "2027-03-28 06:00"),  # clocks change in between
    ],
)
def test_when_a_mail_goes_out(pace: str, zone: str, now: str, due: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert due_at(pace, zone, at) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_changed_pace_holds_for_what_waits(ann: Member, bo: Member) -> None:
    Preference.objects.create(member=ann, pace=Pace.WEEKLY)
    make.reply(make.thread(by=ann), by=bo)
    tasks.run_all()
    chosen = {"on_asking": "watching", "on_replying": "tracking"}
    signed_in(ann).post("/me/notifications/settings/", {"pace": "at_once", **chosen})
    deliver.pump()
    assert len(mail.outbox) == 1


def test_the_follow_button_says_which_level_holds(client: Client, bo: Member) -> None:
    thread = make.thread(by=bo, labels=(make.label("sync"),))
    browser = signed_in(bo)
    for page, url in (
        ("/c/general/", f"/places/{thread.item.place_id}/follow/"),
        ("/c/empty/", f"/places/{make.category('empty').place.pk}/follow/"),
        ("/labels/sync/", "/labels/sync/follow/"),
    ):
        said = re.compile(rf'href="{url}"[^>]*><i class="icon icon-bell"></i>([^<]+)<')
        assert said.search(client.get(page).content.decode())[1] == "Follow"
        assert said.search(browser.get(page).content.decode())[1] == "Follow"
        browser.post(url, {"level": "watching"})
        assert said.search(browser.get(page).content.decode())[1] == "Watching"
        assert said.search(client.get(page).content.decode())[1] == "Follow"


def test_follow_pages_refuse_what_is_no_level(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    browser = signed_in(bo)
    for level in ("", "first", "loud", "\0"):
        assert browser.post(f"/items/{thread.pk}/follow/", {"level": level}).status_code == 422
    assert not Follow.objects.exists()
    assert browser.post(f"/places/{thread.item.place_id}/follow/", {"level": "first"}).status_code == 302
    assert browser.get("/me/notifications/settings/").content.decode().count("data-row") == 1


def test_a_long_mailing_holds_no_more_tasks_than_there_are_workers(
    ann: Member, bo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log-in code waits behind these at most, however much is written meanwhile."""
    thread = make.thread(by=ann)
    for _number in range(5):
        make.reply(thread, by=bo)
        announce(Event.objects.latest("pk").pk)
    waiting = [row.task["func"] for row in OrmQ.objects.all()]
    assert waiting.count(PUMP) == settings.Q_CLUSTER["workers"]
    monkeypatch.setattr(deliver, "SECONDS", 0.0)
    tasks.run_all()
    assert Mailing.objects.filter(state="waiting").count() == 0
    assert cache.get("mails:turn:0") is None
