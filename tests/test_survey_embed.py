"""A survey in the company's own product: who is asked there, what counts, and what nobody can forge."""

import gzip
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.feedback.models import Item
from community.members.models import Member
from community.notifications import deliver
from config import static
from surveys.campaigns import run
from surveys.campaigns.models import Campaign
from surveys.embed.answer import ANSWERS_A_MINUTE
from surveys.embed.identity import signature
from surveys.embed.models import Widget
from surveys.mailing.explain import explained
from surveys.mailing.models import Audience
from surveys.people.models import Person
from surveys.responses.models import Invitation, Response
from tests import make, surveys
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def widget() -> Widget:
    return surveys.widget(surveys.survey(audience={"by_mail": False}))


def sent(path: str, said: object) -> dict[str, Any]:
    answer = Client().post(path, json.dumps(said), content_type="text/plain")
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.json()  # type: ignore[no-any-return]


def asks(widget: Widget, **said: Any) -> dict[str, Any]:
    """What the page's script is told, when it names nobody or somebody."""
    return sent(f"{widget.path}ask/", said)


def signed(widget: Widget, **said: Any) -> dict[str, Any]:
    parts = "\n".join(str(said[name]) for name in ("id", "email") if said.get(name))
    return {**said, "hash": signature(widget.secret, parts)}


def shown(widget: Widget, ticket: str) -> str:
    """The address of the question; empty if it must not be shown."""
    return sent(f"{widget.path}shown/", {"ticket": ticket}).get("at", "")  # type: ignore[no-any-return]


def asked(widget: Widget, **said: Any) -> str:
    return shown(widget, asks(widget, **said)["ticket"])


