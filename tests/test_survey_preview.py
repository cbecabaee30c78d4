"""A survey looked at before anybody is asked."""

import pytest
from django.test import Client

from surveys.responses.models import Invitation, Response
from tests import make, surveys
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
QUESTIONS = {"en": "How likely are you", "th": "คุณมีแนวโน้ม", "pl": "polec", "ar": "ما مدى", "ko": "추천"}


@pytest.fixture
def staff() -> Client:
    return signed_in(make.member("sam", role="agent"))


@pytest.mark.parametrize("language", list(QUESTIONS))
def test_page_and_mail_are_shown_in_each_language(language: str, staff: Client) -> None:
    campaign = surveys.survey(starts=False)
    at = f"/desk/surveys/{campaign.pk}/preview/"
    there = staff.get(f"{at}?language={language}").content.decode()
    for part in ("page", "mail"):
        assert there.count(f'src="{part}/?language={language}"') == 2  # on a phone and on a desktop
        answer = staff.get(f"{at}{part}/?language={language}")
        page = answer.content.decode()
        assert QUESTIONS[language] in page
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in page
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert not Invitation.objects.exists()
    assert not Response.objects.exists()


def test_only_the_mail_may_carry_styles(staff: Client) -> None:
    at = f"/desk/surveys/{surveys.survey().pk}/preview/"
    assert "unsafe-inline" not in staff.get(f"{at}page/").headers["Content-Security-Policy"]
    rules = staff.get(f"{at}mail/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in rules
    assert "style-src 'unsafe-inline'" in rules


def test_a_language_that_is_not_asked_is_not_there(staff: Client) -> None:
    assert staff.get(f"/desk/surveys/{surveys.survey().pk}/preview/?language=fr").status_code == 404
