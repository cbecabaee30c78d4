"""ABUSE E67 to E76 and B29 on files that people attach."""

import errno
import os
import struct
import unicodedata
import zipfile
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from community.conversations import change
from community.feedback.attachments import Attachment
from community.feedback.models import Item
from community.lib.file_names import LONGEST, clean_name
from community.lib.uploads import WholeFiles
from community.members import cleaning
from community.members.models import Member
from tests import make
from tests.conftest import signed_in
from tests.files import attachment, packed, pdf, picture, read, send, status

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"


@pytest.fixture(autouse=True)
def media(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def kept(media: Path) -> list[Path]:
    return [one for one in media.rglob("*") if one.is_file()]


def zipped() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "a")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", SVG), ("a.png", HTML), ("a.png", PDF), ("a.jpg", zipped()), ("a.svg", SVG), ("a.html", HTML),
        ("a.gif", b"GIF89a"), ("a.png", b"\x89PNG\r\n\x1a\n"), ("a.pdf", HTML), ("a.pdf", b"\n" + PDF), ("a.zip", PDF),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 40), ("a.txt", b"MZ\x90\0\x03"), ("a.csv", b"a,b\0c"),
    ],
)  # fmt: skip
def test_E67_what_is_not_what_it_says_is_refused(name: str, content: bytes, ann: Member, media: Path) -> None:
    answer = send(signed_in(ann), SimpleUploadedFile(name, content))
    assert answer.status_code == 415
    assert answer.json()["error"].endswith(".")
    assert not kept(media)
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "JPEG", "WEBP"])
def test_E68_a_polyglot_is_made_anew_and_never_a_page(kind: str, ann: Member, media: Path) -> None:
    row = attachment(signed_in(ann), SimpleUploadedFile("a.html", packed(kind) + HTML))
    assert row.name == "a.webp"
    code, content, headers = read(signed_in(ann), row.get_absolute_url())
    assert code == 200
    assert b"script" not in content
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert headers["Content-Disposition"] == 'inline; filename="a.webp"'


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("a.txt", HTML, "text/plain"), ("a.pdf", PDF, "application/pdf"), ("a.csv", SVG, "text/csv")],
)
def test_E68_whatever_is_no_picture_is_only_downloaded(name: str, content: bytes, kind: str, ann: Member) -> None:
    row = attachment(signed_in(ann), SimpleUploadedFile(name, content, content_type="text/html"))
    _code, got, headers = read(signed_in(ann), row.get_absolute_url())
    assert got == content
    assert headers["Content-Type"] == kind
    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("size", [(20_000, 20_000), (9_000, 9_000), (7_000, 6_000)])