def test_the_scripts_and_pages_are_small(client: Client, widget: Widget, capsys: pytest.CaptureFixture[str]) -> None:
    make.site(name="Northwind “Süd”", brand_colour="#3355cc")
    answer = client.get("/embed/hearback.js")
    loader = len(gzip.compress(answer.content, 6))
    parts = {
        "page": len(gzip.compress(client.get(asked(widget)).content, 6)),
        "css": len(gzip.compress(static.JOINS["frame.css"]().encode(), 6)),
        "js": len(gzip.compress(static.JOINS["frame.js"]().encode(), 6)),
        "brand": len(gzip.compress(client.get("/brand.3355cc.css").content, 6)),
        "gate": len(gzip.compress(client.get(f"{widget.path}ask/").content, 6)),
    }
    with capsys.disabled():
        print(f"\nloader {loader} bytes, frame {sum(parts.values())} bytes: {parts}")
    assert loader <= 5_000
    assert sum(parts.values()) <= 20_000
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    assert b"innerHTML" not in answer.content
    words = json.loads(re.search(r" = ({.*})\n", answer.content.decode())[1])["words"]  # type: ignore[index]
    assert len({tuple(said) for said in words.values()}) == 5
    assert client.get("/embed/hearback.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_only_the_surveys_own_sites_may_frame_it(client: Client, widget: Widget) -> None:
    make.site(embed_origins="https://elsewhere.example")  # those of the help box are others
    Widget.objects.update(origins="https://app.example\nhttps://shop.example:8443")
    for path in (widget.path, f"{widget.path}ask/", asked(widget)):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self' https://app.example https://shop.example:8443" in policy
        assert "X-Frame-Options" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not answer.cookies
    Widget.objects.update(origins="")  # our own pages alone
    assert "frame-ancestors 'self';" in client.get(widget.path).headers["Content-Security-Policy"] + ";"
    for path in ("/", f"/desk/surveys/{widget.pk}/embed/", "/embed/aaaaaaaaaaaaaaaaaaaa/"):
        assert client.get(path).headers["X-Frame-Options"] == "DENY"


def test_somebody_whom_nobody_named_answers_once_and_may_change_it(client: Client, widget: Widget) -> None:
    path = asked(widget)
    assert "How likely are you to recommend Northwind" in client.get(path).content.decode()
    assert not Invitation.objects.exists()
    answer = client.post(path, {"score": "9"})
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    page = client.get(path).content.decode()
    assert "What do you like most?" in page
    assert 'data-answered="9"' in page
    client.post(path, {"score": "9"})  # sent twice
    client.post(path, {"score": "3"})
    there = Response.objects.select_related("item").get()
    assert (there.score, there.channel, there.person, there.item.author) == (3, "embed", None, None)
    assert there.wording.language == "en"
    assert 'value="3" checked' in client.get(path + "&change").content.decode()
    said = client.post(path.replace("/?", "/comment/?"), {"comment": "Too *slow* <script>x</script>"})
    assert "Thank you for your time." in said.content.decode()
    there.item.refresh_from_db()
    assert there.item.body == "Too *slow* <script>x</script>"
    assert "<script" not in there.item.html
    bad = client.post(path.replace("/?", "/comment/?"), {"comment": "Bad \x07 bell"})
    assert bad.status_code == 422
    assert "bell</textarea>" in bad.content.decode()
    assert not Person.objects.exists()


def test_somebody_who_is_named_is_asked_once_and_by_no_other_survey(client: Client, widget: Widget) -> None:
    path = asked(widget, **signed(widget, id="42", traits="x", name="Nok", language="th"))
    there = Invitation.objects.select_related("person").get()
    assert (there.channel, there.state) == ("embed", "sent")
    assert there.asked_at
    assert there.expires_at - there.asked_at == timedelta(days=30)
    assert (there.person.external_id, there.person.name, there.person.language) == ("42", "Nok", "th")
    assert asks(widget, **signed(widget, id="42")) == {}
    assert "/s/end/" in client.get(path).content.decode()
    for score in ("8", "8", "10"):
        client.post(path, {"score": score})
    answer = Response.objects.get()
    assert (answer.score, answer.person, answer.channel) == (10, there.person, "embed")
    there.refresh_from_db()
    assert there.answered_on == timezone.now().date()
    other = surveys.widget(surveys.survey(kind="csat", audience={"by_mail": False}))
    assert asks(other, **signed(other, id="42")) == {}
    Invitation.objects.update(asked_at=timezone.now() - timedelta(days=31))
    assert asks(other, **signed(other, id="42"))["ticket"]
    same = surveys.widget(surveys.survey(audience={"by_mail": False}))
    assert asks(same, **signed(same, id="42")) == {}  # of the same kind: 90 days
    assert "have answered" in explained(Campaign.objects.get(pk=widget.pk), there.person).words


def test_two_open_pages_ask_one_person_once(widget: Widget) -> None:
    who = signed(widget, email="Ann@Example.com".lower())
    first, second = asks(widget, **who)["ticket"], asks(widget, **who)["ticket"]
    assert shown(widget, first)
    assert shown(widget, second) == ""
    assert shown(widget, first) == ""  # replayed
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"id": "42", "hash": "0" * 64}, {"id": "42", "hash": ""}, {"id": "42"}, {"email": "ann@example.com"},
        {"id": "42", "hash": "é" * 64}, {"id": "42", "hash": ["x"]}, {"id": "4\x002", "hash": "0" * 64},
        {"id": "x" * 121, "hash": "0" * 64}, {"email": "no address", "hash": "0" * 64}, {"id": "\ud800", "hash": "x"},
    ],
)  # fmt: skip
def test_a_wrong_signature_names_nobody_and_shows_nothing(widget: Widget, said: dict[str, Any]) -> None:
    assert "ticket" not in asks(widget, **said)
    assert not Person.objects.exists()
    assert not Invitation.objects.exists()


def test_a_signature_counts_for_what_was_signed_alone(widget: Widget) -> None:
    own = signature(widget.secret, "42")
    for said in (
        {"id": " 42", "hash": own}, {"id": "42 ", "hash": own}, {"email": "42", "hash": own}, {"id": "4\u200e2", "hash": own},
        {"id": "43", "hash": own}, {"id": "43", "email": "42@example.com", "hash": own},
    ):  # fmt: skip
        assert asks(widget, **said) == {}
    spaced = signature(widget.secret, " 42")
    assert asks(widget, id=" 42", hash=spaced) == {}  # would be another's number once cleaned
    other = surveys.widget(surveys.survey(kind="csat"))
    assert asks(other, id="42", hash=own) == {}
    assert not Person.objects.exists()
    assert asks(widget, id=42, hash=own.upper())["ticket"]
    # The number is signed, the address is not: it is not believed.
    victim = surveys.stranger("victim@example.com")
    assert asks(widget, id="42", email="victim@example.com", hash=own)["ticket"]
    victim.refresh_from_db()
    assert victim.external_id == ""
    assert Person.objects.get(external_id="42").address == ""
    # Both signed: they are one person from now on.
    assert asks(widget, **signed(widget, id="7", email="victim@example.com"))["ticket"]
    victim.refresh_from_db()
    assert victim.external_id == "7"
    fresh = sent(f"{widget.path}ask/?language=th", signed(widget, id="8"))
    assert fresh["ticket"]
    assert Person.objects.get(external_id="8").language == "th"


