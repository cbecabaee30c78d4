"""A member who leaves is in no table, file, page or mail of ours any more (ABUSE I111), and counts stay right."""

import base64
import sqlite3
import zlib
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from time import sleep
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Count, F, Q
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ, Task

from community.conversations import change
from community.conversations.composer import quote
from community.discussions.decide import solve
from community.discussions.models import Solution
from community.feedback import guestpages
from community.feedback.attach import attach
from community.feedback.drafts import save_draft
from community.feedback.models import Draft, Event, Item, Revision, Vote
from community.feedback.vote import vote
from community.feedback.write import revise
from community.members.cleaning import clean
from community.members.export import ask_export
from community.members.export import make as make_export
from community.members.leave import ask_deletion, finish, leave
from community.members.mail import queue_mail
from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.members.privacy import Deletion
from community.members.sanctions import impose
from community.moderation.flag import flag
from community.moderation.log import note
from community.notifications.models import Suppression
from community.notifications.received import InboundMail
from community.search.learned import note_solved
from community.search.searches import Recent, Search, new_key
from roadmap.features.models import Fit
from roadmap.ideas.models import Importance
from tests import ideas, make, surveys, tasks
from tests.conftest import signed_in
from tests.test_trials import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HANDLE, NAME, EMAIL, SECOND = "zqanna-canary", "Zqanna Canarova", "zqmail@canary.example", "zqsecond@canary.example"
PERSON = ("zqanna", "canarova", "zqmail", "zqsecond")
WORD = "zqword"


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.EXPORT_ROOT = tmp_path / "media", tmp_path / "exports"
    settings.LEFT_FILE = tmp_path / "left.jsonl"
    return tmp_path


@pytest.fixture
def canary() -> Member:
    member = make.member(HANDLE, name=NAME, email=EMAIL, bio=f"I am {NAME}", company=make.company())
    member.set_password("a password of hers")
    member.picture.save("me.webp", ContentFile(b"zqmail in a face"))
    member.save()
    EmailAddress.objects.create(user=member, email=SECOND)
    return member


def speak(canary: Member) -> dict[str, Any]:
    """They, and others about them, wherever words are kept."""
    bo, sam = make.member("bo", bio=f"Friend of @{HANDLE}"), make.member("sam", role="agent")
    make.member(f"{HANDLE}-two")  # whose handle begins as theirs does
    asked = make.thread(by=canary, title=f"{WORD} by {NAME}", body=f"{WORD} write to {EMAIL}")
    alone = make.thread(by=canary, title=f"{WORD} alone", body=WORD)
    private = make.thread(by=canary, title=f"{WORD} private", body=WORD, is_private=True)
    make.reply(private, by=sam, body="An answer in private")
    held = make.thread(
        by=canary, title=f"{WORD} held", body=WORD, place=make.category("slow", is_premoderated=True).place
    )
    others = make.thread(
        by=bo, title=f"Ask @{HANDLE} about it", body=f"@{HANDLE} and @{HANDLE}-two: see /members/{HANDLE}/"
    )
    solution = make.reply(others, by=canary, body=f"{WORD} @bo, I am {EMAIL.upper()}")
    nested = make.reply(others, by=sam, body=f"{quote(solution.item, 1)}\nRight, @{HANDLE.upper()}.")
    make.reply(others, by=bo, body=f"{quote(nested.item, 2)}\n`@{HANDLE}` in code, mailto:{SECOND}")
    answer = make.reply(asked, by=bo, body=f"{quote(asked.item, 0)}\nThanks!")
    gone = make.reply(others, by=canary, body=f"{WORD} removed")
    change.remove(gone, by=canary)
    solve(others, solution, by=bo)
    vote(others.item, by=canary)
    vote(answer.item, by=canary)
    vote(solution.item, by=sam)
    revise(asked.item, by=canary, body=f"{WORD} again, {NAME}")
    revise(others.item, by=bo, body=f"@{HANDLE} once more", title=f"Ask @{HANDLE} now")
    for member in (canary, bo):
        save_draft(member, f"reply:{asked.pk}", 0, title="", body=f"Dear @{HANDLE}, {WORD if member == canary else ''}")
    wish(canary, bo)
    answer_surveys(canary)
    return {"asked": asked, "alone": alone, "private": private, "held": held, "others": others, "solution": solution}