def test_E69_a_pixel_bomb_is_refused_by_its_header(size: tuple[int, int], ann: Member, media: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    answer = send(signed_in(ann), SimpleUploadedFile("b.png", bomb))
    assert answer.status_code == 413
    assert "40 megapixels" in answer.json()["error"]
    assert not kept(media)


def test_E69_a_film_of_a_thousand_pictures_is_one(ann: Member) -> None:
    film = BytesIO()
    frames = [Image.new("P", (200, 200), colour) for colour in range(200)]
    frames[0].save(film, "GIF", save_all=True, append_images=frames[1:])
    row = attachment(signed_in(ann), SimpleUploadedFile("x.gif", film.getvalue()))
    with Image.open(row.file.path) as made:
        assert getattr(made, "n_frames", 1) == 1


def test_E71_no_place_of_the_picture_is_kept_and_it_stands_upright(ann: Member) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lay on its side
    exif[0x010F] = "CameraOfAnn"
    exif.get_ifd(0x8825)[2] = (52.0, 13.0, 24.0)
    row = attachment(signed_in(ann), picture("JPEG", (1_200, 800), exif=exif, icc_profile=b"Ann's display" * 20))
    for stored in (row.file, row.small):
        with Image.open(stored.path) as made:
            assert not made.getexif()
            assert made.height > made.width
            assert not {"exif", "xmp", "icc_profile"} & set(made.info)
        assert b"CameraOfAnn" not in Path(stored.path).read_bytes()
        assert b"Ann's display" not in Path(stored.path).read_bytes()


NAMES = [
    "../../x.pdf", "..\\..\\x.pdf", "CON.pdf", "con.tar.pdf", "x" * 300 + ".pdf", "\u202efdp.exe.pdf", "a\0b.pdf", ".pdf",
    "..pdf", "a\nb\r\n.pdf", "a](javascript:alert(1)).pdf", '"><script>.pdf', "%2e%2e%2fx.pdf", "a;b?c#d.pdf", "-rf.pdf",
    "a" + "\u0301" * 100 + ".pdf", "\u0301.pdf", "／etc／x.pdf", "\u200b\u2066x.pdf", "  .  .pdf", "ａ：ｂ.pdf", "💾.pdf",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_E72_nothing_of_a_name_is_left_that_could_do_harm(name: str) -> None:
    clean = clean_name(name, "pdf")
    assert len(clean) <= LONGEST
    assert all(unicodedata.category(char)[0] in "LMN" or char in "._+-" for char in clean)
    assert unicodedata.category(clean[0])[0] in "LN"
    assert clean.endswith(".pdf")
    assert ".." not in clean
    assert clean.partition(".")[0].lower() not in ("con", "")


@pytest.mark.parametrize("name", [name for name in NAMES if name != ".pdf" and not set(name) & set("\n\0")])
def test_E72_a_name_is_harmless_wherever_it_stands(name: str, ann: Member, media: Path) -> None:
    file = pdf()
    file._name = name
    row = attachment(signed_in(ann), file)
    for stored in kept(media):
        assert len(stored.relative_to(media).as_posix()) == len("files/ab/") + 32
    thread = make.thread(by=ann, body=row.markdown)
    assert f'href="{row.get_absolute_url()}" class="file"' in thread.item.html
    code, _content, headers = read(signed_in(ann), row.get_absolute_url())
    assert code == 200
    assert not set(headers["Content-Disposition"]) & set("\r\n<>")
    assert unquote(headers["Content-Disposition"]).count(row.name) == 1


@pytest.mark.parametrize("name", ["รายงานประจำปี.pdf", "żółć.pdf", "تقرير.pdf", "보고서.pdf"])
def test_E72_names_of_our_languages_stay_readable(name: str, ann: Member) -> None:
    row = attachment(signed_in(ann), pdf(name))
    assert row.name == unicodedata.normalize("NFC", name)
    thread = make.thread(by=ann, body=row.markdown)
    assert f">{row.name}<" in thread.item.html
    assert status(signed_in(ann), f"/files/{row.pk}/{quote(row.name)}") == 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("name", ["a.png", "a.pdf", "a", "a.exe"])
def test_E75_pictures_of_the_list_are_made_anew_whatever_their_name(kind: str, name: str, ann: Member) -> None:
    row = attachment(signed_in(ann), SimpleUploadedFile(name, packed(kind, (48, 48))))
    assert (row.kind, row.content_type, row.name) == ("picture", "image/webp", "a.webp")
    with Image.open(row.file.path) as made:
        assert made.format == "WEBP"


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_E75_no_other_format_is_opened(kind: str, ann: Member) -> None:
    assert send(signed_in(ann), SimpleUploadedFile("me.png", packed(kind, (48, 48)))).status_code == 415


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF), ("a.ZIP", zipped()), ("a.log", "zażółć\x1b[31m\n".encode()), ("a.txt", "text".encode("utf-16")),
        ("a.csv", "ก,ข".encode("tis-620")),
    ],
)  # fmt: skip
def test_E75_downloads_of_the_list_are_kept_as_they_are(name: str, content: bytes, ann: Member) -> None:
    row = attachment(signed_in(ann), SimpleUploadedFile(name, content))
    assert (row.kind, row.size) == ("download", len(content))
    assert Path(row.file.path).read_bytes() == content


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.jar", "a.exe", "a.tar.gz", "a", "a.pdf.exe", "a.html", "a.js"])
def test_E75_nothing_else_is_taken(name: str, ann: Member, media: Path) -> None:
    answer = send(signed_in(ann), SimpleUploadedFile(name, zipped()))
    assert answer.status_code == 415
    assert "PDF, TXT, LOG, CSV or ZIP" in answer.json()["error"]
    assert not kept(media)