def test_a_member_is_known_by_their_proved_address(widget: Widget, ann: Member, sam: Member) -> None:
    make.confirmed(ann), make.confirmed(sam)
    who = signed(widget, email="ann@example.com", name="Somebody", language="th")
    assert asked(widget, **who)
    person = Person.objects.get()
    assert (person.member, person.name, person.language) == (ann, "Ann Okafor", "en")
    assert asks(widget, **signed(widget, email="sam@example.com")) == {}  # staff


def test_what_stands_against_asking_stands_here_too(widget: Widget) -> None:
    def may(**said: Any) -> bool:
        return bool(asks(widget, **signed(widget, **said)))

    assert may(id="1")
    Person.objects.get(external_id="1").unsubscribe()
    assert not may(id="1")
    for change in (
        {"sample": 0},
        {"holdout": 100},
        {"plan": "Pro"},
        {"known_days": 3},
        {"a_day": 0},
        {"language": "ar"},
    ):
        Audience.objects.filter(pk=widget.pk).update(**change)
        assert not may(id="2"), change
        restored = {"sample": 100, "holdout": 0, "plan": "", "known_days": 0, "a_day": None, "language": ""}
        Audience.objects.filter(pk=widget.pk).update(**restored)
    assert may(id="2")
    ticket = asks(widget, **signed(widget, id="2"))["ticket"]
    Person.objects.get(external_id="2").unsubscribe()
    assert shown(widget, ticket) == ""  # asked again when it is shown
    ticket = asks(widget, **signed(widget, id="3"))["ticket"]
    assert run.put(widget.campaign, Campaign.State.PAUSED)
    assert shown(widget, ticket) == ""
    assert asks(widget) == {}
    assert asks(widget, **signed(widget, id="4")) == {}
    assert not Person.objects.filter(external_id="4").exists()
    assert not Invitation.objects.exists()


def test_conditions_that_nobody_can_check_ask_nobody_unnamed(client: Client, widget: Widget) -> None:
    assert asks(widget)["chance"] == 100
    Audience.objects.filter(pk=widget.pk).update(sample=40, holdout=50)
    assert asks(widget)["chance"] == 20
    for change in ({"plan": "Pro"}, {"least_revenue": 1}, {"known_days": 1}, {"language": "th"}):
        Audience.objects.filter(pk=widget.pk).update(**change)
        assert asks(widget) == {}, change
        Audience.objects.filter(pk=widget.pk).update(plan="", least_revenue=None, known_days=0, language="")
    ticket = asks(widget)["ticket"]
    Widget.objects.update(only_known=True)
    assert asks(widget) == {}
    assert shown(widget, ticket) == ""
    answer = client.get(widget.path)
    assert answer.status_code == 410
    assert "Nothing is asked here now" in answer.content.decode()
    Audience.objects.update(sample=100, holdout=0)
    assert asks(widget, **signed(widget, id="1"))["ticket"]


def test_a_token_that_is_forged_too_old_or_of_another_survey_writes_nothing(client: Client, widget: Widget) -> None:
    other = surveys.widget(surveys.survey(kind="csat", audience={"by_mail": False}))
    own, named = asked(widget), asked(widget, **signed(widget, id="42"))
    query = own.partition("?")[2]
    ticket = asks(widget)["ticket"]
    for path in (
        widget.path, f"{widget.path}?t=", f"{widget.path}?t=x.y.z", f"{widget.path}?{query[:-3]}abc", f"{widget.path}?t={ticket}",
        f"{other.path}?{query}", f"{other.path}?{named.partition('?')[2]}", f"{widget.path}comment/?{query}",
    ):  # fmt: skip
        answer = client.post(path, {"score": "3", "comment": "x"})
        assert answer.status_code == 404, path
        assert "Nothing was written." in answer.content.decode()
    for forged in ("", "x.y.z", ticket[:-3] + "abc", query.removeprefix("t="), asks(other)["ticket"], {"a": 1}, None):
        assert sent(f"{widget.path}shown/", {"ticket": forged}) == {}
    for body in ("", "[1]", "nonsense", "1" * 5000, '{"ticket": "' + "x" * 20_000 + '"}', '"\\ud800"', "[" * 9_000):
        assert client.post(f"{widget.path}shown/", body, content_type="text/plain").json() == {}
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (client.get(named), client.post(named, {"score": "9"})):
        assert answer.status_code == 410
        assert "Answers are not taken any more" in answer.content.decode()
    assert not Response.objects.exists()
    assert not Item.objects.filter(kind="answer").exists()