def wish(canary: Member, bo: Member) -> None:
    """An idea of theirs that others want, one that nobody wants, and what they said of others' and of a feature."""
    wanted = ideas.idea(f"{WORD} wanted by {NAME}", f"{WORD}: write to {EMAIL}", by=canary)
    ideas.idea(f"{WORD} unwanted", WORD, by=canary)
    ideas.voted(wanted, bo)
    other = ideas.idea("Of bo", f"@{HANDLE} said so.", by=bo)
    ideas.voted(other, canary)
    Importance.objects.create(vote=Vote.objects.get(item=other.pk, member=canary), level="nice", why=f"{WORD} {NAME}")
    Fit.objects.create(feature=ideas.feature(), member=canary, solves=False, why=f"{WORD} {EMAIL}")


def answer_surveys(canary: Member) -> None:
    """What they said beside a number, to a question of the survey's own too; and what somebody said of them."""
    campaign = surveys.survey()
    question = surveys.question(campaign, "What comes next?")
    hers = surveys.stranger(EMAIL, name=NAME, member=canary)
    for person, words in ((hers, f"{WORD} {NAME}, {EMAIL}"), (surveys.stranger(), f"@{HANDLE} or {EMAIL} knows.")):
        answer = surveys.answer(campaign, 3, by=person, words=words)
        surveys.chose(answer, question, words=words)


def keep_traces(canary: Member) -> None:
    """What the site writes beside what people say."""
    root = make.member("root", role="admin")
    first = EmailAddress.objects.create(user=canary, email=EMAIL, verified=True, primary=True)
    EmailConfirmation.create(first)
    SocialAccount.objects.create(user=canary, provider="oidc", uid=EMAIL, extra_data={"name": NAME})
    Authenticator.objects.create(user=canary, type="totp", data={"secret": HANDLE})
    for to in (EMAIL, SECOND, "bo@example.com"):
        queue_mail(to, f"{NAME} answered", f"@{HANDLE} wrote to you. Write to {EMAIL}.", f"<b>{NAME}</b>")
    OutgoingMail.objects.create(to="cy@example.com", subject=f"From {NAME}", text="")
    OutgoingMail.objects.create(to="bo@example.com", subject="Sent", text=NAME, sent_at=timezone.now())
    OutgoingMail.objects.create(to="cy@example.com", subject="Nothing about her", text="Words.")
    refused = f"SMTPRecipientsRefused: {{'{EMAIL}': (550, b'no')}}"
    now = timezone.now()
    Task.objects.create(id="a" * 32, name="t", func="f", started=now, stopped=now, success=False, result=refused)
    Task.objects.create(id="b" * 32, name="u", func="f", started=now, stopped=now, success=False, result="other words")
    kind = ContentType.objects.get_for_model(Member)
    for pk, name in ((canary.pk, NAME), (root.pk, "Root")):
        LogEntry.objects.create(
            user=root, content_type=kind, object_id=str(pk), object_repr=name, action_flag=2, change_message=f"[{name}]"
        )
    be_told(canary)
    write_mails(canary)
    be_moderated(canary, root)
    show_files(canary)
    look_for_things(canary)
    Client().post("/accounts/login/", {"login": EMAIL, "password": "wrong"})
    Client().post("/accounts/login/code/", {"email": EMAIL})
    browser = signed_in(canary)
    browser.get("/me/settings/")
    make_export(ask_export(canary).pk)


def be_told(canary: Member) -> None:
    """In the bell and by mail, they and others about them; and their address took no mail."""
    make.confirmed(make.member("cy"))
    watched = make.thread(by=make.member("cy"))
    make.reply(watched, by=canary, body=f"{WORD} hears")
    make.reply(watched, by=make.member("cy"), body=f"Thank you @{HANDLE}.")
    tasks.run_all()
    assert {one.handle for one in Member.objects.filter(notifications__isnull=False)} >= {HANDLE, "cy"}
    Suppression.objects.create(address=SECOND, reason="bounce")


