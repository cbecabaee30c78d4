"""The link to public reviews: for everybody or for nobody, and a warning where words of one's own make it otherwise."""

import re
from typing import Any

import pytest
from django.test import Client

from community.members.models import Member
from surveys.campaigns.gating import gates
from surveys.campaigns.models import Campaign
from surveys.campaigns.words import latest, reword
from surveys.campaigns.write_questions import reword_question
from surveys.nps import Band
from surveys.wording.shipped import Words
from tests import make, surveys
from tests.conftest import signed_in
from tests.test_surveys import asked

pytestmark = pytest.mark.django_db
URL = "https://www.trustpilot.com/evaluate/northwind.example"
WORDS = Words("Would you?", "No", "Yes")


def link_in(page: str) -> str:
    """As it stands there, all of it: nothing about it may differ."""
    found = re.search(rf'<p><a class="button" href="{re.escape(URL)}".*?</p>', page)
    return found[0] if found else ""


def thanks(client: Client, path: str, score: int, said: dict[str, str]) -> str:
    client.post(path, {"score": str(score)})
    return client.post(f"{path}comment/", said).content.decode()


def test_every_band_is_shown_the_same_link_and_so_is_who_says_nothing(client: Client, ann: Member) -> None:
    path = asked(surveys.survey(review_url=URL, review_label="Rate us <b>"), ann)["ann@example.com"]
    found = {link_in(thanks(client, path, score, {"comment": words})) for score in range(11) for words in ("", "So.")}
    assert len(found) == 1
    assert "Rate us &lt;b&gt;" in found.pop()


def test_the_frame_shows_everybody_the_same_link(client: Client) -> None:
    widget = surveys.widget(surveys.survey(review_url=URL))
    found = set()
    for score in (0, 6, 7, 8, 9, 10):
        page = client.get(widget.path).content.decode()
        action = re.search(r'action="([^"]+)"', page)
        assert action
        there = client.post(action[1].replace("&amp;", "&"), {"score": str(score)}).headers["Location"]
        action = re.search(r'action="([^"]+)"', client.get(there).content.decode())
        assert action
        found.add(link_in(client.post(action[1].replace("&amp;", "&"), {"comment": ""}).content.decode()))
    assert len(found) == 1
    assert "Write a public review" in found.pop()


@pytest.mark.parametrize("kind", ["csat", "ces", "relationship"])
def test_without_an_address_nobody_is_shown_one(kind: str, client: Client, ann: Member) -> None:
    path = asked(surveys.survey(kind=kind), ann)["ann@example.com"]
    for score in (1, 5):
        assert "public review" not in thanks(client, path, score, {"comment": ""})


def test_its_words_are_in_the_language_of_whoever_answers(client: Client) -> None:
    path = asked(surveys.survey(review_url=URL), make.member("nok", language="pl"))["nok@example.com"]
    assert "Napisz publiczną opinię" in thanks(client, path, 3, {"comment": ""})


@pytest.mark.parametrize(
    ("reasons", "bands"),
    [
        ({}, None),
        ({"promoter": "Tell others at https://www.trustpilot.com/x?"}, ["promoter"]),
        ({"promoter": "On TRUSTPILOT.com, please", "passive": "On de.trustpilot.com?"}, ["passive", "promoter"]),
        (dict.fromkeys(Band, "Tell others at trustpilot.com"), None),
        ({"detractor": "Tell others at trustpilot.com"}, ["detractor"]),
        ({"promoter": "Write to nottrustpilot.com or me@trustpilot.com"}, None),
        ({"promoter": "What do you like at northwind.example?"}, None),
        ({"promoter": "Tell others at own-reviews.example/northwind"}, ["promoter"]),
    ],
)
def test_the_check_warns_where_only_some_are_sent(
    reasons: dict[str, str], bands: list[str] | None, sam: Member
) -> None:
    campaign = surveys.survey(review_url="https://own-reviews.example/northwind")
    reword(campaign, "en", WORDS, reasons, by=sam)
    assert [one.bands for one in gates(campaign, latest(campaign).values())] == ([bands] if bands else [])
    page = signed_in(sam).get(campaign.get_absolute_url()).content.decode()
    assert ("review gating" in page) == (bands is not None)
    assert ("(en): Promoters</p>" in re.sub(r"\s+", " ", page)) == (bands == ["promoter"])


def test_what_a_question_of_ones_own_no_longer_says_gates_nobody(sam: Member) -> None:
    campaign = surveys.survey()
    asked = surveys.question(campaign, "Tell others at g2.com?", bands=["promoter"])
    assert [one.bands for one in gates(campaign, latest(campaign).values())] == [["promoter"]]
    reword_question(asked, "en", "What do you like?", {}, by=sam)
    assert gates(campaign, latest(campaign).values()) == []


def test_two_sites_for_two_bands_are_two_gates(sam: Member) -> None:
    campaign = surveys.survey()
    reasons = {"promoter": "See g2.com", "passive": "See yelp.com", "detractor": "See yelp.com"}
    reword(campaign, "en", WORDS, reasons, by=sam)
    found = [(one.site, one.bands) for one in gates(campaign, latest(campaign).values())]
    assert found == [("g2.com", ["promoter"]), ("yelp.com", ["detractor", "passive"])]


def test_staff_give_the_address_and_only_a_safe_one(sam: Member) -> None:
    staff = signed_in(sam)
    told: dict[str, Any] = {
        "name": "Autumn", "kind": "relationship", "brand": "", "is_formal": "on", "colours": "neutral",
        "privacy": "identified", "owner": sam.pk, "window_days": "30", "review_label": "Rate us",
    }  # fmt: skip
    for bad in ("http://trustpilot.com/x", "javascript:alert(1)", "ftp://x.example", "nothing"):
        answer = staff.post("/desk/surveys/new/", told | {"review_url": bad})
        assert answer.status_code == 422
        assert 'value="Rate us"' in answer.content.decode()
    staff.post("/desk/surveys/new/", told | {"review_url": "trustpilot.com/review/x"})
    assert Campaign.objects.get().review_url == "https://trustpilot.com/review/x"


def test_no_setting_shows_it_to_some() -> None:
    """Only an address and its words: whoever adds a third setting has to read why there is none."""
    assert [one.name for one in Campaign._meta.get_fields() if "review" in one.name] == ["review_url", "review_label"]


def test_a_question_of_ones_own_for_some_bands_is_a_gate_too() -> None:
    campaign = surveys.survey()
    surveys.question(campaign, "Have you seen g2.com?")
    assert gates(campaign, latest(campaign).values()) == []  # it asks everybody
    asked_some = surveys.question(campaign, "Would you write to trustpilot.com?", bands=["promoter"])
    assert [(one.site, one.bands) for one in gates(campaign, latest(campaign).values())] == [
        ("trustpilot.com", ["promoter"])
    ]
    asked_some.bands = []
    asked_some.save()
    assert gates(campaign, latest(campaign).values()) == []
