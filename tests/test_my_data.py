"""/me/privacy/: a copy of everything for its owner alone, and the week before an account is deleted."""

import io
import json
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ, Task

from community.conversations import change
from community.discussions.decide import close, solve
from community.feedback.drafts import save_draft
from community.feedback.vote import vote
from community.feedback.write import revise
from community.members import export as exporting
from community.members.cleaning import clean
from community.members.leave import finish, queue_due
from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.members.pages import Acceptance
from community.members.privacy import Deletion, Export
from tests import make
from tests.conftest import signed_in
from tests.test_accounts import last_code

pytestmark = pytest.mark.django_db
PASSWORD = "a password of mine"
PAGE = "/me/privacy/"


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.EXPORT_ROOT = tmp_path / "media", tmp_path / "exports"
    return tmp_path


def run_export(browser: Client, commits: Callable[..., Any]) -> Export:
    with commits(execute=True):
        assert browser.post("/me/privacy/export/").status_code == 302
    export = Export.objects.latest("pk")
    exporting.make(export.pk)
    export.refresh_from_db()
    return export


def status(browser: Client, export: Export) -> int:
    answer = browser.get(export.get_absolute_url())
    b"".join(answer)  # read to its end, or its file stays open
    return answer.status_code


def unpacked(browser: Client, export: Export) -> dict[str, Any]:
    answer = browser.get(export.get_absolute_url())
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="hearback-ann-')
    assert "no-store" in answer.headers["Cache-Control"]
    with ZipFile(io.BytesIO(b"".join(answer))) as packed:
        return {
            name: json.loads(packed.read(name)) if name.endswith(".json") else packed.read(name)
            for name in packed.namelist()
        }


def busy(ann: Member) -> dict[str, Any]:
    """Somebody who did everything once."""
    ann.name, ann.bio, ann.company = "Ann Okafor", "About me", make.company()
    ann.picture.save("me.webp", ContentFile(b"a face"))
    ann.save()
    make.group("beta", ann)
    EmailAddress.objects.create(user=ann, email="ann@example.com", primary=True, verified=True)
    Acceptance.objects.create(member=ann, slug="terms", language="en", version=2)
    thread = make.thread(by=ann, title="My thread", body="First words", labels=(make.label("sync"),))
    removed = make.reply(thread, by=ann, body="Words I took back")
    change.remove(removed, by=ann)
    held = make.thread(by=ann, title="Held", place=make.category("slow", is_premoderated=True).place)
    answer = make.reply(thread, by=make.member("bo"), body="Words of bo")
    revise(thread.item, by=ann, body="Second words")
    vote(answer.item, by=ann)
    solve(thread, answer, by=ann)
    close(thread, by=ann)
    save_draft(ann, f"reply:{thread.pk}", 0, title="", body="Half a thought", item=thread.item)
    return {"thread": thread, "removed": removed, "held": held, "answer": answer}


def test_a_copy_holds_everything_about_its_owner_and_nothing_of_others(
    ann: Member, django_capture_on_commit_callbacks: Any
) -> None:
    said = busy(ann)
    make.thread(by=make.member("bo"), title="A thread of bo")
    browser = signed_in(ann)
    export = run_export(browser, django_capture_on_commit_callbacks)
    found = unpacked(browser, export)
    (profile,) = found["profile.json"]
    assert (profile["handle"], profile["name"], profile["email"]) == ("ann", "Ann Okafor", "ann@example.com")
    assert (profile["groups"], profile["company"]["name"]) == (["beta"], "Acme")
    assert found["files/picture.webp"] == b"a face"
    words = {item["id"]: (item["body"], item["state"]) for item in found["items.json"]}
    thread, removed, held = (said[name].pk for name in ("thread", "removed", "held"))
    assert words[thread] == ("Second words", "visible")
    assert words[removed] == ("Words I took back", "removed")
    assert words[held][1] == "held"
    assert set(words) == {thread, removed, held}
    assert found["items.json"][0]["labels"] == ["sync"]
    assert [row["body"] for row in found["revisions.json"]] == ["First words"]
    assert [row["body"] for row in found["drafts.json"]] == ["Half a thought"]
    assert [row["item_id"] for row in found["votes.json"]] == [said["answer"].pk]
    assert {row["verb"] for row in found["acts.json"]} >= {"posted", "removed", "edited", "voted", "solved", "closed"}
    assert [row["number"] for row in found["replies.json"]] == [1]
    assert {row["item_id"] for row in found["threads.json"]} == {thread, held}
    assert {row["what"] for row in found["decisions.json"]} == {"solution", "closure"}
    assert {row["item_id"] for row in found["read.json"]} >= {thread, held}
    assert [row["version"] for row in found["acceptances.json"]] == [2]
    assert [row["email"] for row in found["addresses.json"]] == ["ann@example.com"]
    assert [row["kind"] for row in found["log-ins.json"]] == ["session"]
    text = json.dumps(found, default=str)
    for other in ("Words of bo", "A thread of bo", "bo@example.com", browser.session.session_key):
        assert other not in text