def write_mails(canary: Member) -> None:
    """One that waits, with all its bytes, and one that was refused."""
    told = {"member": canary, "answers": make.thread(by=make.member("bo")).item, "via": "imap", "size": 1}
    raw = f"From: {NAME} <{EMAIL}>\n\n{WORD}, written as @{HANDLE}".encode()
    InboundMail.objects.create(digest="a" * 64, raw=raw, **told)
    InboundMail.objects.create(digest="b" * 64, **told).end("refused", "sender")


def be_moderated(canary: Member, root: Member) -> None:
    """Reported, decided about, and reporting."""
    theirs = make.reply(make.thread(by=make.member("bo")), by=canary, body=f"{WORD} rude")
    flag(theirs.item, by=make.member("cy"), reason="other", words=f"{NAME} is rude, see @{HANDLE}")
    other = make.reply(make.thread(by=make.member("bo")), by=make.member("cy"))
    flag(other.item, by=canary, reason="other", words=f"Signed, {NAME}")
    impose(canary, "warning", by=root, reason=f"Dear {NAME}, no more.")
    impose(make.member("cy"), "warning", by=root, reason=f"Leave @{HANDLE} alone.")
    note("hidden", by=root, item=theirs.item, words=f"{NAME}: this was too much.")
    note("hidden", by=root, item=other.item, words=f"You wrote about @{HANDLE}.")


def look_for_things(canary: Member) -> None:
    """They, and others for them. What is stored of a search names nobody, except who was looked for."""
    Recent.objects.create(member=canary, searches=[f"{NAME} invoice", HANDLE])
    item = Item.objects.filter(author=make.member("bo"))[0]
    for said in (f"where is {NAME}?", f"ask @{HANDLE} {EMAIL}", f"{HANDLE} again"):
        note_solved(new_key(), said, "en", item)
    note_solved(new_key(), "something else", "en", item)


def show_files(canary: Member) -> None:
    """A file with their name on it, in a post of theirs and quoted by somebody."""
    file = attach(SimpleUploadedFile(f"CV-{HANDLE}.txt", f"{NAME} was here".encode()), by=canary)
    attach(SimpleUploadedFile(f"unposted-{HANDLE}.txt", NAME.encode()), by=canary)
    thread = make.thread(by=make.member("bo"))
    reply = make.reply(thread, by=canary, body=f"{WORD} {file.markdown}")
    make.reply(thread, by=make.member("cy"), body=quote(reply.item, 1) + "Nice.")


def search(words: tuple[str, ...], folder: Path) -> list[str]:
    """Where any of the words still is: each column of each table, what is packed in them, each file, each kept page."""
    found = []

    def look(where: str, *values: object) -> None:
        for value in values:
            said = (value.decode("latin-1") if isinstance(value, bytes) else str(value)).lower()
            found.extend(f"{where}: {word} in {said[:300]}" for word in words if word in said)

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    look(table, bytes(value) if isinstance(value, memoryview) else value, unpacked(value))
    look("tasks", *[(task.args, task.kwargs, task.result) for task in Task.objects.all()])
    look("queue", *[task.task for task in OrmQ.objects.all()])
    look("sessions", *[session.get_decoded() for session in Session.objects.all()])
    for path in folder.rglob("*"):
        look(f"file name {path.name}", path.name)
        if path.is_file():
            look(f"file {path}", path.read_bytes())
    for key, kept in guestpages._pages.items():
        look("kept page", key, kept.body, kept.headers)
    return found


def unpacked(value: object) -> bytes:
    """Base64, and what is compressed in it, as caches and task results are."""
    if not isinstance(value, str) or len(value) < 16:
        return b""
    try:
        packed = base64.b64decode(value.encode(), validate=False)
    except ValueError:
        return b""
    try:
        return packed + zlib.decompress(packed)
    except zlib.error:
        return packed


