"""Files that people attach: taken in, named by words, read by whoever may read the words, thrown away after them."""

import html
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from community import checks
from community.conversations import change
from community.discussions import relocate
from community.feedback import attach, drafts
from community.feedback.attachments import Attachment
from community.feedback.models import Item
from community.members import cleaning, limits
from community.members.leave import leave
from community.members.models import Member
from tests import make
from tests.conftest import signed_in
from tests.files import attachment, packed, pdf, picture, send, status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def kept(media: Path) -> list[Path]:
    return [one for one in media.rglob("*") if one.is_file()]


def grow_old(*files: Attachment) -> None:
    past = timezone.now() - timedelta(hours=25)
    Attachment.objects.filter(pk__in=[one.pk for one in files], item=None).update(unused_since=past)


# -- Taken in ------------------------------------------------------------------------------------


def test_a_picture_is_answered_with_its_markdown(ann: Member, media: Path) -> None:
    answer = send(signed_in(ann), picture("JPEG", (1600, 1200), name="Mein Bild (1).jpeg"), alt="A [red] \\ *bu]tton")
    told = answer.json()
    assert answer.status_code == 201
    assert told["name"] == "Mein-Bild-1.webp"
    assert told["markdown"] == f"![A red  *button](/files/{told['id']}/Mein-Bild-1.webp)"
    row = Attachment.objects.get()
    assert (row.kind, row.width, row.height, row.small_width, row.small_height) == ("picture", 1600, 1200, 720, 540)
    for stored, size in ((row.file, (1600, 1200)), (row.small, (720, 540))):
        with Image.open(stored.path) as made:
            assert (made.format, made.size) == ("WEBP", size)
    assert len(kept(media)) == 2


def test_a_download_is_answered_with_its_markdown(ann: Member, media: Path) -> None:
    told = send(signed_in(ann), pdf("the_report *v2*.pdf")).json()
    assert told["markdown"] == f"[the_report-v2.pdf](/files/{told['id']}/the_report-v2.pdf)"
    assert len(kept(media)) == 1


def test_a_picture_that_fits_has_no_small_one(ann: Member, media: Path) -> None:
    row = attachment(signed_in(ann))
    assert not row.small
    assert len(kept(media)) == 1
    assert status(signed_in(ann), row.small_url) == 200


def test_a_moving_picture_stands_still_and_says_so(ann: Member) -> None:
    moving = picture("GIF", save_all=True, append_images=[Image.new("RGB", (300, 200), "red")])
    told = send(signed_in(ann), moving).json()
    assert "stands still" in told["note"]
    with Image.open(Attachment.objects.get().file.path) as made:
        assert getattr(made, "n_frames", 1) == 1
    assert send(signed_in(ann)).json()["note"] == ""


def test_a_very_large_picture_is_made_smaller_in_proportion(ann: Member) -> None:
    row = attachment(signed_in(ann), picture("PNG", (1_000, 19_000)))
    assert row.height <= 16_000
    assert abs(row.height / row.width - 19) < 0.1
    assert (row.small_width, row.small_height) == (28, 540)


def test_a_guest_is_told_to_log_in(client: Client) -> None:
    answer = send(client)
    assert (answer.status_code, "Log in" in answer.json()["error"]) == (403, True)
    assert not Attachment.objects.exists()


