"""Profiles, pictures, pages, limits, set-up, roles and checks."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.checks import run_checks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from community.checks import DEMO_PASSWORD
from community.discussions.models import Category
from community.feedback.models import Label
from community.members import limits, roles
from community.members.handles import from_name
from community.members.lookalikes import skeleton
from community.members.models import Company, Member, Site
from community.members.pages import Acceptance, SitePage, publish_page
from community.members.views.setup import set_up_key
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
SETTINGS = {"name": "Ann", "handle": "ann", "language": "en", "time_zone": "UTC", "theme": "system"}


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), **options: object) -> SimpleUploadedFile:
    packed = io.BytesIO()
    Image.new("RGB", size, "teal").save(packed, kind, **options)
    return SimpleUploadedFile(f"holiday-in-1987.{kind.lower()}", packed.getvalue())


def upload(browser: Client, file: SimpleUploadedFile) -> int:
    return browser.post("/me/settings/", {**SETTINGS, "picture": file}).status_code


@pytest.fixture
def media(settings: object, tmp_path: object) -> object:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_a_small_webp(kind: str, ann: Member, media: object, client: Client) -> None:
    assert upload(signed_in(ann), picture(kind)) == 302
    ann.refresh_from_db()
    with Image.open(ann.picture.path) as face:
        assert (face.format, face.size) == ("WEBP", (96, 96))
    assert Path(ann.picture.path).stat().st_size <= 3_000
    answer = client.get(ann.picture.url)
    answer.close()
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "holiday" not in ann.picture.name


def test_E71_no_place_of_the_picture_is_kept(ann: Member, media: object) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (52.0, 13.0, 0.0)}
    upload(signed_in(ann), picture("JPEG", exif=exif))
    ann.refresh_from_db()
    with Image.open(ann.picture.path) as face:
        assert not face.getexif()


@pytest.mark.parametrize(
    "content",
    [b"<svg onload=alert(1)>", b"<html><script>alert(1)</script>", b"%PDF-1.7", b"", b"GIF89a", b"\x89PNG\r\n\x1a\n"],
)
def test_E67_what_is_no_picture_is_refused(content: bytes, ann: Member, media: object) -> None:
    assert upload(signed_in(ann), SimpleUploadedFile("x.png", content)) == 422
    ann.refresh_from_db()
    assert not ann.picture


def test_E68_a_polyglot_is_made_anew(ann: Member, media: object) -> None:
    file = picture("GIF")
    file = SimpleUploadedFile("x.gif", file.read() + b"<script>alert(1)</script>")
    assert upload(signed_in(ann), file) == 302
    ann.refresh_from_db()
    assert b"script" not in Path(ann.picture.path).read_bytes()


def test_E69_a_pixel_bomb_is_refused_by_its_header(ann: Member, media: object) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    answer = signed_in(ann).post("/me/settings/", {**SETTINGS, "picture": SimpleUploadedFile("b.png", bomb)})
    assert answer.status_code == 422
    assert "40 megapixels" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "../hearback.sqlite3", "faces/../../x.webp", "secret.key", "x.html"]
)
def test_E72_media_serves_nothing_else(name: str, client: Client, media: object) -> None:
    assert client.get(f"/media/{name}").status_code in (400, 404)


BRAND = {"name": "Northwind", "brand_colour": "", "language": "en", "languages": ["en"]}


@pytest.mark.parametrize("name", ["logo.jpeg", "logo.gif", "logo.png", "logo", "l.svg"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_logo_is_made_anew_and_served(kind: str, name: str, root: Member, media: object, client: Client) -> None:
    browser = signed_in(root)
    file = SimpleUploadedFile(name, picture(kind).read() + b"<script>alert(1)</script>")
    answer = browser.post("/admin/community/site/1/change/", {**BRAND, "logo": file})
    assert answer.status_code == 302, answer.context["errors"]
    site = Site.current()
    with Image.open(site.logo.path) as logo:
        assert (logo.format, logo.size, logo.mode) == ("WEBP", (96, 96), "RGBA")
        assert logo.getpixel((0, 0))[3] == 0
    assert b"script" not in Path(site.logo.path).read_bytes()
    assert site.logo_url in client.get("/").content.decode()
    assert browser.post("/admin/community/site/1/change/", BRAND).status_code == 302
    assert Site.current().logo_url == site.logo_url
    assert browser.get("/admin/community/site/1/change/").status_code == 200
    browser.post("/admin/community/site/1/change/", {**BRAND, "logo-clear": "on"})
    assert Site.current().logo_url == ""
    served = client.get(site.logo_url)
    assert served.headers["Content-Type"] == "image/webp"
    served.close()  # and with it the connection


def test_a_logo_that_moves_or_is_none_is_refused(root: Member, media: Path) -> None:
    moving = picture("GIF", save_all=True, append_images=[Image.new("RGB", (300, 200), "red")])
    for file, why in (
        (moving, "cannot move"),
        (SimpleUploadedFile("x.png", b"<svg onload=alert(1)>"), "cannot read"),
    ):
        answer = signed_in(root).post("/admin/community/site/1/change/", {**BRAND, "logo": file})
        assert why in answer.content.decode()
    assert not [one for one in media.rglob("*") if one.is_file()]


def test_a_profile_shows_what_the_reader_may_see(client: Client, ann: Member, bo: Member) -> None:
    make.thread(by=ann, title="A public question")
    make.thread(by=ann, title="A private question", is_private=True)
    page = client.get("/members/ann/").content.decode()
    assert "A public question" in page
    assert "A private question" not in page
    assert ann.email not in page
    assert client.get("/members/ANN/").headers["Location"] == "/members/ann/"


def test_A20_a_name_is_escaped_everywhere(client: Client) -> None:
    eve = make.member("eve", name="<b onclick=alert(1)>Eve</b>", bio="<i>bio</i>")
    thread = make.thread(by=eve, title="<u>title</u>")
    make.reply(thread, by=eve, body="Hello")
    for url in ("/", "/discussions/", thread.item.path, "/members/eve/", "/feeds/discussions.atom"):
        page = client.get(url).content.decode()
        assert "<b onclick" not in page, url
        assert "<u>title" not in page, url


def test_pages_are_ours_until_the_site_writes_its_own(client: Client) -> None:
    assert "Northwind" in client.get("/pages/terms/").content.decode()
    assert 'lang="th"' in client.get("/pages/terms/", headers={"Accept-Language": "th"}).content.decode()
    publish_page("terms", "en", "Our terms", "Be **kind**.")
    page = client.get("/pages/terms/").content.decode()
    assert "<strong>kind</strong>" in page
    publish_page("terms", "en", "Our terms", "Be kinder.")
    assert list(SitePage.objects.values_list("version", flat=True)) == [2, 1]
    assert not Acceptance.objects.exists()


def test_an_administrator_writes_a_page_and_changes_the_look(root: Member, client: Client) -> None:
    browser = signed_in(root)
    words = {"slug": "imprint", "language": "en", "title": "Who we are", "body": "Northwind Ltd"}
    assert browser.post("/admin/community/sitepage/add/", words).status_code == 302
    assert "Northwind Ltd" in client.get("/pages/imprint/").content.decode()
    look = {"name": "Northwind Talk", "tagline": "Ask us", "brand_colour": "#AA3300", "language": "en"}
    assert browser.post("/admin/community/site/1/change/", look).status_code == 302
    page = client.get("/").content.decode()
    assert "Northwind Talk" in page
    assert "/brand.aa3300.css" in page
    assert client.get("/brand.aa3300.css").content == b":root{--brand:#aa3300}\n"


def test_an_administrator_adds_a_category(root: Member, client: Client) -> None:
    words = {
        "slug": "news", "name": "News", "colour": "teal", "order": "1", "audience": "public", "posting": "staff",
        "translations": "{}", "icon": "", "category-TOTAL_FORMS": "1", "category-INITIAL_FORMS": "0",
        "category-MIN_NUM_FORMS": "1", "category-MAX_NUM_FORMS": "1", "category-0-default_kind": "announcement",
    }  # fmt: skip
    answer = signed_in(root).post("/admin/community/place/add/", words)
    assert answer.status_code == 302, answer.context["errors"]
    assert "News" in client.get("/discussions/").content.decode()


PLACE = {
    "slug": "news", "name": "News", "colour": "teal", "order": "1", "audience": "public", "posting": "staff",
    "icon": "", "category-TOTAL_FORMS": "1", "category-INITIAL_FORMS": "0",
    "category-MIN_NUM_FORMS": "1", "category-MAX_NUM_FORMS": "1", "category-0-default_kind": "announcement",
}  # fmt: skip
ODD_JSON = ["[1]", '"x"', "7", '{"pl": 7}', '{"pl": ["x"]}', '{"xx": "x"}', '{"pl": "a\\u0000b"}', "{nonsense"]


@pytest.mark.parametrize("told", [*ODD_JSON, '{"pl": "%s"}' % ("x" * 61), '{"pl": {"name": "x"}}'])
def test_odd_translations_of_a_label_are_refused(told: str, root: Member, client: Client) -> None:
    words = {"slug": "bug", "name": "Bug", "colour": "teal", "translations": told}
    answer = signed_in(root).post("/admin/community/label/add/", words)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not Label.objects.exists()


@pytest.mark.parametrize("told", [*ODD_JSON, '{"pl": {"name": 7}}', '{"pl": {"title": "x"}}', '{"pl": "x"}'])
def test_odd_translations_of_a_category_are_refused(told: str, root: Member) -> None:
    answer = signed_in(root).post("/admin/community/place/add/", {**PLACE, "translations": told})
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not Category.objects.exists()


@pytest.mark.parametrize("told", ["", "null", "{}", "[]"])
def test_no_translations_are_none(told: str, root: Member, client: Client) -> None:
    browser = signed_in(root)
    words = {"slug": "bug", "name": "Bug", "colour": "teal", "translations": told}
    assert browser.post("/admin/community/label/add/", words).status_code == 302
    assert browser.post("/admin/community/place/add/", {**PLACE, "translations": told}).status_code == 302
    company = {"name": "Acme", "attributes": told}
    assert browser.post("/admin/community/company/add/", company).status_code == 302
    assert (Label.objects.get().translations, Company.objects.get().attributes) == ({}, {})
    assert client.get("/discussions/?label=bug").status_code == 200


@pytest.mark.parametrize("told", ["[1]", '"x"', '{"a": "b\\u0000"}'])
def test_odd_attributes_of_a_company_are_refused(told: str, root: Member) -> None:
    answer = signed_in(root).post("/admin/community/company/add/", {"name": "Acme", "attributes": told})
    assert answer.context["errors"]


def test_translations_stand_on_pages(root: Member) -> None:
    told = '{"pl": {"name": "Nowości", "description": "Co nowego"}}'
    assert signed_in(root).post("/admin/community/place/add/", {**PLACE, "translations": told}).status_code == 302
    assert "Nowości" in Client().get("/c/news/", headers={"Accept-Language": "pl"}).content.decode()


SET_UP = {
    "name": "Fresh", "language": "pl", "languages": ["pl", "en"], "handle": "boss", "email": "boss@example.com",
    "password": "correct horse battery", "categories": "Pytania\nOgłoszenia\n", "brand_colour": "", "key": "wrong",
}  # fmt: skip


@pytest.mark.parametrize("where", ["member", "further"])
def test_set_up_says_what_to_do_where_the_address_was_imported(where: str) -> None:
    Site.objects.all().delete()
    imported = make.member("imported", email="Boss@example.com" if where == "member" else "other@example.com")
    EmailAddress.objects.create(user=imported, email="boss@Example.com", verified=where == "further")
    browser = Client()
    assert "imported member" not in browser.post("/setup/", SET_UP).content.decode()
    answer = browser.post("/setup/", {**SET_UP, "key": set_up_key()})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "An imported member has this address." in page
    assert "Pytania" in page
    assert not Member.objects.filter(handle="boss").exists()


def test_first_run_set_up_makes_a_site() -> None:
    Site.objects.all().delete()
    browser = Client()
    assert browser.get("/discussions/").headers["Location"] == "/setup/"
    words = SET_UP
    refused = browser.post("/setup/", words)
    assert refused.status_code == 422
    assert "Pytania" in refused.content.decode()
    assert not Member.objects.exists()
    assert browser.post("/setup/", {**words, "key": set_up_key()}).status_code == 302
    assert Member.objects.get().is_admin
    assert [one.place.name for one in Category.objects.order_by("place__order")] == ["Pytania", "Ogłoszenia"]
    assert browser.get("/").status_code == 200
    assert 'lang="pl"' in Client().get("/", headers={"Accept-Language": "ko"}).content.decode()
    assert "한국어" not in browser.get("/preferences/").content.decode()
    assert browser.get("/setup/").headers["Location"] == "/"


def test_roles_are_one_ladder() -> None:
    assert not roles.may("member", "moderate")
    assert roles.may("champion", "retitle any thread")
    assert not roles.may("champion", "moderate")
    assert all(roles.may("admin", act) for act in roles.LEAST_ROLE)


def test_limits_loosen_with_days_and_posts(ann: Member) -> None:
    from django.utils import timezone

    assert limits.standing_of(ann) == "new"
    ann.joined_at = timezone.now() - timezone.timedelta(days=40)
    ann.post_count = 10
    assert limits.standing_of(ann) == "known"
    ann.post_count = 60
    assert limits.standing_of(ann) == "trusted"
    ann.role, ann.joined_at, ann.post_count = "champion", timezone.now(), 0
    assert limits.standing_of(ann) == "trusted"


def test_links_and_mentions_of_a_post_are_limited(ann: Member, sam: Member) -> None:
    thread = make.thread(by=sam)
    browser = signed_in(ann)
    many = " ".join(f"https://example.com/{number}" for number in range(4))
    answer = browser.post(f"/items/{thread.pk}/reply/", {"body": many})
    assert answer.status_code == 422
    assert "3 links" in answer.content.decode()
    assert "https://example.com/3" in answer.content.decode()
    assert signed_in(sam).post(f"/items/{thread.pk}/reply/", {"body": many}).status_code == 302
    crowd = " ".join(f"@{make.member(f'friend{number}').handle}" for number in range(5))
    assert browser.post(f"/items/{thread.pk}/reply/", {"body": crowd}).status_code == 422


@pytest.mark.parametrize(
    ("name", "handle"), [("Łukasz Żak", "lukasz-zak"), ("Sir_Nate", "sir_nate"), ("김하늘", ""), ("--a..b--", "a-b")]
)
def test_a_handle_from_a_name(name: str, handle: str) -> None:
    assert from_name(name) == handle


def test_confusable_handles_share_a_skeleton() -> None:
    assert skeleton("s-a.m") == skeleton("sam")
    assert skeleton("rn1ke") == skeleton("mike")
    assert skeleton("ขวัญ") != skeleton("ขวาญ")
    assert skeleton("มี") != skeleton("มู")
    assert skeleton("김서연") != skeleton("김서윤")


def test_demo_log_ins_are_reported_on_a_real_site() -> None:
    make.member("sam").set_password(DEMO_PASSWORD)
    sam = make.member("sam")
    sam.set_password(DEMO_PASSWORD)
    sam.save()
    assert "hearback.E005" in {found.id for found in run_checks(databases=["default"])}
    make.site(is_demo=True)
    assert "hearback.E005" not in {found.id for found in run_checks(databases=["default"])}


def test_production_checks_have_hints(settings: object) -> None:
    settings.IS_PRODUCTION = True  # type: ignore[attr-defined]
    settings.DEBUG = True  # type: ignore[attr-defined]
    settings.SECRET_KEY = "short"  # type: ignore[attr-defined]
    found = {one.id: one.hint for one in run_checks() if str(one.id).startswith("hearback.")}
    assert {"hearback.E001", "hearback.E002", "hearback.W001"} <= set(found)
    assert all(found.values())