def test_E75_a_file_has_so_many_bytes(ann: Member, media: Path) -> None:
    browser = signed_in(ann)
    large = SimpleUploadedFile("a.pdf", PDF + b"x" * (8 * 1024 * 1024))
    answer = send(browser, large)
    assert (answer.status_code, "8 MB" in answer.json()["error"]) == (413, True)
    assert send(browser, SimpleUploadedFile("a.pdf", b"")).status_code == 422
    huge = send(browser, SimpleUploadedFile("a.pdf", PDF + b"x" * (11 * 1024 * 1024)))
    assert huge.status_code == 413
    assert "what you typed is there" in huge.content.decode()
    assert not kept(media)


class Full:
    """A file on a full disk: it takes forty bytes and no more."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream

    def write(self, content: bytes) -> int:
        self.stream.write(content[:40])
        raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        self.stream.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("file", "at"), [("picture", 1), ("picture", 2), ("download", 1)])
def test_E76_a_full_disk_is_a_sentence_and_no_file(
    file: str, at: int, ann: Member, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full at the first file, or at the second, the small picture."""
    opened: list[str] = []
    fdopen = os.fdopen

    def full(descriptor: int, *mode: str) -> object:
        stream, path = fdopen(descriptor, *mode), os.readlink(f"/proc/self/fd/{descriptor}")
        opened.extend([path] if path.startswith(str(media)) else [])
        return Full(stream) if path.startswith(str(media)) and len(opened) == at else stream

    monkeypatch.setattr("django.core.files.storage.filesystem.os.fdopen", full)
    browser = signed_in(ann)
    answer = send(browser, picture("PNG", (900, 900)) if file == "picture" else pdf())
    assert len(opened) == at
    assert answer.status_code == 503
    assert "could not be stored just now" in answer.json()["error"]
    assert not kept(media)
    assert not Attachment.objects.exists()
    assert cache.get(f"limit:files:{ann.pk}")[1] == cache.get(f"limit:bytes:{ann.pk}")[1] == 0
    opened.clear()
    thread = make.thread(by=ann)
    words = {"body": "Dear words", "attach": "1", "file": picture("PNG", (900, 900))}
    page = browser.post(f"/items/{thread.pk}/reply/", words)
    assert page.status_code == 422
    assert "Dear words" in page.content.decode()
    assert not kept(media)