def in_the_database_file(words: tuple[str, ...]) -> list[str]:
    """Deleted rows stay readable in the pages of a file, unless they were overwritten."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    with closing(sqlite3.connect(name, isolation_level=None)) as database:
        assert database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    raw = Path(name).read_bytes().lower()
    return [f"{word} at {raw.index(word.encode())}" for word in words if word.encode() in raw]


def counts_are_right() -> None:
    voted = Item.objects.annotate(n=Count("votes", distinct=True)).exclude(vote_count=F("n"))
    assert not voted.exists()
    visible = Count("replies", filter=Q(replies__item__state="visible"))
    assert not Item.objects.annotate(n=visible).exclude(reply_count=F("n")).exists()


def due(member: Member, kind: str) -> None:
    deletion = ask_deletion(member, kind)
    Deletion.objects.filter(pk=deletion.pk).update(asked_at=timezone.now() - timedelta(days=8))
    clean()
    queued = [task.task for task in OrmQ.objects.all() if task.task["func"].endswith("leave.finish")]
    assert [task["args"] for task in queued] == [(deletion.pk,)]
    finish(deletion.pk)
    finish(deletion.pk)  # tasks may come twice


@pytest.mark.parametrize("kind", ["anonymise", "erase"])
def test_I111_nothing_of_a_person_is_left_anywhere(kind: str, canary: Member, folders: Path) -> None:
    said = speak(canary)
    keep_traces(canary)
    guest = Client()
    for path in (said["asked"].item.path, said["others"].item.path, f"/members/{HANDLE}/", "/discussions/"):
        assert guest.get(path).status_code == 200
    words = (*PERSON, WORD) if kind == "erase" else PERSON
    before = search((*PERSON, WORD), folders)
    for place in ("community_item", "community_revision", "community_draft", "community_outgoingmail", "kept page",
                  "community_inboundmail", "community_search:", "community_recent",
                  "account_emailaddress", "socialaccount", "mfa_authenticator", "django_admin_log", "file", "tasks",
                  "sessions"):  # fmt: skip
        assert any(line.startswith(place) for line in before), place  # else this test would look for nothing there
    due(canary, kind)
    guest.get("/discussions/")  # whoever asks next throws out what became outdated
    # The one whose handle begins as hers does is somebody else.
    left = [line for line in search(words, folders) if f"{HANDLE}-two" not in line]
    assert left == []
    assert not list((folders / "exports").iterdir())
    counts_are_right()
    assert [one.text for one in Search.objects.order_by("text")] == ["ask […] […]", "something else"]
    assert Member.objects.filter(handle=f"{HANDLE}-two").exists()
    if connection.vendor == "sqlite":
        Member.objects.filter(handle=f"{HANDLE}-two").delete()
        Item.objects.filter(body__contains=f"{HANDLE}-two").delete()
        Revision.objects.filter(body__contains=f"{HANDLE}-two").delete()
        assert in_the_database_file(words) == []


def test_anonymised_words_stay_and_others_stay_as_they_were(canary: Member) -> None:
    said = speak(canary)
    untouched = make.thread(by=make.member("bo"), title="About zq", body="@bo and bo@example.com stay")
    leave(canary, erases=False)
    asked, others = (Item.objects.get(pk=said[name].pk) for name in ("asked", "others"))
    assert (asked.state, asked.author_id) == ("visible", None)
    assert WORD in asked.body
    assert WORD in asked.html
    assert others.title == "Ask @former-member now"
    assert others.path == f"/t/{others.pk}/ask-former-member-now/"
    assert "former-member" in others.body
    first = Revision.objects.get(item=others)
    assert first.body == f"@former-member and @{HANDLE}-two: see /members/former-member/"
    replies = [reply.item.body for reply in others.replies.order_by("number").select_related("item")]
    assert replies[0] == f"{WORD} @bo, I am […]"
    assert replies[1].startswith(f"> [Former member, #1](/go/{said['solution'].pk})\n>\n> {WORD} @bo")
    assert "`@former-member` in code, mailto:[…]" in replies[2]
    assert Solution.objects.filter(thread=said["others"]).exists()
    assert Draft.objects.get().body == "Dear @former-member, "
    assert Item.objects.get(pk=untouched.pk).body == "@bo and bo@example.com stay"
    assert not Event.objects.filter(item=untouched.pk, verb="reworded").exists()
    page = Client().get(asked.path).content.decode()
    assert "Former member" in page
    assert WORD in page
    counts_are_right()


def test_erased_words_go_and_places_stay_for_others(canary: Member, ann: Member) -> None:
    said = speak(canary)
    number = Item.objects.get(pk=said["others"].pk).reply_serial
    leave(canary, erases=True)
    asked, alone = (Item.objects.get(pk=said[name].pk) for name in ("asked", "alone"))
    assert (asked.state, asked.title, asked.body, asked.html) == ("visible", "Removed by its author", "", "")
    assert (alone.state, alone.title, alone.path) == ("removed", "", f"/t/{alone.pk}/-/")
    assert Item.objects.get(pk=said["private"].pk).state == Item.objects.get(pk=said["held"].pk).state == "removed"
    guest = Client()
    page = guest.get(asked.path).content.decode()
    assert "The words of this post were removed." in page
    assert "Thanks!" in page
    assert guest.get(alone.path).status_code == 404
    others = Item.objects.get(pk=said["others"].pk)
    assert (others.reply_serial, others.reply_count) == (number, 2)
    assert not Solution.objects.exists()
    nested = others.replies.get(number=2).item.body
    assert nested == f"> [Former member, #1](/go/{said['solution'].pk})\n>\n> […]\n\n\nRight, @former-member."
    page = guest.get(others.path).content.decode()
    assert "This reply was removed." in page
    sam = signed_in(make.member("sam"))
    assert "restoration" not in sam.get(others.path).content.decode()
    assert sam.post(f"/replies/{said['solution'].pk}/restoration/").status_code == 403
    assert sam.get(f"/items/{asked.pk}/history/").status_code == 200
    counts_are_right()


def test_a_short_handle_or_name_takes_nothing_of_others_along() -> None:
    member = make.member("is", name="Will")
    make.thread(by=make.member("bo"), title="This will do", body="It is what it is. island@example.com will help @isa")
    make.member("isa")
    queue_mail("bo@example.com", "This stays", "The island is there.")
    Task.objects.create(
        id="a" * 32, name="t", func="f", started=timezone.now(), stopped=timezone.now(), result="the island"
    )
    leave(member, erases=True)
    item = Item.objects.get(kind="thread")
    assert item.body == "It is what it is. island@example.com will help @isa"
    assert Task.objects.get().result == "the island"
    assert "island" in OutgoingMail.objects.get(to="bo@example.com").text


def test_administrators_delete_by_the_same_verb(canary: Member) -> None:
    said = speak(canary)
    browser = signed_in(make.member("root", role="admin"))
    path = f"/admin/community/member/{canary.pk}/delete/"
    assert browser.post(path, {"post": "yes"}).status_code == 302
    assert not Member.objects.filter(pk=canary.pk).exists()
    assert WORD in Item.objects.get(pk=said["asked"].pk).body
    assert HANDLE not in Item.objects.get(pk=said["others"].pk).title
    counts_are_right()


def test_votes_of_many_are_counted_out(ann: Member) -> None:
    thread = make.thread(by=ann)
    people = [make.member(f"voter{n}") for n in range(3)]
    for member in people:
        vote(thread.item, by=member)
    Item.objects.filter(pk=thread.pk).update(imported_votes=4, vote_count=7)
    leave(people[0], erases=False)
    assert Item.objects.get(pk=thread.pk).vote_count == 6
    assert Vote.objects.count() == 2


@pytest.mark.parametrize("erases", [False, True])
def test_who_writes_meanwhile_is_not_stopped(erases: bool, canary: Member) -> None:
    """The eraser held the place and waited for a thread, whose writer waited for the place."""
    bo, sam = make.member("bo", role="agent"), make.member("sam", role="agent")
    threads = [make.thread(by=bo, title=f"Thread {n}", body=f"Dear @{HANDLE}") for n in range(6)]
    for thread in threads[::2]:
        vote(make.reply(thread, by=canary, body=WORD).item, by=sam)
    stop = Flag()

    def write(member: Member) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            for thread in reversed(threads):
                make.reply(thread, by=member, body=f"{member} says {number}")
                vote(thread.item, by=member) if member != bo else None
                # SQLite has one writer at a time and no queue for them: two who never pause starve the third.
                sleep(0.02 if connection.vendor == "sqlite" else 0)

    def go() -> None:
        try:
            sleep(0.3)
            leave(canary, erases=erases)
        finally:
            stop.set()

    assert at_once(lambda: write(bo), lambda: write(sam), go) == []
    assert not Member.objects.filter(pk=canary.pk).exists()
    assert not Item.objects.filter(body__contains=HANDLE).exists()
    counts_are_right()