def test_it_takes_a_file_and_a_token(ann: Member) -> None:
    browser = signed_in(ann)
    assert browser.post("/files/").status_code == 422
    assert browser.post("/files/", {"file": "words"}).status_code == 422
    assert browser.get("/files/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ann)
    assert send(strict).status_code == 403
    assert not Attachment.objects.exists()


def test_the_day_has_a_number_of_files(ann: Member, media: Path) -> None:
    browser = signed_in(ann)
    with transaction.atomic():
        limits.count(ann, "files", limits.LIMITS[limits.Standing.NEW].files_a_day - 1)
    attachment(browser)
    answer = send(browser)
    assert answer.status_code == 429
    assert "You can attach 15 files a day" in answer.json()["error"]
    assert len(kept(media)) == 1
    assert Attachment.objects.count() == 1


def test_the_day_has_a_number_of_bytes(ann: Member, media: Path) -> None:
    with transaction.atomic():
        limits.count(ann, "bytes", limits.LIMITS[limits.Standing.NEW].bytes_a_day - 2_000)
    answer = send(signed_in(ann), pdf())
    assert answer.status_code == 429
    assert "40.0" in answer.json()["error"]
    assert not kept(media)
    with transaction.atomic():  # nor was the file counted
        limits.count(ann, "files", limits.LIMITS[limits.Standing.NEW].files_a_day)


def test_attempts_are_counted_by_the_minute_for_staff_too(sam: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOADS_A_MINUTE", 2)
    browser = signed_in(sam)
    bad = lambda: SimpleUploadedFile("x.exe", b"MZ")  # noqa: E731
    assert [send(browser, bad()).status_code for _ in range(3)] == [415, 415, 429]


def test_a_post_shows_so_many_files(ann: Member) -> None:
    thread = make.thread()
    browser = signed_in(ann)
    names = [attachment(browser, pdf(f"r{n}.pdf")).markdown for n in range(6)]
    answer = browser.post(f"/items/{thread.pk}/reply/", {"body": " ".join(names)})
    assert answer.status_code == 422
    assert "Your posts can show 5 files for now, and this one has 6." in answer.content.decode()
    assert names[5] in answer.content.decode()
    assert browser.post(f"/items/{thread.pk}/reply/", {"body": " ".join(names[:5])}).status_code == 302


def test_limits_are_published(client: Client) -> None:
    page = client.get("/limits/").content.decode()
    for words in ("Files per day", "Files per post", ">15<", "40.0\xa0MB", "8 MB"):
        assert words in page, words


# -- Shown ---------------------------------------------------------------------------------------


def test_words_show_pictures_small_and_downloads_with_their_size(ann: Member, client: Client) -> None:
    browser = signed_in(ann)
    large, report = attachment(browser, picture("PNG", (1440, 900))), attachment(browser, pdf())
    thread = make.thread()
    words = f"![The red button](/files/{large.pk}/{large.name})\n\nand [report.pdf](/files/{report.pk}/x)"
    browser.post(f"/items/{thread.pk}/reply/", {"body": words})
    page = client.get(thread.item.path).content.decode()
    assert f'<a href="/files/{large.pk}/screen.webp" class="picture">' in page
    tag = page[page.index(f'<img src="/files/{large.pk}/small/') :]
    tag = tag[: tag.index(">")]
    for part in ('alt="The red button"', 'width="720"', 'height="450"', 'loading="lazy"', 'decoding="async"'):
        assert part in tag
    chip = f'<a href="/files/{report.pk}/report.pdf" class="file">report.pdf<span class="file-size"> 2 KB</span></a>'
    assert chip in page


def test_an_empty_alt_is_the_one_given_with_the_file(ann: Member) -> None:
    browser = signed_in(ann)
    row = attachment(browser, alt='The "red" button')
    shown = browser.post("/preview/", {"body": f"![](/files/{row.pk}/{row.name})"}).content.decode()
    assert 'alt="The &quot;red&quot; button"' in shown


def test_a_file_of_nobody_is_a_plain_link(ann: Member) -> None:
    shown = signed_in(ann).post("/preview/", {"body": "![x](/files/999/a.webp) [y](/files/999/a.pdf)"}).content.decode()
    assert "<img" not in shown
    assert "file-size" not in shown
    assert shown.count('href="/files/999/') == 2


def test_a_page_costs_no_query_for_its_files(ann: Member, bo: Member) -> None:
    browser = signed_in(ann)
    plain, rich = make.thread(by=bo), make.thread(by=bo)
    make.reply(plain, by=ann)
    words = " ".join(attachment(browser, pdf(f"r{n}.pdf")).markdown for n in range(5))
    make.reply(rich, by=ann, body=words)
    reader = signed_in(bo)
    counts = []
    for thread in (plain, rich):
        reader.get(thread.item.path)
        with CaptureQueriesContext(connection) as caught:
            reader.get(thread.item.path)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_feed_names_pictures_by_their_whole_address(ann: Member, client: Client, settings: object) -> None:
    large = attachment(signed_in(ann), picture("PNG", (1440, 900)))
    make.thread(by=ann, body=f'{large.markdown}\n\n[a](//b.example/c) [d](https://e.example/) `<a href="/f">`')
    feed = html.unescape(client.get("/feeds/discussions.atom").content.decode())
    base = settings.SITE_URL  # type: ignore[attr-defined]
    for there in (f'href="{base}/files/', f'src="{base}/files/', 'href="//b.example/c"', 'href="https://e.example/"'):
        assert there in feed
    assert '&lt;a href="/f"&gt;' in feed


@pytest.mark.parametrize("files", [1, 5])
def test_a_preview_costs_the_same_for_one_file_and_five(files: int, ann: Member) -> None:
    browser = signed_in(ann)
    words = " ".join(attachment(browser, pdf(f"r{n}.pdf")).markdown for n in range(files))
    browser.post("/preview/", {"body": words})
    with CaptureQueriesContext(connection) as caught:
        browser.post("/preview/", {"body": words})
    assert len(caught) == 4  # the session, the member, the site, the files


def test_a_file_costs_few_queries(ann: Member, bo: Member) -> None:
    row = attachment(signed_in(ann))
    make.reply(make.thread(by=bo), by=ann, body=row.markdown)
    reader = signed_in(bo)
    status(reader, row.get_absolute_url())
    with CaptureQueriesContext(connection) as caught:
        assert status(reader, row.get_absolute_url()) == 200
    assert len(caught) <= 7


# -- Whose it is ---------------------------------------------------------------------------------


def test_words_make_a_file_theirs_and_let_it_go_again(ann: Member, bo: Member) -> None:
    browser = signed_in(ann)
    thread = make.thread(by=ann)
    row, other = attachment(browser), attachment(browser, pdf())
    browser.post(f"/items/{thread.pk}/reply/", {"body": f"{row.markdown} {other.markdown}"})
    reply = Item.objects.get(kind="reply")
    assert set(reply.attachments.all()) == {row, other}
    assert status(signed_in(bo), row.get_absolute_url()) == 200
    browser.post(f"/replies/{reply.pk}/edit/", {"body": f"Only {other.markdown} now"})
    row.refresh_from_db()
    assert (row.item, row.unused_since is not None) == (None, True)
    assert status(signed_in(bo), row.get_absolute_url()) == 404  # taken out is gone, not just out of sight
    assert status(signed_in(bo), other.get_absolute_url()) == 200
    browser.post(f"/replies/{reply.pk}/edit/", {"body": f"{row.markdown} again"})
    assert list(reply.attachments.all()) == [row]


def test_an_edit_that_is_held_again_lets_go_for_good(ann: Member) -> None:
    browser = signed_in(ann)
    place = make.category("careful", is_premoderated=True).place
    sam = make.member("sam", role="agent")
    row = attachment(browser)
    reply = make.reply(make.thread(by=sam, place=place), by=ann, body=row.markdown)
    change.approve(reply, by=sam)
    browser.post(f"/replies/{reply.pk}/edit/", {"body": "No picture any more"})
    assert not Item.objects.get(pk=reply.pk).attachments.exists()


def test_a_new_thread_and_its_edit_take_files_too(ann: Member, client: Client) -> None:
    browser = signed_in(ann)
    one, two = attachment(browser), attachment(browser, pdf())
    place = make.category().place
    words = {"title": "A title", "place": place.pk, "kind": "question", "language": "en"}
    browser.post("/t/new/", {**words, "body": one.markdown})
    thread = Item.objects.get()
    browser.post(f"/threads/{thread.pk}/edit/", {**words, "body": f"{one.markdown} {two.markdown}"})
    assert set(thread.attachments.all()) == {one, two}
    assert status(client, two.get_absolute_url()) == 200


def test_naming_a_file_of_somebody_else_changes_nothing_about_it(ann: Member, bo: Member, cy: Member) -> None:
    waiting = attachment(signed_in(ann))
    thread = make.thread(by=bo)
    make.reply(thread, by=bo, body=f"Look: {waiting.markdown}")
    waiting.refresh_from_db()
    assert waiting.item is None
    assert [status(signed_in(one), waiting.get_absolute_url()) for one in (ann, bo, cy)] == [200, 404, 404]
    assert "<img" not in Item.objects.get(kind="reply").html


def test_naming_a_file_of_a_private_item_does_not_publish_it(ann: Member, sam: Member, cy: Member) -> None:
    secret = attachment(signed_in(ann), pdf("salaries.pdf"))
    private = make.thread(by=ann, body=secret.markdown, is_private=True)
    public = make.thread(by=ann, body=f"Again {secret.markdown}")
    secret.refresh_from_db()
    assert secret.item_id == private.pk
    assert [status(signed_in(one), secret.get_absolute_url()) for one in (ann, sam, cy)] == [200, 200, 404]
    make.reply(public, by=cy, body=f"[x](/files/{secret.pk}/salaries.pdf)")
    assert "file-size" not in Item.objects.get(author=cy).html  # not even how large it is


def test_a_quote_shows_the_picture_that_stays_its_author_s(ann: Member, bo: Member) -> None:
    row = attachment(signed_in(ann))
    thread = make.thread(by=ann, body=row.markdown)
    reply = make.reply(thread, by=bo, body=f"> {row.markdown}\n\nThis one?")
    assert 'class="picture"' in reply.item.html
    row.refresh_from_db()
    assert row.item_id == thread.pk


def test_staff_add_files_to_the_words_of_others(ann: Member, sam: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    row = attachment(signed_in(sam))
    signed_in(sam).post(f"/threads/{thread.pk}/edit/", {"title": thread.item.title, "body": f"x {row.markdown}"})
    assert list(thread.item.attachments.all()) == [row]
    assert status(signed_in(bo), row.get_absolute_url()) == 200


def test_relocated_words_keep_their_pictures(ann: Member, bo: Member, sam: Member, client: Client) -> None:
    left, right = make.thread(by=ann, title="Left"), make.thread(by=bo, title="Right")
    mine, yours = attachment(signed_in(ann)), attachment(signed_in(bo), pdf())
    opening = make.thread(by=ann, title="Merged", body=mine.markdown)
    reply = make.reply(left, by=bo, body=yours.markdown)
    addresses = [mine.get_absolute_url(), yours.get_absolute_url()]
    merge = relocate.merge(opening, right, by=sam)
    split = relocate.split(left, [reply], "Split off", by=sam)
    assert [status(client, one) for one in addresses] == [200, 200]
    relocate.undo(split, by=sam)
    relocate.undo(merge, by=sam)
    assert [status(client, one) for one in addresses] == [200, 200]
    mine.refresh_from_db(), yours.refresh_from_db()
    assert (mine.item_id, yours.item_id) == (opening.pk, reply.pk)


# -- Thrown away ---------------------------------------------------------------------------------


def test_what_no_words_name_goes_after_a_day(ann: Member, media: Path) -> None:
    browser = signed_in(ann)
    old, new, drafted = attachment(browser), attachment(browser), attachment(browser)
    posted = attachment(browser)
    make.thread(by=ann, body=posted.markdown)
    drafts.save_draft(ann, "thread:new", 0, title="", body=f"soon {drafted.markdown}")
    grow_old(old, drafted, posted)
    cleaning.clean()
    cleaning.clean()
    assert set(Attachment.objects.all()) == {new, drafted, posted}


def test_a_stranger_s_draft_keeps_nothing(ann: Member, bo: Member) -> None:
    old = attachment(signed_in(ann))
    drafts.save_draft(bo, "thread:new", 0, title="", body=old.markdown)
    grow_old(old)
    cleaning.clean()
    assert not Attachment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_files_go_from_the_disk_with_their_item_and_their_member(ann: Member, bo: Member, media: Path) -> None:
    browser = signed_in(ann)
    shown, waiting = attachment(browser, picture("PNG", (900, 900))), attachment(browser)
    thread = make.thread(by=bo)
    reply = make.reply(thread, by=ann, body=shown.markdown)
    with transaction.atomic():
        reply.item.delete()
        transaction.set_rollback(True)
    assert len(kept(media)) == 3  # undone is undone
    leave(ann, erases=False)
    assert len(kept(media)) == 2  # what was shown stays with the words, without a name
    assert Attachment.objects.get().uploaded_by is None
    assert not Attachment.objects.filter(pk=waiting.pk).exists()
    Item.objects.get(kind="reply").delete()
    assert kept(media) == []
    assert not Attachment.objects.exists()


# -- Without script ------------------------------------------------------------------------------


def test_the_attach_button_keeps_what_was_typed(ann: Member, media: Path) -> None:
    thread = make.thread()
    browser = signed_in(ann)
    words = {"body": "Dear words", "attach": "1", "alt": "A teal field", "file": [picture(), pdf()]}
    answer = browser.post(f"/items/{thread.pk}/reply/", words)
    one, two = Attachment.objects.order_by("pk")
    assert answer.status_code == 200
    typed = answer.context["composer"].body
    assert (
        typed
        == f"Dear words\n\n![A teal field](/files/{one.pk}/screen.webp)\n\n[report.pdf](/files/{two.pk}/report.pdf)"
    )
    assert not Item.objects.filter(kind="reply").exists()
    assert browser.post(f"/items/{thread.pk}/reply/", {"body": typed}).status_code == 302
    assert Item.objects.get(kind="reply").attachments.count() == 2


def test_the_attach_button_of_a_thread_keeps_every_choice_and_complains_of_nothing_else(ann: Member) -> None:
    place = make.category("other").place
    words = {"title": "", "body": "", "place": place.pk, "is_private": "on", "attach": "1", "file": pdf()}
    page = signed_in(ann).post("/t/new/", words)
    assert page.status_code == 200
    form = page.content.decode()
    assert f"/files/{Attachment.objects.get().pk}/report.pdf" in form
    assert f'value="{place.pk}" selected' in form
    assert 'name="is_private"' in form
    assert "checked" in form[form.index('name="is_private"') :][:120]
    assert "This field is required" not in form


@pytest.mark.parametrize("of", ["reply", "edit", "thread"])
def test_a_refused_file_is_a_sentence_and_the_text_stays(of: str, ann: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread, by=ann)
    url = {
        "reply": f"/items/{thread.pk}/reply/",
        "edit": f"/replies/{reply.pk}/edit/",
        "thread": f"/threads/{thread.pk}/edit/",
    }[of]
    for file, why in ((SimpleUploadedFile("a.exe", b"MZ"), "a.exe: This kind of file"), (None, "Choose a file first")):
        words = {"title": "Title", "body": "Dear words", "attach": "1", **({"file": file} if file else {})}
        page = signed_in(ann).post(url, words)
        assert page.status_code == 422
        assert "Dear words" in page.content.decode()
        assert why in page.content.decode()
    assert Item.objects.get(pk=reply.pk).body != "Dear words"


def test_more_files_than_a_form_brings_are_a_sentence(ann: Member) -> None:
    words = {"body": "Dear words", "attach": "1", "file": [pdf(f"{n}.pdf") for n in range(21)]}
    answer = signed_in(ann).post(f"/items/{make.thread().pk}/reply/", words)
    assert (answer.status_code, "Attach less" in answer.content.decode()) == (413, True)


def test_guests_have_no_button_and_cannot_press_it(client: Client, ann: Member) -> None:
    thread = make.thread(by=ann)
    assert 'type="file"' not in client.get(f"/items/{thread.pk}/reply/").content.decode()
    assert 'type="file"' in signed_in(ann).get(f"/items/{thread.pk}/reply/").content.decode()
    answer = client.post(f"/items/{thread.pk}/reply/", {"body": "Dear", "attach": "1", "file": picture()})
    assert answer.status_code == 422
    assert "Dear" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_the_picker_offers_what_is_taken(ann: Member) -> None:
    from community.lib.file_kinds import ENDINGS
    from community.lib.pictures import MOST_BYTES

    page = signed_in(ann).get("/t/new/?title=Abc").content.decode()
    assert f'accept="{",".join(f".{one}" for one in ENDINGS)}"' in page
    assert f'data-largest="{MOST_BYTES}"' in page
    assert packed("PNG")[:4] == b"\x89PNG"
    assert attach.LONGEST_ALT == 300


# -- Elsewhere than on the disk ------------------------------------------------------------------


def test_files_and_faces_come_from_wherever_they_are_stored(ann: Member, media: Path, settings: object) -> None:
    """Nothing but the storage is asked: with a bucket there is no file to open."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}  # type: ignore[attr-defined]
    browser = signed_in(ann)
    row = attachment(browser, picture("PNG", (900, 900)))
    assert [status(browser, one) for one in (row.get_absolute_url(), row.small_url)] == [200, 200]
    words = {"name": "Ann", "handle": "ann", "language": "en", "time_zone": "UTC", "theme": "system"}
    assert browser.post("/me/settings/", {**words, "picture": picture()}).status_code == 302
    ann.refresh_from_db()
    assert status(browser, ann.picture.url) == 200
    assert status(browser, "/media/faces/none.webp") == 404
    assert kept(media) == []
    default_storage.delete(row.file.name)
    assert status(browser, row.get_absolute_url()) == 404


def test_a_bucket_without_what_it_needs_is_said_with_what_to_do(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_BUCKET = "uploads"  # type: ignore[attr-defined]
    settings.BUCKET = {"access_key": "k", "secret_key": None}  # type: ignore[attr-defined]
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    [missing] = checks.bucket(None)
    assert (missing.id, "pip install 'django-storages[s3]'" in str(missing.hint)) == ("hearback.E008", True)
    monkeypatch.setattr(checks, "find_spec", lambda name: object())
    assert [one.id for one in checks.bucket(None)] == ["hearback.E009"]
    settings.BUCKET = {"access_key": "k", "secret_key": "s"}  # type: ignore[attr-defined]
    assert checks.bucket(None) == []
