"""What promoters may do besides: tell a friend in their own words, and offer to be asked for more."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.members.leave import leave
from community.members.models import Member
from community.members.privacy import exporters
from surveys.campaigns.models import Campaign
from surveys.embed.tokens import token_for
from surveys.responses.models import Ambassador, Invitation
from tests import make, surveys
from tests.conftest import signed_in
from tests.test_surveys import asked

pytestmark = pytest.mark.django_db
BOTH = {"has_invitation": True, "has_ambassadors": True}


def thanks(client: Client, path: str, score: int, words: str = "") -> str:
    client.post(path, {"score": str(score)})
    return client.post(f"{path}comment/", {"comment": words}).content.decode()


@pytest.fixture
def path(ann: Member) -> str:
    return asked(surveys.survey(**BOTH), ann)["ann@example.com"]


def test_a_promoter_passes_their_own_words_on_and_nothing_is_sent(client: Client, path: str, settings: Any) -> None:
    mail.outbox.clear()
    page = thanks(client, path, 9, "It <saves> me & my team hours.")
    assert "Tell a friend" in page
    assert "It &lt;saves&gt; me &amp; my team hours." in page
    link = re.search(r'href="(mailto:[^"]+)"', page)
    assert link
    assert unquote(link[1].replace("&amp;", "&")) == (
        f"mailto:?subject=Northwind&body=It <saves> me & my team hours.\n\n{settings.SITE_URL}/"
    )
    assert "<" not in link[1]
    assert "I use Northwind and can recommend it." in thanks(client, path, 9)
    long = re.search(r'href="(mailto:[^"]+)"', thanks(client, path, 9, "ค" * 4_000))
    assert long
    assert len(unquote(long[1])) < 700
    assert not mail.outbox


@pytest.mark.parametrize("score", [0, 6, 7, 8])
def test_nobody_else_is_offered_either(score: int, client: Client, path: str) -> None:
    page = thanks(client, path, score)
    assert "Tell a friend" not in page
    assert "May we ask you for more?" not in page
    assert client.post(f"{path}offer/", {"offers": "yes"}).status_code == 410
    assert not Ambassador.objects.exists()


def test_both_are_off_unless_the_survey_says_so(client: Client, ann: Member) -> None:
    path = asked(surveys.survey(), ann)["ann@example.com"]
    page = thanks(client, path, 10)
    assert "Tell a friend" not in page
    assert "May we ask you" not in page
    assert client.post(f"{path}offer/", {"offers": "yes"}).status_code == 410


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_where_names_are_not_seen_nobody_offers_theirs(privacy: str, client: Client, ann: Member) -> None:
    path = asked(surveys.survey(privacy=privacy, **BOTH), ann)["ann@example.com"]
    page = thanks(client, path, 10)
    assert "Tell a friend" in page
    assert "May we ask you" not in page
    assert client.post(f"{path}offer/", {"offers": "yes"}).status_code == 410
    assert not Ambassador.objects.exists()


def test_an_offer_is_kept_with_its_date_seen_by_staff_and_taken_back_on_the_same_page(
    client: Client, path: str, ann: Member, sam: Member, bo: Member
) -> None:
    assert "You may ask me" in thanks(client, path, 10, "Love it.")
    for _time in range(2):
        page = client.post(f"{path}offer/", {"offers": "yes"}).content.decode()
    assert "You offered that we may ask you" in page
    there = Ambassador.objects.get()
    assert there.at.date().isoformat() in page
    listed = signed_in(sam).get("/desk/surveys/ambassadors/").content.decode()
    for said in (ann.display_name, "Love it.", "How we are doing", there.at.strftime("%Y-%m-%d")):
        assert said in listed
    assert Client().get("/desk/surveys/ambassadors/").status_code == 302
    assert signed_in(bo).get("/desk/surveys/ambassadors/").status_code == 403
    assert "Take it back" in thanks(client, path, 9)  # whoever comes again sees what they said
    assert "You may ask me" in client.post(f"{path}offer/", {"offers": ""}).content.decode()
    assert not Ambassador.objects.exists()
    assert "Nobody has offered it yet." in signed_in(sam).get("/desk/surveys/ambassadors/").content.decode()


def test_who_is_glad_no_more_is_no_ambassador(client: Client, path: str) -> None:
    thanks(client, path, 10)
    client.post(f"{path}offer/", {"offers": "yes"})
    client.post(path, {"score": "9"})
    assert Ambassador.objects.exists()
    client.post(path, {"score": "6"})
    assert not Ambassador.objects.exists()


def test_the_frame_offers_the_same(client: Client, ann: Member) -> None:
    widget = surveys.widget(surveys.survey(**BOTH))
    asked(widget.campaign, ann)
    token = token_for(widget.campaign, "", Invitation.objects.get().pk)
    client.post(f"{widget.path}?t={token}", {"score": "10"})
    page = client.post(f"{widget.path}comment/?t={token}", {"comment": "Love it."}).content.decode()
    assert "Tell a friend" in page
    action = re.search(r'action="([^"]+/offer/[^"]+)"', page)
    assert action
    page = client.post(action[1].replace("&amp;", "&"), {"offers": "yes"}).content.decode()
    assert "You offered that we may ask you" in page
    assert Ambassador.objects.exists()
    assert client.post(f"{widget.path}offer/?t=x.y", {"offers": "yes"}).status_code == 404


def test_only_an_identified_survey_may_ask_for_it(sam: Member) -> None:
    told: dict[str, Any] = {
        "name": "Autumn", "kind": "relationship", "brand": "", "is_formal": "on", "colours": "neutral", "owner": sam.pk,
        "privacy": "confidential", "window_days": "30", "has_ambassadors": "on",
    }  # fmt: skip
    refused = signed_in(sam).post("/desk/surveys/new/", told)
    assert refused.status_code == 422
    assert "Only an identified survey can ask for it" in refused.content.decode()
    signed_in(sam).post("/desk/surveys/new/", told | {"privacy": "identified"})
    assert Campaign.objects.get().has_ambassadors


@pytest.mark.parametrize("erases", [True, False])
def test_it_is_in_the_copy_and_goes_with_the_member(erases: bool, client: Client, path: str, ann: Member) -> None:
    thanks(client, path, 10)
    client.post(f"{path}offer/", {"offers": "yes"})
    (copy,) = exporters.get("survey-answers")(ann)  # type: ignore[misc]
    assert copy["ambassador__at"] == Ambassador.objects.get().at
    leave(ann, erases=erases)
    assert not Ambassador.objects.exists()


def test_the_list_costs_the_same_however_many_there_are(client: Client, sam: Member) -> None:
    campaign = surveys.survey(**BOTH)

    def cost(count: int) -> int:
        begin = Member.objects.count()
        people = [make.member(f"n{begin + n}", company=make.company(f"C{begin + n}")) for n in range(count)]
        for link in asked(campaign, *people).values():
            thanks(client, link, 10)
            client.post(f"{link}offer/", {"offers": "yes"})
        browser = signed_in(sam)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/desk/surveys/ambassadors/").status_code == 200
        return len(queries)

    assert cost(1) == cost(8) <= 10
    assert Ambassador.objects.count() == 9