def test_tickets_and_tokens_end(client: Client, widget: Widget, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, path = asks(widget)["ticket"], asked(widget)
    now = timezone.now().timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 3600 * 25)
    assert shown(widget, ticket) == ""
    assert client.get(path).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 3600 * 24 * 31)
    assert client.get(path).status_code == 410
    assert client.post(path, {"score": "9"}).status_code == 410
    assert not Response.objects.exists()


def test_an_ended_survey_takes_no_answers_and_a_paused_one_does(client: Client, widget: Widget) -> None:
    path = asked(widget)
    assert run.put(widget.campaign, Campaign.State.PAUSED)
    assert client.get(widget.path).status_code == 410  # asks nobody new
    assert client.post(path, {"score": "8"}).status_code == 302
    assert run.put(widget.campaign, Campaign.State.ENDED)
    assert client.post(path, {"score": "2"}).status_code == 410
    assert client.post(path.replace("/?", "/comment/?"), {"comment": "x"}).status_code == 410
    assert Response.objects.get().score == 8


@pytest.mark.parametrize("score", ["", "11", "-1", "9.5", "ten", "٩"])
def test_what_is_no_number_of_the_scale_is_refused(client: Client, widget: Widget, score: str) -> None:
    answer = client.post(asked(widget), {"score": score})
    assert answer.status_code == 422
    assert re.search("Choose a number first|not on the scale", answer.content.decode())
    assert not Response.objects.exists()


@pytest.mark.parametrize("privacy", ["identified", "confidential", "anonymous"])
def test_a_promise_of_privacy_is_kept_before_the_page_around_it_too(client: Client, privacy: str) -> None:
    widget = surveys.widget(surveys.survey(privacy=privacy))
    path = asked(widget, **signed(widget, id="42", name="Nok Sae"))
    client.post(path, {"score": "2"})
    there = Response.objects.get()
    assert (there.person is None) == (privacy == "anonymous")
    assert ('data-answered="2"' in client.get(path).content.decode()) == (privacy == "identified")


def test_many_answers_from_one_address_wait(client: Client, widget: Widget) -> None:
    for _ in range(ANSWERS_A_MINUTE):
        assert client.post(asked(widget), {"score": "9"}).status_code == 302
    path = asked(widget)
    answer = client.post(path, {"score": "9"})
    assert answer.status_code == 429
    assert "Wait a minute" in answer.content.decode()
    assert 'value="9" checked' in answer.content.decode()
    assert Response.objects.count() == ANSWERS_A_MINUTE
    assert client.post(asked(widget, **signed(widget, id="42")), {"score": "1"}).status_code == 302


def test_a_link_leads_to_the_same_question(client: Client, widget: Widget) -> None:
    page = client.get(f"{widget.path}?language=ar", headers={"Sec-Fetch-Dest": "document"}).content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert "survey-brand" in page
    action = re.search(r'action="([^"]+)"', page)
    assert action
    path = action[1].replace("&amp;", "&")
    for number in range(11):
        assert (
            client.head(f"{path}&score={number}").status_code == client.get(f"{path}&score={number}").status_code == 200
        )
    assert not Response.objects.exists()
    client.post(path, {"score": "7"})
    assert Response.objects.get().wording.language == "ar"
    assert Response.objects.get().item.language == "ar"


def test_who_is_asked_in_the_product_alone_gets_no_mail(ann: Member, widget: Widget) -> None:
    surveys.person(ann)
    mail.outbox.clear()
    assert surveys.chosen(widget.campaign) == []
    Audience.objects.update(by_mail=True)
    assert surveys.chosen(widget.campaign) == ["Ann Okafor"]
    assert asks(widget, **signed(widget, email="ann@example.com")) == {}  # their mail is on its way
    Audience.objects.update(by_mail=False)
    deliver.pump()
    assert not mail.outbox
    assert asked(widget, **signed(widget, email="ann@example.com"))
    there = Invitation.objects.get()
    assert (there.channel, there.state) == ("embed", "sent")
    Audience.objects.update(by_mail=True)
    assert surveys.chosen(widget.campaign) == []


