"""A survey by mail: what is asked, how the link answers, and what staff are shown of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.feedback.models import Event, Item
from community.feedback.vote import vote
from community.feedback.weighing import weighers
from community.members.leave import leave
from community.members.models import Member
from community.members.privacy import exporters
from community.notifications import deliver
from community.notifications.models import Notification
from community.notifications.topics import sentence_of
from roadmap.ideas.models import Weight
from roadmap.ideas.weighing import weigh_all, weigh_due
from surveys.campaigns import run
from surveys.campaigns.models import Campaign, Wording
from surveys.campaigns.words import latest, reword
from surveys.people.models import Person
from surveys.reports.figures import figures
from surveys.responses.models import ContactRequest, Invitation, Quote, Response
from surveys.responses.respond import Said, record, say
from surveys.wording.particles import with_by, with_object
from surveys.wording.shipped import LANGUAGES, Words, shipped
from tests import ideas, make, surveys, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def asked(campaign: Campaign, *members: Member) -> dict[str, str]:
    """Address → the path of the link in the mail that went there."""
    for member in members:
        surveys.person(member)
    surveys.chosen(campaign)
    mail.outbox.clear()
    deliver.pump()
    found = {one.to[0]: re.search(r"https?://[^/]+(/s/(?!end)[^?\s]+)", one.body) for one in mail.outbox}
    return {address: link[1] for address, link in found.items() if link}


@pytest.fixture
def path(ann: Member) -> str:
    return asked(surveys.survey(), ann)["ann@example.com"]


def test_one_short_mail_with_a_link_for_each_number(ann: Member) -> None:
    asked(surveys.survey(), ann)
    letter = mail.outbox[0]
    assert letter.subject == "[Northwind] One question, if you have a moment"
    assert "How likely are you to recommend Northwind to a friend or colleague?" in letter.body
    assert [int(n) for n in re.findall(r"\?score=(\d+)", letter.body)] == list(range(11))
    html = letter.alternatives[0][0]
    assert [int(n) for n in re.findall(r"\?score=(\d+)", html)] == list(range(11))
    assert "<script" not in html
    assert "/s/end/" in letter.extra_headers["List-Unsubscribe"]
    assert len(letter.body.split("\n\n")[0]) < 100
    there = Invitation.objects.get()
    assert there.state == "sent"
    assert there.expires_at - there.asked_at == timedelta(days=30)


@pytest.mark.parametrize(
    ("language", "question", "low"),
    [
        ("th", "คุณมีแนวโน้มที่จะแนะนำ Northwind ให้เพื่อน", "ไม่แนะนำแน่นอน"),
        ("pl", "że poleci Pan/Pani Northwind znajomym", "Zupełnie nieprawdopodobne"),
        ("ar", "ما مدى احتمال أن توصي أحد أصدقائك أو زملائك بـ", "غير محتمل إطلاقًا"),
        ("ko", "Northwind을(를) 친구나 동료에게 추천하실", "전혀 추천하지 않음"),
    ],
)
def test_everybody_is_asked_in_their_language(client: Client, language: str, question: str, low: str) -> None:
    path = asked(surveys.survey(), make.member("nok", language=language))["nok@example.com"]
    body = mail.outbox[0].body
    assert question in body
    assert low in body
    page = client.get(path + "?score=9").content.decode()
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
    assert question in page


def test_get_and_head_and_a_crawler_count_nothing(client: Client, path: str) -> None:
    for number in range(11):
        assert client.head(f"{path}?score={number}").status_code == 200
    assert Invitation.objects.get().intent is None
    for number in range(11):
        page = client.get(f"{path}?score={number}")
        assert page.status_code == 200
        assert re.search(rf'value="{number}" checked', page.content.decode())
    assert not Response.objects.exists()
    assert not Item.objects.filter(kind="answer").exists()
    assert Invitation.objects.get().intent == 10  # told apart: opened with a number, never confirmed


def test_whom_no_mail_reached_was_not_asked(ann: Member, bo: Member, cy: Member) -> None:
    campaign = surveys.survey()
    asked(campaign, ann, bo, cy)
    sent = Invitation.objects.filter(campaign=campaign)
    sent.filter(person__member=ann).update(answered_on=timezone.localdate())
    sent.filter(person__member=bo).update(state="failed")
    sent.filter(person__member=cy).update(state="failed", reminded_at=timezone.now())  # the first mail arrived
    told = figures(campaign)
    assert (told.asked, told.answered, told.rate) == (2, 1, 50)


def test_whoever_opened_a_number_and_never_confirmed_it_is_counted_apart(ann: Member, sam: Member) -> None:
    campaign = surveys.survey()
    one, other = asked(campaign, ann, make.member("bo")).values()
    staff = signed_in(sam)
    for path in (one, other):
        staff.get(f"{path}?score=3")
    assert figures(campaign).unconfirmed == 2
    staff.post(one, {"score": "4"})
    told = figures(campaign)
    assert (told.asked, told.answered, told.unconfirmed) == (2, 1, 1)
    assert Invitation.objects.exclude(answered_on=None).get().intent is None
    page = staff.get(campaign.get_absolute_url()).content.decode()
    assert re.search(r"Opened, not confirmed</dt><dd>1</dd>", page)


def test_of_an_anonymous_survey_no_number_is_kept_with_a_person(ann: Member, client: Client) -> None:
    (path,) = asked(surveys.survey(privacy="anonymous"), ann).values()
    client.get(f"{path}?score=3")
    assert Invitation.objects.get().intent is None


def test_a_number_is_confirmed_and_may_be_changed(client: Client, path: str) -> None:
    answer = client.post(path, {"score": "9"})
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    page = client.get(path).content.decode()
    assert "Thank you, that is noted." in page
    assert "What do you like most?" in page
    client.post(path, {"score": "9"})  # sent twice
    there = Response.objects.get()
    assert (there.score, there.channel, there.colours, there.changed_at) == (9, "mail", "neutral", None)
    assert there.wording.question == "How likely are you to recommend Northwind to a friend or colleague?"
    client.post(path, {"score": "3"})
    there.refresh_from_db()
    assert there.score == 3
    assert there.changed_at is not None
    assert "What went wrong" in client.get(path).content.decode()
    assert [event.verb for event in Event.objects.filter(item=there.pk)] == ["answered", "answer changed"]


def test_another_number_can_be_chosen_from_the_page_of_thanks(client: Client, path: str) -> None:
    client.post(path, {"score": "7"})
    link = re.search(r'href="([^"]+)">Choose another number', client.get(path).content.decode())
    assert link
    page = client.get(link[1]).content.decode()
    assert 'value="7" checked' in page
    assert "Change my answer" in page


def test_words_are_kept_and_nothing_typed_is_lost(client: Client, path: str) -> None:
    client.post(path, {"score": "6"})
    page = client.post(path + "comment/", {"comment": "The *sync* <script>breaks</script>"})
    assert "Thank you for your time." in page.content.decode()
    item = Item.objects.get(kind="answer")
    assert item.body == "The *sync* <script>breaks</script>"
    assert "<script" not in item.html
    assert (item.visibility, item.author.handle, item.source) == ("staff", "ann", "mail")
    bad = client.post(path + "comment/", {"comment": "Bad \x07 bell"})
    assert bad.status_code == 422
    assert "control character" in bad.content.decode()
    assert "bell</textarea>" in bad.content.decode()
    assert client.post(path + "comment/", {"comment": "x" * 5_001}).status_code == 422


@pytest.mark.parametrize("score", ["", "11", "-1", "9.5", "ten", "٩", "9" * 400])
def test_what_is_no_number_of_the_scale_is_refused(client: Client, path: str, score: str) -> None:
    answer = client.post(path, {"score": score})
    assert answer.status_code == 422
    assert re.search("Choose a number first|not on the scale", answer.content.decode())
    assert client.get(path + "?score=" + score).status_code == 200
    assert client.post(path).status_code == 422
    assert not Response.objects.exists()


def test_a_link_that_is_forged_or_too_old_writes_nothing(client: Client, ann: Member, bo: Member, path: str) -> None:
    number, signature = path.removeprefix("/s/").rstrip("/").split(".")
    other = asked(surveys.survey(kind="csat"), bo)["bo@example.com"]
    for forged in (
        f"/s/{int(number) + 1}.{signature}/", f"/s/{number}.{signature[:-2]}xx/", f"/s/{number}/", "/s/nonsense/",
        f"/s/{other.removeprefix('/s/').split('.')[0]}.{signature}/", "/s/" + "9" * 30 + f".{signature}/",
    ):  # fmt: skip
        for answer in (client.get(forged), client.post(forged, {"score": "9"})):
            assert answer.status_code == 404
            assert "This link is not complete" in answer.content.decode()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (client.get(path + "?score=9"), client.post(path, {"score": "9"}), client.post(path + "comment/")):
        assert answer.status_code == 410
        assert "This survey has ended" in answer.content.decode()
    assert not Response.objects.exists()


def test_an_ended_survey_takes_no_answers_and_a_paused_one_does(client: Client, path: str) -> None:
    campaign = Campaign.objects.get()
    assert run.put(campaign, Campaign.State.PAUSED)
    assert client.post(path, {"score": "8"}).status_code == 302
    assert run.put(campaign, Campaign.State.ENDED)
    assert client.post(path, {"score": "2"}).status_code == 410
    assert Response.objects.get().score == 8
    assert not run.put(campaign, Campaign.State.RUNNING)


def test_surveys_are_stopped_by_one_click(client: Client, ann: Member) -> None:
    asked(surveys.survey(), ann)
    stop = re.search(r"(/s/end/[^>]+)>", mail.outbox[0].extra_headers["List-Unsubscribe"])
    assert stop
    assert "No more surveys?" in client.get(stop[1]).content.decode()
    assert Person.objects.get().unsubscribed_at is None
    assert "None is sent to you any more" in client.post(stop[1]).content.decode()
    assert Person.objects.get().unsubscribed_at
    assert client.post("/s/end/1.forged/").status_code == 404
    assert surveys.chosen(surveys.survey(kind="csat")) == []


@pytest.mark.parametrize("privacy", ["identified", "confidential", "anonymous"])
def test_a_promise_of_privacy_is_kept(client: Client, sam: Member, privacy: str) -> None:
    company = make.company("Hooli", plan="Pro", monthly_revenue=900)
    nok = make.member("nok", name="Nok Sae", company=company)
    path = asked(surveys.survey(privacy=privacy), nok)["nok@example.com"]
    client.post(path, {"score": "2"})
    client.post(path, {"score": "1"})
    client.post(path + "comment/", {"comment": "Too slow."})
    there = Response.objects.select_related("item").get()
    assert (there.score, there.plan) == (1, "Pro")
    assert (there.person is None) == (privacy == "anonymous")
    assert (there.item.author is None) == (privacy != "identified")
    assert (there.company is None) == (privacy == "anonymous")
    page = signed_in(sam).get(f"/desk/surveys/{there.campaign_id}/").content.decode()
    assert ("Too slow." in page) == (privacy == "identified")  # in the others no single answer is shown under ten
    for name in ("Nok Sae", "Hooli"):
        assert (name in page) == (privacy == "identified")
    if privacy == "anonymous":
        assert not any(
            getattr(there, field.attname) == Invitation.objects.get().pk
            for field in Response._meta.concrete_fields
            if field.attname not in ("item_id", "campaign_id", "wording_id", "score")
        )


def test_nobody_but_staff_reads_an_answer(client: Client, ann: Member, bo: Member, path: str) -> None:
    client.post(path, {"score": "2"})
    client.post(path + "comment/", {"comment": "Wombats everywhere."})
    item = Item.objects.get(kind="answer")
    for reader in (client, signed_in(ann), signed_in(bo)):
        assert reader.get(f"/go/{item.pk}").status_code == 404
        assert "Wombats" not in reader.get("/search/?q=wombats").content.decode()
        assert "Wombats" not in reader.get("/members/ann/").content.decode()


def test_the_report_shows_no_score_without_its_number_of_answers(client: Client, sam: Member) -> None:
    campaign = surveys.survey()
    people = [make.member(f"m{n}") for n in range(12)]
    links = asked(campaign, *people)
    for n, one in enumerate(people[:9]):
        client.post(links[one.email], {"score": str(10 if n < 6 else 3)})
    url = f"/desk/surveys/{campaign.pk}/"
    page = signed_in(sam).get(url).content.decode()
    assert "Too few answers for a score" in page
    client.post(links[people[9].email], {"score": "8"})
    page = re.sub(r"\s+", " ", signed_in(sam).get(url).content.decode())
    assert ">+30<" in page  # (6 − 3) of 10
    assert "<dt>Answers</dt><dd>10</dd>" in page
    assert "Few answers" in page
    assert "83 %" in page  # 10 of 12
    assert "10, the latest of each person" in page


def test_the_report_costs_the_same_however_many_answer(client: Client, sam: Member) -> None:
    campaign = surveys.survey()
    reader = signed_in(sam)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert reader.get(f"/desk/surveys/{campaign.pk}/").status_code == 200
        return len(queries)

    links = asked(campaign, make.member("one", company=make.company("A")))
    client.post(links["one@example.com"], {"score": "9"})
    few = cost()
    links = asked(campaign, *(make.member(f"m{n}", company=make.company(f"B{n}")) for n in range(25)))
    for link in links.values():
        client.post(link, {"score": "9"})
    assert cost() == few <= 12
    assert "Earlier answers" in reader.get(f"/desk/surveys/{campaign.pk}/").content.decode()


def test_words_that_were_asked_never_change(sam: Member, ann: Member, client: Client) -> None:
    campaign = surveys.survey(starts=False)
    words = Words("Would you tell a friend?", "No", "Yes")
    reword(campaign, "en", words, {}, by=sam)
    assert Wording.objects.filter(campaign=campaign, language="en").count() == 1  # a draft changes in place
    run.put(campaign, Campaign.State.RUNNING)
    path = asked(campaign, ann)["ann@example.com"]
    campaign.refresh_from_db()
    reword(campaign, "en", Words("Would you tell a colleague?", "No", "Yes"), {"promoter": "What for?"}, by=sam)
    reword(campaign, "en", Words("Would you tell a colleague?", "No", "Yes"), {"promoter": "What for?"}, by=sam)
    assert [one.version for one in Wording.objects.filter(campaign=campaign, language="en")] == [2, 1]
    assert "tell a friend?" in client.get(path).content.decode()
    client.post(path, {"score": "9"})
    assert Response.objects.get().wording.version == 1
    assert latest(campaign)["en"].reasons == {"promoter": "What for?"}


def test_staff_make_a_survey_and_start_it(sam: Member, ann: Member) -> None:
    surveys.person(ann)
    staff = signed_in(sam)
    told = {"name": "Autumn", "kind": "relationship", "brand": "", "is_formal": "on", "colours": "neutral",
            "privacy": "identified", "owner": sam.pk, "window_days": "30"}  # fmt: skip
    page = staff.post("/desk/surveys/new/", told | {"name": "", "window_days": "0"})
    assert page.status_code == 422
    made = staff.post("/desk/surveys/new/", told)
    campaign = Campaign.objects.get()
    assert made.headers["Location"] == f"/desk/surveys/{campaign.pk}/"
    assert {one.language for one in campaign.wordings.all()} == set(LANGUAGES)
    page = staff.get(f"/desk/surveys/{campaign.pk}/").content.decode()
    assert "Say who is asked" in page
    staff.post(f"/desk/surveys/{campaign.pk}/edit/", told | {"brand": "Contoso", "is_formal": ""})
    assert "że polecisz Contoso" in latest(campaign)["pl"].question
    words = {"question": "Would you tell a friend?", "low": "No", "high": "Yes", "reason-promoter": "What for?"}
    assert staff.post(f"/desk/surveys/{campaign.pk}/wording/en/", words | {"low": ""}).status_code == 422
    assert staff.post(f"/desk/surveys/{campaign.pk}/wording/en/", words).status_code == 302
    assert staff.get(f"/desk/surveys/{campaign.pk}/wording/xx/").status_code == 404
    who = {"by_mail": "on", "known_days": "0", "sample": "100", "holdout": "0", "reminder_days": "7"}
    assert staff.post(f"/desk/surveys/{campaign.pk}/audience/", who | {"sample": "101"}).status_code == 422
    assert staff.post(f"/desk/surveys/{campaign.pk}/audience/", who).status_code == 302
    staff.post(f"/desk/surveys/{campaign.pk}/state/", {"state": "running"})
    tasks.run_all()
    deliver.pump()
    assert "Would you tell a friend?" in mail.outbox[-1].body
    staff.post(f"/desk/surveys/{campaign.pk}/edit/", told | {"kind": "csat", "privacy": "anonymous"})
    campaign.refresh_from_db()
    assert (campaign.kind, campaign.privacy) == ("relationship", "identified")  # fixed once it has started


def test_names_stand_in_the_question_as_the_language_wants_it() -> None:
    said = {name: with_object(name) for name in ("하늘", "바다", "Slack", "IBM", "KT", "365", "Zoom 2", "")}
    assert said == {
        "하늘": "하늘을", "바다": "바다를", "Slack": "Slack을(를)", "IBM": "IBM을", "KT": "KT를", "365": "365를",
        "Zoom 2": "Zoom 2를", "": "을(를)",
    }  # fmt: skip
    assert with_by("الندى") == "بالندى"
    assert with_by("Acme") == "بـ\u00a0\u2068Acme\u2069"
    assert "polecisz {x}" in shipped("nps", "pl", "{x}", "informal").question  # braces of a name are a name
    for kind in ("nps", "csat", "ces"):
        assert len({shipped(kind, language, "Acme").question for language in LANGUAGES}) == len(LANGUAGES)
        assert shipped(kind, "sw", "Acme") == shipped(kind, "en", "Acme")


def test_a_member_gets_a_copy_and_leaves_nothing_that_leads_to_them(client: Client, ann: Member, path: str) -> None:
    client.post(path, {"score": "4"})
    client.post(path + "comment/", {"comment": "Ann Okafor here: too slow."})
    copy = {name: list(export(ann)) for name, export in exporters.items() if name.startswith("survey")}
    assert copy["survey-person"][0]["address"] == "ann@example.com"
    assert copy["survey-answers"][0]["score"] == 4
    assert copy["survey-answers"][0]["item__body"] == "Ann Okafor here: too slow."
    assert len(copy["survey-invitations"]) == 1
    leave(ann, erases=True)
    assert not Person.objects.exists()
    assert not Invitation.objects.exists()
    there = Response.objects.select_related("item").get()
    assert (there.score, there.person, there.item.body, there.item.author) == (4, None, "", None)


def test_a_wish_to_be_contacted_reaches_the_owner_and_stays_until_it_is_done(
    client: Client, ann: Member, sam: Member, bo: Member
) -> None:
    path = asked(surveys.survey(owner=sam), ann)["ann@example.com"]
    client.post(path, {"score": "2"})
    page = client.get(path).content.decode()
    assert "A person may contact me about it" in page
    assert "You may show what I said" not in page
    told = {"comment": "It lost my shifts.", "contact": "on", "how": ""}
    refused = client.post(path + "comment/", told)
    assert refused.status_code == 422
    assert "Say how a person can reach you" in refused.content.decode()
    assert "It lost my shifts.</textarea>" in refused.content.decode()
    for _time in range(2):
        client.post(path + "comment/", told | {"how": "+48 600 100 200, mornings"})
    there = Notification.objects.get()
    assert (there.recipient, sentence_of(there)) == (
        sam, "Somebody who answered 2 in “\u2068How we are doing\u2069” wants to be contacted",
    )  # fmt: skip
    staff = signed_in(sam)
    assert "To be contacted <span" in staff.get("/desk/").content.decode()
    page = staff.get("/desk/surveys/contacts/").content.decode()
    assert "+48 600 100 200, mornings" in page
    assert ">Late<" not in page
    wish = ContactRequest.objects.get()
    assert wish.due_at - wish.asked_at == pytest.approx(timedelta(days=2), abs=timedelta(seconds=5))
    ContactRequest.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert ">Late<" in staff.get("/desk/surveys/contacts/").content.decode()
    assert signed_in(bo).post(f"/desk/surveys/contacts/{wish.key}/").status_code == 403
    staff.post(f"/desk/surveys/contacts/{wish.key}/")
    staff.post(f"/desk/surveys/contacts/{wish.key}/")
    wish.refresh_from_db()
    assert (wish.contacted_by, wish.is_late) == (sam, False)
    assert Event.objects.filter(verb="contacted").count() == 1
    assert "Nobody waits to hear from a person." in staff.get("/desk/surveys/contacts/").content.decode()
    client.post(path + "comment/", {"comment": "It lost my shifts."})  # done is done
    assert ContactRequest.objects.exists()
    staff.post(f"/desk/surveys/contacts/{wish.key}/withdrawal/")
    client.post(path, {"score": "9"})
    client.post(path + "comment/", {"comment": "It lost my shifts. All is well now."})
    assert ContactRequest.objects.exists()  # whoever is glad is not asked, and takes nothing back
    client.post(path, {"score": "2"})
    client.post(path + "comment/", {"comment": "It lost my shifts."})
    assert not ContactRequest.objects.exists()


def test_who_is_glad_may_let_themselves_be_quoted(client: Client, ann: Member, path: str) -> None:
    client.post(path, {"score": "10"})
    page = client.get(path).content.decode()
    assert "You may show what I said to others" in page
    assert "contact me" not in page
    for wrong in ({"comment": "Love it.", "quote": "on"}, {"comment": "", "quote": "on", "name": "Ann"}):
        assert client.post(path + "comment/", wrong).status_code == 422
    client.post(path + "comment/", {"comment": "Love it.", "quote": "on", "name": "Ann O., Lagos"})
    assert Quote.objects.get().name == "Ann O., Lagos"
    assert 'value="Ann O., Lagos"' in client.get(path).content.decode()
    client.post(path + "comment/", {"comment": "Love it."})
    assert not Quote.objects.exists()
    client.post(path + "comment/", {"comment": "Love it.", "quote": "on", "name": "Ann"})
    client.post(path, {"score": "4"})  # not as somebody who is glad
    assert not Quote.objects.exists()


@pytest.mark.parametrize("privacy", ["identified", "confidential"])
def test_staff_find_what_may_be_quoted_and_under_which_name(sam: Member, privacy: str) -> None:
    campaign = surveys.survey(privacy=privacy)
    surveys.answers(campaign, *[9] * 11)
    one = surveys.answer(campaign, 10, words="Love it.")
    say(one, Said("Love it.", quoted_as="Ann <O.>, Lagos"))
    staff = signed_in(sam)
    for path in (one.path_for(one.pk), f"/desk/surveys/{campaign.pk}/answers/?quotes=on"):
        assert "May be quoted as <bdi>Ann &lt;O.&gt;, Lagos</bdi>" in staff.get(path).content.decode()
    assert "1 answer<" in staff.get(f"/desk/surveys/{campaign.pk}/answers/?quotes=on").content.decode()
    manager = signed_in(make.member("mia", role="manager"))
    file = b"".join(manager.get(f"/desk/surveys/{campaign.pk}/export/?format=csv")).decode()
    assert "Ann <O.>, Lagos" in file


def test_what_is_on_its_way_is_shown_to_whoever_misses_it(client: Client, ann: Member, path: str) -> None:
    ideas.idea("Export the schedule to a calendar", by=ann)
    ideas.idea("Export secret schedule figures", by=ann, is_private=True)
    tasks.run_all()
    client.post(path, {"score": "7"})
    page = client.post(path + "comment/", {"comment": "I want to export my schedule to the calendar"}).content.decode()
    assert "This may be what you mean" in page
    assert "Export the schedule to a calendar" in page
    assert "secret" not in page
    assert "This may be" not in client.post(path + "comment/", {"comment": "zxqv wkjhx"}).content.decode()


def test_the_list_of_contacts_costs_the_same_however_many_wait(client: Client, sam: Member) -> None:
    staff = signed_in(sam)
    campaign = surveys.survey(owner=sam)

    def cost(count: int) -> int:
        begin = Member.objects.count()
        for link in asked(campaign, *(make.member(f"n{begin + n}") for n in range(count))).values():
            client.post(link, {"score": "1"})
            client.post(link + "comment/", {"comment": "Bad.", "contact": "on", "how": "mail"})
        with CaptureQueriesContext(connection) as queries:
            staff.get("/desk/surveys/contacts/")
        return len(queries)

    assert cost(1) == cost(12)


def test_the_board_is_sorted_by_promoters_and_detractors_among_supporters(
    client: Client, ann: Member, bo: Member, sam: Member
) -> None:
    wanted, other = ideas.idea("Dark mode", by=ann), ideas.idea("Night mode", by=ann)
    vote(wanted.item, by=bo)
    links = asked(surveys.survey(), ann, bo)
    client.post(links["ann@example.com"], {"score": "3"})
    client.post(links["bo@example.com"], {"score": "10"})
    secret = surveys.survey(kind="transactional", privacy="confidential")
    record(secret, Person.objects.get(member=bo), 0, channel="link", key="x", wording=None)
    weigh_due()
    assert weigh_all() == 0
    said = {name: {pk: n for pk, _key, n in one.weigh([wanted.pk, other.pk])} for name, one in weighers.items()}
    assert said["promoters"] == {wanted.pk: 1}
    assert said["detractors"] == {wanted.pk: 1, other.pk: 1}
    assert said["passives"] == {}
    board = signed_in(sam).get("/ideas/?order=promoters&view=list").content.decode()
    assert "1 promoter" in board
    assert "promoter" not in signed_in(ann).get("/ideas/?order=promoters&view=list").content.decode()
    client.post(links["bo@example.com"], {"score": "7"})
    assert weigh_all() == 1  # the latest of each counts
    assert not Weight.objects.filter(name="promoters").exists()


def test_an_answer_asks_little(client: Client, path: str, django_assert_max_num_queries: Any) -> None:
    client.get(path)
    with django_assert_max_num_queries(12):
        assert client.post(path, {"score": "7"}).status_code == 302


def test_one_link_is_not_changed_without_end_and_nothing_typed_is_lost(client: Client, path: str) -> None:
    answers = [client.post(path, {"score": str(n % 11)}) for n in range(63)]
    assert [one.status_code for one in answers[:61]] == [302] * 61  # the first, and sixty changes
    assert answers[61].status_code == answers[62].status_code == 422
    assert "try again in an hour" in answers[62].content.decode()
    assert Response.objects.get().score == 60 % 11
    page = client.post(path + "comment/", {"comment": "And one more thing."})
    assert page.status_code == 422
    assert "And one more thing.</textarea>" in page.content.decode()
