"""A survey at an address of its own, and on our own front page: the link, the code on paper, and who is asked there."""

import re
from io import BytesIO

import pytest
import qrcode
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from surveys.embed.identity import signature
from surveys.embed.models import Widget
from surveys.reports.segments import segments
from surveys.responses.models import Response
from tests import make, surveys
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    return signed_in(make.member("sam", role="agent"))


def test_staff_make_the_link_once_and_choose_its_language(staff: Client) -> None:
    campaign = surveys.survey()
    page = f"/desk/surveys/{campaign.pk}/link/"
    assert "Make the link" in staff.get(page).content.decode()
    assert not Widget.objects.exists()  # looking makes nothing
    for _ in range(2):
        assert staff.post(f"{page}new/").headers["Location"] == page
    address = f"http://localhost:8000{Widget.objects.get().path}"
    assert f">{address}</code>" in staff.get(page).content.decode()
    assert f">{address}?language=th</code>" in staff.get(f"{page}?language=th").content.decode()
    assert f">{address}</code>" in staff.get(f"{page}?language=xx").content.decode()
    assert 'lang="th"' in Client().get(f"{Widget.objects.get().path}?language=th").content.decode()


def test_the_code_is_that_of_the_link(staff: Client) -> None:
    widget = surveys.widget(surveys.survey())
    address = f"http://localhost:8000{widget.path}?language=ar"
    answer = staff.get(f"/desk/surveys/{widget.pk}/link/code.png?language=ar")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="survey-{widget.pk}-ar.png"'
    picture = Image.open(BytesIO(answer.content)).convert("1")
    code = qrcode.QRCode()
    code.add_data(address)
    matrix = code.get_matrix()  # with its quiet zone
    box = picture.width // len(matrix)
    middle = box // 2
    drawn = [
        [not picture.getpixel((x * box + middle, y * box + middle)) for x in range(len(matrix))]
        for y in range(len(matrix))
    ]
    assert drawn == matrix
    drawing = staff.get(f"/desk/surveys/{widget.pk}/link/code.svg")
    assert drawing.headers["Content-Type"] == "image/svg+xml"
    assert drawing.content.startswith(b"<?xml") or drawing.content.startswith(b"<svg")
    assert "<svg" in staff.get(f"/desk/surveys/{widget.pk}/link/").content.decode()


def test_answers_by_the_link_are_told_apart(client: Client) -> None:
    widget = surveys.widget(surveys.survey())
    page = client.get(widget.path).content.decode()
    form = page.split('action="')[1].split('"')[0].replace("&amp;", "&")
    assert client.post(form, {"score": "9"}).status_code == 302
    there = Response.objects.get()
    assert (there.score, there.channel, there.person) == (9, "link", None)
    assert client.post(form, {"score": "4"}).status_code == 302  # the same page again is the same answer
    assert [one.score for one in Response.objects.all()] == [4]
    surveys.answer(widget.campaign, 8)
    names = [row.name for segment in segments(widget.campaign) for row in segment.rows]
    assert "By a link" in names


def test_a_link_that_nobody_can_answer_says_so(staff: Client) -> None:
    widget = surveys.widget(surveys.survey(), only_known=True)
    page = staff.get(f"/desk/surveys/{widget.pk}/link/").content.decode()
    assert "Only people whom your product names are asked" in page
    assert "<svg viewBox" not in page.split("<main")[1]
    draft = surveys.widget(surveys.survey(starts=False))
    assert "does not run now" in staff.get(f"/desk/surveys/{draft.pk}/link/").content.decode()
    assert Client().get(draft.path).status_code == 410


def script(client: Client) -> str:
    """The survey's script on the front page, if it is there."""
    found = re.search(r"<script[^>]+embed/hearback[^>]+>", client.get("/").content.decode())
    return found[0] if found else ""


def test_the_front_page_asks_members_whose_address_is_proved(staff: Client) -> None:
    ann, bo = make.member("ann"), make.member("bo")
    make.confirmed(ann)
    widget = surveys.widget(surveys.survey(audience={"by_mail": False}), on_front=True, origins="")
    tag = script(signed_in(ann))
    mark = signature(widget.secret, "ann@example.com")
    assert f'data-key="{widget.key}" data-email="ann@example.com" data-hash="{mark}"' in tag
    for nobody in (Client(), staff, signed_in(bo)):
        assert not script(nobody)
    Widget.objects.update(on_front=False)
    assert not script(signed_in(ann))
    Widget.objects.update(on_front=True)
    widget.campaign.state = "paused"
    widget.campaign.save()
    assert not script(signed_in(ann))


def test_the_front_page_costs_members_one_query_for_surveys_that_are_not_there() -> None:
    browser = signed_in(make.member("ann"))
    browser.get("/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/")
    assert sum("surveys_" in one["sql"] for one in queries) == 1