EXPORTED = {
    "Acceptance", "Closure", "Consent", "Draft", "Event", "Item", "Link", "Member", "OutgoingMail", "Pin", "ReadMark",
    "Relocation", "Reply", "Revision", "Solution", "Thread", "Vote", "Group", "Attachment", "Follow", "Recent", "Preference",
    "Notification", "Mailing", "Flag", "ModerationEntry", "Sanction", "Ignore", "Appeal", "Championship",
    "InboundMail", "Article", "Edit", "Highlight",
}  # fmt: skip
NOT_EXPORTED = {
    "Deletion": "the page shows it",
    "Export": "the zip itself",
    "Sweep": "what was removed at once stands among the items, and who did it among the decisions",
}


def test_every_table_that_names_a_member_is_exported_or_says_why_not() -> None:
    """A new table is noticed here: add it to an exporter of its room, and to this list."""
    naming = {
        model.__name__
        for model in apps.get_app_config("community").get_models()
        if any(
            isinstance(field, (models.ForeignKey, models.ManyToManyField)) and field.related_model is Member
            for field in (*model._meta.fields, *model._meta.many_to_many)
        )
    }
    assert naming - EXPORTED - NOT_EXPORTED.keys() == set()


def test_it_is_made_by_the_queue_and_told_by_mail(ann: Member, django_capture_on_commit_callbacks: Any) -> None:
    ann.language = "pl"
    ann.save()
    browser = signed_in(ann)
    assert browser.post("/me/privacy/export/").status_code == 302
    task = OrmQ.objects.get().task
    export = Export.objects.get()
    assert (task["func"], task["args"]) == ("community.members.export.make", (export.pk,))
    page = browser.get(PAGE).content.decode()
    assert 'hx-trigger="every' in page
    exporting.make(export.pk)
    exporting.make(export.pk)  # a task may come twice
    mail = OutgoingMail.objects.get()
    assert mail.to == "ann@example.com"
    assert PAGE in mail.text
    assert "%(" not in mail.text
    export.refresh_from_db()
    assert stat.S_IMODE(export.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(export.path.parent.stat().st_mode) == 0o700
    page = browser.get(PAGE).content.decode()
    assert export.get_absolute_url() in page
    assert 'hx-trigger="every' not in page


def test_B40_a_copy_is_there_for_its_owner_alone(ann: Member, bo: Member, root: Member) -> None:
    export = exporting.ask_export(ann)
    assert signed_in(ann).get(export.get_absolute_url()).status_code == 404  # not made yet
    exporting.make(export.pk)
    assert status(signed_in(ann), export) == 200
    for stranger in (bo, root):
        assert signed_in(stranger).get(export.get_absolute_url()).status_code == 404
    assert Client().get(export.get_absolute_url()).headers["Location"].startswith("/accounts/login/")
    assert Client().get(f"/media/exports/{export.name}").status_code == 404
    assert Client().get(f"/media/../exports/{export.name}").status_code == 404


def test_one_copy_at_a_time_and_one_an_hour(ann: Member, django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in(ann)
    browser.post("/me/privacy/export/")
    answer = browser.post("/me/privacy/export/", follow=True)
    assert "Your copy is being made" in answer.content.decode()
    first = Export.objects.get()
    exporting.make(first.pk)
    assert "an hour after" in browser.post("/me/privacy/export/", follow=True).content.decode()
    Export.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    second = run_export(browser, django_capture_on_commit_callbacks)
    assert second.pk != first.pk
    assert [path.name for path in second.path.parent.iterdir()] == [second.name]


def test_after_a_week_it_is_gone(ann: Member, django_capture_on_commit_callbacks: Any) -> None:
    browser = signed_in(ann)
    export = run_export(browser, django_capture_on_commit_callbacks)
    Export.objects.update(made_at=timezone.now() - timedelta(days=6))
    with django_capture_on_commit_callbacks(execute=True):
        clean()
    assert status(browser, export) == 200
    Export.objects.update(made_at=timezone.now() - timedelta(days=7, minutes=1))
    assert browser.get(export.get_absolute_url()).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        clean()
    assert not Export.objects.exists()
    assert list(export.path.parent.iterdir()) == []


def test_a_copy_that_fails_can_be_asked_for_again(ann: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(ann)
    export = exporting.ask_export(ann)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(exporting, "_collect", full)
        with pytest.raises(OSError, match="No space"):
            exporting.make(export.pk)
    assert list(export.path.parent.iterdir()) == []
    exporting.after_attempt(Task(success=False, attempt_count=5, args=(export.pk,)))
    page = browser.get(PAGE).content.decode()
    assert "could not be made" in page
    browser.post("/me/privacy/export/")
    assert Export.objects.get().pk != export.pk


def test_the_pages_cost_the_same_whatever_one_wrote(ann: Member) -> None:
    browser = signed_in(ann)
    browser.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        browser.get(PAGE)
    make.replies(make.thread(by=ann), 5, by=ann)
    exporting.make(exporting.ask_export(ann).pk)
    with CaptureQueriesContext(connection) as many:
        browser.get(PAGE)
    assert len(few) == len(many) <= 7


# -- the end of an account --


def with_password(member: Member) -> Client:
    """Logged in as people are, and asked for the password again as they are before they delete."""
    EmailAddress.objects.get_or_create(user=member, email=member.email, defaults={"verified": True, "primary": True})
    member.set_password(PASSWORD)
    member.save()
    browser = Client()
    browser.post("/accounts/login/", {"login": member.handle, "password": PASSWORD})
    assert "_auth_user_id" in browser.session
    return browser


def reauthenticated(member: Member) -> Client:
    browser = with_password(member)
    answer = browser.get("/me/privacy/deletion/")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    again = browser.post(answer.headers["Location"], {"password": PASSWORD})
    assert again.headers["Location"] == "/me/privacy/deletion/"
    return browser


def test_whoever_deletes_is_asked_for_the_password_first(ann: Member) -> None:
    browser = with_password(ann)
    browser.post("/me/privacy/deletion/", {"kind": "erase", "handle": "ann"})
    assert not Deletion.objects.exists()
    answer = browser.get("/me/privacy/deletion/")
    browser.post(answer.headers["Location"], {"password": "not it"})
    browser.post("/me/privacy/deletion/", {"kind": "erase", "handle": "ann"})
    assert not Deletion.objects.exists()


def test_without_a_password_a_fresh_log_in_is_asked_for(ann: Member) -> None:
    ann.set_unusable_password()
    ann.save()
    browser = signed_in(ann)  # a session whose log-in is long ago, as far as anybody knows
    page = browser.get("/me/privacy/deletion/")
    assert "log in once more" in page.content.decode()
    answer = browser.post("/me/privacy/deletion/", {"kind": "erase", "handle": "ann"})
    assert answer.headers["Location"] == "/accounts/login/?next=/me/privacy/deletion/"
    assert not Deletion.objects.exists()
    assert browser.get(PAGE).status_code == 302
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    fresh = Client()
    fresh.post("/accounts/login/code/", {"email": ann.email})
    fresh.post("/accounts/login/code/confirm/", {"code": last_code()})
    assert "Type your handle" in fresh.get("/me/privacy/deletion/").content.decode()
    assert fresh.post("/me/privacy/deletion/", {"kind": "erase", "handle": "ann"}).status_code == 200
    assert Deletion.objects.get().kind == "erase"


@pytest.mark.parametrize("typed", ["", "bo", "an n", "ann\x00"])
def test_the_handle_is_typed_to_confirm(typed: str, ann: Member) -> None:
    browser = reauthenticated(ann)
    answer = browser.post("/me/privacy/deletion/", {"kind": "erase", "handle": typed})
    assert answer.status_code == 422
    assert 'value="erase"' in answer.content.decode()
    assert not Deletion.objects.exists()
    assert browser.post("/me/privacy/deletion/", {"kind": "burn", "handle": "ann"}).status_code == 422


def test_an_account_is_kept_for_a_week_and_kept_for_good_by_logging_in(ann: Member) -> None:
    browser, other = reauthenticated(ann), signed_in(ann)
    answer = browser.post("/me/privacy/deletion/", {"kind": "anonymise", "handle": " @ANN "})
    assert answer.status_code == 200
    assert "will be deleted" in answer.content.decode()
    assert OutgoingMail.objects.get(subject="Your account will be deleted").to == "ann@example.com"
    for one in (browser, other):
        assert one.get(PAGE).status_code == 302
    assert Client().get("/members/ann/").status_code == 200
    queue_due()
    finish(Deletion.objects.get().pk)
    assert Member.objects.filter(pk=ann.pk).exists()
    answer = Client().post("/accounts/login/", {"login": "ann", "password": PASSWORD})
    assert answer.headers["Location"] == PAGE
    back = Client()
    back.post("/accounts/login/", {"login": "ann", "password": PASSWORD})
    page = back.get(PAGE).content.decode()
    assert "Keep my account" in page
    assert back.get("/me/privacy/deletion/withdrawal/").status_code == 405
    assert back.post("/me/privacy/deletion/withdrawal/").status_code == 302
    assert not Deletion.objects.exists()
    assert "Keep my account" not in back.get(PAGE).content.decode()


def test_nobody_withdraws_or_asks_for_somebody_else(ann: Member, bo: Member) -> None:
    Deletion.objects.create(member=ann, kind="erase")
    assert signed_in(bo).post("/me/privacy/deletion/withdrawal/", {"member": ann.pk}).status_code == 302
    assert Client().post("/me/privacy/deletion/withdrawal/").status_code == 302
    assert Deletion.objects.get().member == ann


def test_the_last_administrator_stays(root: Member) -> None:
    browser = reauthenticated(root)
    answer = browser.post("/me/privacy/deletion/", {"kind": "erase", "handle": "root"})
    assert answer.status_code == 422
    assert "only administrator" in answer.content.decode()
    second = make.member("second", role="admin")
    Deletion.objects.create(member=second, kind="erase")  # about to leave: nobody who stays
    assert browser.post("/me/privacy/deletion/", {"kind": "erase", "handle": "root"}).status_code == 422
    Deletion.objects.all().delete()
    assert browser.post("/me/privacy/deletion/", {"kind": "erase", "handle": "root"}).status_code == 200
    second.delete()
    Deletion.objects.update(asked_at=timezone.now() - timedelta(days=9))
    finish(Deletion.objects.get().pk)  # the other one left meanwhile
    assert Member.objects.filter(handle="root").exists()


def test_a_picture_that_is_replaced_is_deleted(ann: Member, django_capture_on_commit_callbacks: Any) -> None:
    ann.picture.save("me.webp", ContentFile(b"an old face"))
    ann.save()
    old = Path(ann.picture.path)
    settings = {"name": "Ann", "handle": "ann", "language": "en", "time_zone": "UTC", "theme": "system"}
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(ann).post("/me/settings/", settings)
    assert old.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert signed_in(ann).post("/me/settings/", {**settings, "picture-clear": "on"}).status_code == 302
    assert not old.exists()