@pytest.mark.django_db(transaction=True)
def test_E76_what_a_killed_process_stored_is_known_and_goes_with_the_day(
    ann: Member, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing runs after a kill -9: the row must be there, committed, before the file is."""
    save, rows = WholeFiles._save, []

    def watched(storage: WholeFiles, name: str, content: object) -> str:
        rows.append((Attachment.objects.filter(file=name).exists(), connection.in_atomic_block))
        return save(storage, name, content)

    monkeypatch.setattr(WholeFiles, "_save", watched)
    row = attachment(signed_in(ann))
    assert rows == [(True, False)]
    Attachment.objects.filter(pk=row.pk).update(unused_since=timezone.now() - timedelta(hours=25))
    cleaning.clean()
    assert not kept(media)


@pytest.mark.parametrize("cut", [10, 100, 400])
def test_E76_an_interrupted_upload_leaves_nothing(cut: int, ann: Member, media: Path) -> None:
    whole = packed("JPEG", (600, 400))
    assert send(signed_in(ann), SimpleUploadedFile("x.jpg", whole[:cut])).status_code == 415
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\n\r\n' + whole
    answer = signed_in(ann).post("/files/", form[: len(form) - cut], content_type="multipart/form-data; boundary=b")
    assert answer.status_code in (400, 415, 422)
    assert not kept(media)
    assert not Attachment.objects.exists()


def test_B29_a_file_is_asked_for_anew_each_time(ann: Member, bo: Member, sam: Member, client: Client) -> None:
    row = attachment(signed_in(ann), picture("PNG", (900, 900)))
    addresses = [row.get_absolute_url(), row.small_url]
    thread = make.thread(by=bo)
    reply = make.reply(thread, by=ann, body=row.markdown)

    def seen() -> list[list[int]]:
        readers = (client, signed_in(cy), signed_in(ann), signed_in(sam))
        return [[status(reader, address) for reader in readers] for address in addresses]

    cy = make.member("cy")
    assert seen() == [[200] * 4] * 2
    for state, expected in (
        ("removed", [404, 404, 404, 200]), ("hidden", [404, 404, 200, 200]), ("held", [404, 404, 200, 200]),
        ("visible", [200] * 4),
    ):  # fmt: skip
        Item.objects.filter(pk=reply.pk).update(state=state)
        assert seen() == [expected] * 2, state
    change.remove(reply, by=sam)
    assert status(client, addresses[0]) == 404
    change.restore(reply, by=sam)
    Item.objects.filter(pk=thread.pk).update(state="removed")  # what it hangs on
    assert seen() == [[404, 404, 404, 200]] * 2
    Item.objects.filter(pk=thread.pk).update(state="visible")
    beta = make.category("beta", audience="group", group=make.group("beta", bo)).place
    Item.objects.filter(pk__in=(thread.pk, reply.pk)).update(place=beta)
    assert seen() == [[404, 404, 404, 200]] * 2
    assert status(signed_in(bo), addresses[0]) == 200


def test_B29_a_browser_that_has_it_asks_all_the_same(ann: Member, bo: Member, client: Client) -> None:
    row = attachment(signed_in(ann))
    reply = make.reply(make.thread(by=bo, is_private=True), by=bo)
    Attachment.objects.filter(pk=row.pk).update(item=reply.item, unused_since=None)
    _code, _content, headers = read(signed_in(bo), row.get_absolute_url())
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    again = read(signed_in(bo), row.get_absolute_url(), **{"If-None-Match": headers["ETag"]})
    assert again[:2] == (304, b"")
    assert read(signed_in(ann), row.get_absolute_url(), **{"If-None-Match": headers["ETag"]})[0] == 404
    Item.objects.filter(pk__in=(reply.pk, reply.about_id)).update(visibility="public")
    assert read(client, row.get_absolute_url())[2]["Cache-Control"] == "public, max-age=300"


def test_B29_no_path_leads_around_the_question(ann: Member, client: Client, media: Path) -> None:
    row = attachment(signed_in(ann), picture("PNG", (900, 900)))
    (media / "files" / "x.webp").write_bytes(packed("WEBP"))
    (media / "faces").mkdir()
    (media / "faces" / "a.webp").write_bytes(packed("WEBP"))
    for browser in (client, signed_in(ann), signed_in(make.member("root", role="admin"))):
        for address in (
            f"/media/{row.file.name}", f"/media/{row.file.name}.webp", "/media/files/x.webp", "/media/faces/../files/x.webp",
            "/media/faces/%2e%2e/files/x.webp", "/media//files/x.webp", "/media/./files/x.webp", "/media/brand/../files/x.webp",
            f"/static/{row.file.name}", "/media/files\\x.webp", f"/media/faces/..%2ffiles/{row.file.name}",
        ):  # fmt: skip
            assert status(browser, address) in (400, 404), address
    assert status(client, "/media/faces/a.webp") == 200
    for number in (row.pk + 1, 10**17, 0):
        assert status(signed_in(ann), f"/files/{number}/screen.webp") == 404


@pytest.mark.django_db(transaction=True)
def test_B29_hidden_missing_and_unposted_look_the_same(ann: Member, bo: Member, client: Client) -> None:
    hidden, waiting = attachment(signed_in(ann)), attachment(signed_in(ann))
    make.thread(by=ann, body=hidden.markdown, is_private=True)
    pages = set()
    for pk in (hidden.pk, waiting.pk, waiting.pk + 1_000):
        code, content, _headers = read(client, f"/files/{pk}/screen.webp")
        assert code == 404
        pages.add(content.replace(f"/files/{pk}/".encode(), b""))
    assert len(pages) == 1