def test_it_costs_the_same_for_many(client: Client, widget: Widget) -> None:
    def cost(url: str, said: object = None) -> int:
        with CaptureQueriesContext(connection) as caught:
            if said is None:
                assert client.get(url).status_code == 200
            else:
                assert client.post(url, json.dumps(said), content_type="text/plain").json()
        return len(caught)

    def costs(who: dict[str, Any]) -> list[int]:
        ask = f"{widget.path}ask/"
        asks(widget, **who)
        first = [cost(ask), cost(ask, {}), cost(ask, who), cost(asked(widget))]
        return [*first, cost(f"{widget.path}shown/", {"ticket": asks(widget, **who)["ticket"]})]

    few = costs(signed(widget, id="1"))
    for n in range(12):
        client.post(asked(widget, **signed(widget, id=f"m{n}")), {"score": "9"})
        surveys.widget(surveys.survey(kind="csat"))
    assert costs(signed(widget, id="2")) == few
    for caught, most in zip(few, (2, 3, 7, 5, 14), strict=True):
        assert caught <= most, few


def test_staff_put_it_into_their_product(sam: Member, ann: Member) -> None:
    campaign = surveys.survey()
    staff, url = signed_in(sam), f"/desk/surveys/{campaign.pk}/embed/"
    assert url in staff.get(f"/desk/surveys/{campaign.pk}/").content.decode()
    page = staff.get(url).content.decode()
    assert "hearback.js" not in page
    assert not Widget.objects.exists()
    told = {"origins": "https://App.example/\nhttp://localhost:3000", "page": "/app/*", "event": "", "scroll": "50",
            "delay": "10", "side": "start"}  # fmt: skip
    for bad in ({"origins": "app.example"}, {"origins": "https://a.example; *"}, {"scroll": "101"}, {"page": "app"}):
        answer = staff.post(url, told | bad)
        assert answer.status_code == 422, bad
        assert "/app/*" in answer.content.decode() or "page" in bad
    assert staff.post(url, told).status_code == 302
    there = Widget.objects.get()
    assert there.framers == ["https://app.example", "http://localhost:3000"]
    assert (there.page, there.scroll, there.delay, there.side, there.only_known) == ("/app/*", 50, 10, "start", False)
    page = staff.get(url).content.decode()
    assert f"data-key=&quot;{there.key}" in page or f'data-key="{there.key}"' in page
    assert there.secret in page
    assert "data-try" in staff.get(url + "?try").content.decode()
    assert staff.post(url + "secret/").status_code == 302
    assert Widget.objects.get().secret != there.secret
    assert signed_in(ann).get(url).status_code == 403
    assert signed_in(ann).post(url + "secret/").status_code == 403


def test_a_trial_writes_nothing(client: Client, widget: Widget) -> None:
    page = client.get(f"{widget.path}?try=1&language=pl&theme=dark").content.decode()
    assert '<html lang="pl" dir="ltr" data-theme="dark"' in page
    action = re.search(r'action="([^"]+)"', page)
    assert action
    answer = client.post(action[1].replace("&amp;", "&"), {"score": "9"})
    assert answer.status_code == 200
    assert '<b class="survey-score">9</b>' in answer.content.decode()
    assert client.post(action[1].replace("&amp;", "&"), {"score": "11"}).status_code == 422
    assert not Response.objects.exists()
    assert not Invitation.objects.exists()


def test_a_page_is_found_by_its_path_in_any_script(widget: Widget) -> None:
    """Browsers tell a path in signs of percent."""
    for page, told in (
        ("/สินค้า/*", "/%E0%B8%AA%E0%B8%B4%E0%B8%99%E0%B8%84%E0%B9%89%E0%B8%B2/*"),
        ("/życie me/*", "/%C5%BCycie%20me/*"),
        ("/%C5%BCycie/*", "/%C5%BCycie/*"),
        ("*/a:b@c,d!/*", "*/a:b@c,d!/*"),
        ("", ""),
    ):
        Widget.objects.update(page=page)
        assert asks(widget)["page"] == told
