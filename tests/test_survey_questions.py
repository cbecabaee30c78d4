"""Questions of a survey's own: asked after the number, kept in the words that were asked, counted into no score."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.models import Event
from community.members.leave import leave
from community.members.models import Member
from community.members.privacy import exporters
from community.notifications import deliver
from surveys.campaigns import run
from surveys.campaigns.models import Campaign
from surveys.campaigns.posed import posed
from surveys.campaigns.questions import Option, Question, QuestionWording
from surveys.campaigns.write_questions import MOST, Refused, Written, remove, reword_question, rewrite
from surveys.reports.choices import choices
from surveys.reports.figures import figures
from surveys.responses.models import Answer, Response
from tests import make, surveys
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return surveys.survey()


@pytest.fixture
def reason(campaign: Campaign) -> Question:
    return surveys.question(campaign, "What is the main reason?", "Price", "Speed", bands=["detractor", "passive"])


def link_of(campaign: Campaign, member: Member) -> str:
    """The path of the link in the mail that asks them."""
    surveys.person(member)
    surveys.chosen(campaign)
    mail.outbox.clear()
    deliver.pump()
    found = re.search(r"https?://[^/]+(/s/(?!end)[^?\s]+)", str(mail.outbox[0].body))
    assert found
    return found[1]


def field(question: Question) -> str:
    return f"question-{question.pk}"


def said(response: Response | None = None) -> list[tuple[str, str]]:
    """(question as it was asked, what was answered)"""
    rows = Answer.objects.filter(response=response) if response else Answer.objects.all()
    return list(rows.order_by("question__place", "option__place").values_list("wording__text", "text"))


def read(reader: Client, path: str, status: int = 200) -> str:
    page = reader.get(path)
    assert page.status_code == status
    return re.sub(r"\s+", " ", page.content.decode())


def test_each_band_is_asked_its_questions_and_may_change_what_it_said(
    client: Client, ann: Member, campaign: Campaign, reason: Question
) -> None:
    uses = surveys.question(campaign, "What do you use?", "Swaps", "Payroll", "API", kind="several")
    wish = surveys.question(campaign, "What comes next?")
    path = link_of(campaign, ann)
    client.post(path, {"score": "9"})
    page = client.get(path).content.decode()
    assert "What is the main reason?" not in page
    assert page.index("What do you use?") < page.index("What comes next?")
    client.post(path, {"score": "4"})
    assert "What is the main reason?" in client.get(path).content.decode()
    price, swaps, api = surveys.option(reason, "Price"), surveys.option(uses, "Swaps"), surveys.option(uses, "API")
    told = {"comment": "", field(reason): price, field(uses): [swaps, api], field(wish): "Tides, <b>all</b>"}
    assert client.post(path + "comment/", told).status_code == 200
    assert said() == [
        ("What is the main reason?", "Price"), ("What do you use?", "Swaps"), ("What do you use?", "API"),
        ("What comes next?", "Tides, <b>all</b>"),
    ]  # fmt: skip
    page = client.get(path).content.decode()
    assert len(re.findall(r"checked", page)) == 3
    assert "Tides, &lt;b&gt;all&lt;/b&gt;</textarea>" in page
    assert "No answer" in page  # a radio cannot be emptied otherwise
    events = Event.objects.filter(verb="commented")
    assert events.count() == 1
    client.post(path + "comment/", told)  # sent twice
    assert events.count() == 1
    client.post(path + "comment/", {"comment": "", field(reason): "", field(uses): [api], field(wish): "Tides"})
    assert said() == [("What do you use?", "API"), ("What comes next?", "Tides")]
    assert Response.objects.get().score == 4


def test_a_question_with_a_condition_is_answered_only_where_it_holds(
    client: Client, ann: Member, campaign: Campaign, reason: Question
) -> None:
    price = surveys.option(reason, "Price")
    limit = surveys.question(campaign, "What would be fair?", "Half", "Nothing", only_if=price)
    why = surveys.question(campaign, "Why half?", only_if=surveys.option(limit, "Half"))
    path = link_of(campaign, ann)
    client.post(path, {"score": "10"})
    assert "What would be fair?" not in client.get(path).content.decode()  # nobody asks promoters for the reason
    client.post(path, {"score": "2"})
    page = client.get(path).content.decode()
    assert "Only if you answered “\u2068Price\u2069” to “\u2068What is the main reason?\u2069”." in page
    assert f'class="own-if" data-only-if="{price}"' in page
    half = {field(limit): surveys.option(limit, "Half"), field(why): "Because"}
    client.post(path + "comment/", {"comment": "", field(reason): surveys.option(reason, "Speed"), **half})
    assert said() == [("What is the main reason?", "Speed")]
    client.post(path + "comment/", {"comment": "", field(reason): price, **half})
    assert [text for _asked, text in said()] == ["Price", "Half", "Because"]
    assert 'class="own-if is-asked"' in client.get(path).content.decode()
    client.post(path + "comment/", {"comment": "", **half})  # and what it depended on is taken back
    assert said() == []
    hidden_error = {field(limit): "999", field(why): "\x07"}  # where nobody would see the error
    assert client.post(path + "comment/", {"comment": "", **hidden_error}).status_code == 200


def test_nothing_typed_is_lost_on_errors(client: Client, ann: Member, campaign: Campaign, reason: Question) -> None:
    wish = surveys.question(campaign, "What comes next?")
    path = link_of(campaign, ann)
    client.post(path, {"score": "4"})
    speed = surveys.option(reason, "Speed")
    told = {"comment": "Slow.", "contact": "on", "how": "", field(reason): speed, field(wish): "Tides"}
    answer = client.post(path + "comment/", told)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert re.search(rf'value="{speed}"[^>]* checked', page)
    assert "Tides</textarea>" in page
    assert not Answer.objects.exists()
    for wrong in (
        {field(reason): "999999"},
        {field(reason): "x"},
        {field(wish): "Bad \x07 bell"},
        {field(wish): "x" * 2001},
    ):
        assert client.post(path + "comment/", {"comment": "", **wrong}).status_code == 422
    other = surveys.question(surveys.survey(kind="csat"), "Elsewhere?", "Yes", "No")
    forged = {field(other): surveys.option(other, "Yes"), field(reason): surveys.option(other, "Yes")}
    answer = client.post(path + "comment/", {"comment": "", **forged})
    assert answer.status_code == 422
    assert "This cannot be chosen any more." in answer.content.decode()
    assert not Answer.objects.exists()


def test_everybody_is_asked_in_their_language_else_in_one_that_there_is(
    client: Client, sam: Member, campaign: Campaign, reason: Question
) -> None:
    staff = signed_in(sam)
    price, speed = surveys.option(reason, "Price"), surveys.option(reason, "Speed")
    at = f"/desk/surveys/{campaign.pk}/questions/{reason.pk}/words/"
    words = {"text": "Jaki jest główny powód?", f"option-{price}": "Cena", f"option-{speed}": ""}
    assert staff.post(f"{at}pl/", words | {"text": ""}).status_code == 422
    assert staff.post(f"{at}pl/", words).status_code == 302
    assert staff.get(f"{at}en/").status_code == 404  # its own page
    assert staff.get(f"{at}xx/").status_code == 404
    assert 'value="Cena"' in read(staff, f"{at}pl/")
    for handle, language, heard in (
        ("kasia", "pl", ["Jaki jest", "Cena", "Speed"]),
        ("noi", "th", ["What is the main"]),
    ):
        path = link_of(campaign, make.member(handle, language=language))
        client.post(path, {"score": "3"})
        page = client.get(path).content.decode()
        assert [one for one in heard if one not in page] == []
        client.post(path + "comment/", {"comment": "", field(reason): price})
    assert [text for _asked, text in said()] == ["Cena", "Price"]
    assert figures(campaign).counts == {3: 2}
    chosen = choices(campaign, "pl")[0]
    assert [(row.name, row.n, row.percent) for row in chosen.rows] == [("Cena", 2, 100), ("Speed", 0, 0)]


def test_words_that_were_asked_never_change(client: Client, ann: Member, sam: Member) -> None:
    campaign = surveys.survey(starts=False)
    reason = surveys.question(campaign, "Why?", "Price", "Speed")
    price, speed = surveys.option(reason, "Price"), surveys.option(reason, "Speed")
    rewrite(reason, Written("Why so?", options={price: "Price", speed: "Speed"}), by=sam)
    assert QuestionWording.objects.count() == 1  # a draft changes in place
    run.put(campaign, Campaign.State.RUNNING)
    path = link_of(campaign, ann)
    client.post(path, {"score": "3"})
    stood_there = re.search(r'name="question-\d+-words" value="(\d+)"', client.get(path).content.decode())
    assert stood_there
    rewrite(reason, Written("What is it?", options={price: "The price", speed: "Speed"}), by=sam)
    rewrite(reason, Written("What is it?", options={price: "The price", speed: "Speed"}), by=sam)
    assert [one.version for one in QuestionWording.objects.all()] == [2, 1]
    told = {"comment": "", field(reason): price}
    client.post(path + "comment/", told | {f"{field(reason)}-words": stood_there[1]})
    assert said() == [("Why so?", "Price")]
    assert "The price" in client.get(path).content.decode()
    client.post(path + "comment/", told)  # as it was chosen before
    assert said() == [("Why so?", "Price")]
    rewrite(reason, Written("What is it?", options={price: "The price"}, added=["Trust"]), by=sam)
    assert list(posed(campaign, "en")[0].options.values()) == ["The price", "Trust"]
    assert Option.objects.filter(pk=speed).count() == 0  # nobody chose it
    rewrite(reason, Written("What is it?", added=["Size"], options={surveys.option(reason, "Trust"): "Trust"}), by=sam)
    assert Option.objects.get(pk=price).closed_at
    page = client.get(path).content.decode()
    assert re.search(rf'value="{price}"[^>]* checked', page)  # who chose it keeps it
    assert page.index(">Size<") < page.index(">Price<") < page.index(">No answer<")
    client.post(path + "comment/", told)
    assert said() == [("Why so?", "Price")]
    assert [row.name for row in choices(campaign, "en")[0].rows] == ["The price", "Trust", "Size"]


def test_another_number_leads_to_other_questions(
    client: Client, ann: Member, sam: Member, campaign: Campaign, reason: Question
) -> None:
    old = surveys.question(campaign, "An old one?")
    path = link_of(campaign, ann)
    client.post(path, {"score": "4"})
    client.post(path + "comment/", {"comment": "", field(reason): surveys.option(reason, "Price"), field(old): "Yes"})
    assert not remove(old, by=sam)
    client.post(path, {"score": "10"})
    # What is not asked of promoters goes, what nobody is asked any more stays.
    assert said() == [("An old one?", "Yes")]
    client.post(path + "comment/", {"comment": "Fine."})
    assert said() == [("An old one?", "Yes")]


def test_a_frame_asks_the_same(client: Client, reason: Question, campaign: Campaign) -> None:
    widget = surveys.widget(campaign)
    path = client.post(f"{widget.path}ask/", "{}", content_type="text/plain").json()["ticket"]
    at = client.post(f"{widget.path}shown/", json.dumps({"ticket": path}), content_type="text/plain").json()["at"]
    client.post(at, {"score": "3"})
    page = client.get(at).content.decode()
    assert "What is the main reason?" in page
    comment = at.replace("/?", "/comment/?")
    told = {field(reason): surveys.option(reason, "Speed"), "comment": "Bad \x07 bell"}
    refused = client.post(comment, told)
    assert refused.status_code == 422
    assert " checked" in refused.content.decode()
    assert "Thank you for your time." in client.post(comment, told | {"comment": ""}).content.decode()
    assert said() == [("What is the main reason?", "Speed")]
    assert " checked" in client.get(at).content.decode()


def test_other_scales_have_two_bands(client: Client, ann: Member) -> None:
    campaign = surveys.survey(kind="csat")
    surveys.question(campaign, "What went wrong?", bands=["rest"])
    surveys.question(campaign, "Of another kind?", bands=["detractor"])  # the draft was one of NPS then: everybody
    path = link_of(campaign, ann)
    for score, is_asked in (("3", True), ("4", False)):
        client.post(path, {"score": score})
        page = client.get(path).content.decode()
        assert ("What went wrong?" in page) == is_asked
        assert "Of another kind?" in page


def test_staff_write_order_and_remove_questions(sam: Member, campaign: Campaign) -> None:
    staff, at = signed_in(sam), f"/desk/surveys/{campaign.pk}/questions/"
    assert "After the number people are asked why, and nothing else." in read(staff, at)
    assert "Questions of your own" in read(staff, f"/desk/surveys/{campaign.pk}/")
    told = {"kind": "one", "text": "Main reason?", "bands": ["passive"], "more-1": "Price", "more-2": "Speed"}
    for wrong in (
        {"text": ""}, {"more-2": ""}, {"more-2": "PRICE"}, {"bands": ["x"]}, {"kind": "x"}, {"only_if": "1"},
        {"text": "x" * 301},
    ):  # fmt: skip
        page = staff.post(f"{at}new/", told | wrong)
        if "only_if" not in wrong:  # there is nothing yet that it could depend on
            assert page.status_code == 422, wrong
            assert "Price" in page.content.decode()
        else:
            assert page.status_code == 302
            remove(Question.objects.get(), by=sam)
    assert staff.post(f"{at}new/", told).status_code == 302
    reason = Question.objects.get()
    assert [one.text for one in posed(campaign, "th")] == ["Main reason?"]
    price = surveys.option(reason, "Price")
    sentence = "Ask only if the answer to “\u2068Main reason?\u2069” is “\u2068Price\u2069”."
    assert sentence in read(staff, f"{at}new/")
    assert staff.post(f"{at}new/", {"kind": "text", "text": "How much?", "only_if": "77"}).status_code == 422
    assert staff.post(f"{at}new/", {"kind": "text", "text": "How much?", "only_if": price}).status_code == 302
    assert staff.post(f"{at}new/", {"kind": "text", "text": "Anything else?"}).status_code == 302
    amount, other = Question.objects.order_by("place")[1:]
    page = read(staff, at)
    assert "7 or 8 (passives)" in page
    assert sentence in page
    staff.post(at, {"up": amount.pk})  # before what it depends on
    assert "It stays where it is" in read(staff, at)
    staff.post(at, {"up": other.pk})
    staff.post(at, {"down": amount.pk})
    staff.post(at, {"up": reason.pk})
    assert [one.pk for one in Question.objects.order_by("place")] == [reason.pk, other.pk, amount.pk]
    assert staff.post(at, {"up": "77"}).status_code == 404
    for refused in (staff.post(f"{at}{reason.pk}/removal/", follow=True),):
        assert "“\u2068How much?\u2069” is asked only after this answer" in refused.content.decode()
    less = {
        "text": "Main reason?",
        f"option-{price}": "",
        f"option-{surveys.option(reason, 'Speed')}": "Speed",
        "more-1": "X",
    }
    page = staff.post(f"{at}{reason.pk}/", less)
    assert page.status_code == 422
    assert "is asked only after this answer" in page.content.decode()
    assert Option.objects.filter(pk=price, closed_at=None).exists()
    staff.post(f"{at}{other.pk}/removal/")
    assert not Question.objects.filter(pk=other.pk).exists()
    surveys.chose(surveys.answer(campaign, 7), amount, words="A bit")
    page = staff.post(f"{at}{amount.pk}/", {"text": "How much?", "only_if": ""})
    assert page.status_code == 422
    assert "People have answered this where its condition held." in page.content.decode()
    staff.post(f"{at}{amount.pk}/removal/")
    amount.refresh_from_db()
    assert amount.closed_by == sam
    assert "Not asked any more" in read(staff, at)
    assert staff.get(f"{at}{amount.pk}/").status_code == 404
    staff.post(f"{at}{reason.pk}/removal/")  # an answer depends on it no more, a closed question does
    refused = staff.post(f"{at}{amount.pk}/removal/withdrawal/", follow=True)
    assert "What it depends on is not asked any more" in refused.content.decode()
    staff.post(f"{at}{reason.pk}/removal/withdrawal/")
    staff.post(f"{at}{amount.pk}/removal/withdrawal/")
    assert [one.text for one in posed(campaign, "en")] == ["Main reason?", "How much?"]
    for number in range(MOST - 2):
        surveys.question(campaign, f"Number {number}?")
    with pytest.raises(Refused):
        surveys.question(campaign, "One too many?")
    assert Question.objects.filter(closed_at=None).count() == MOST
    other_survey = surveys.survey(kind="csat")
    assert staff.get(f"/desk/surveys/{other_survey.pk}/questions/{reason.pk}/").status_code == 404


def test_nobody_but_staff_writes_questions(client: Client, ann: Member, campaign: Campaign, reason: Question) -> None:
    at = f"/desk/surveys/{campaign.pk}/questions/"
    for path in (at, f"{at}new/", f"{at}{reason.pk}/", f"{at}{reason.pk}/words/pl/", f"{at}{reason.pk}/removal/"):
        assert client.post(path).status_code == 302
        assert signed_in(ann).post(path).status_code == 403
    assert signed_in(ann).get(f"/desk/surveys/{campaign.pk}/choices/").status_code == 403
    assert Question.objects.filter(closed_at=None).count() == 1


def test_staff_read_what_was_chosen_beside_the_answer_and_counted(
    sam: Member, campaign: Campaign, reason: Question
) -> None:
    wish = surveys.question(campaign, "What comes next?", only_if=surveys.option(reason, "Price"))
    ann, bo = surveys.answers(campaign, 3, 7)
    surveys.chose(ann, reason, "Price")
    surveys.chose(ann, wish, words="Tides &\nmoons")
    surveys.chose(bo, reason, "Speed")
    again = surveys.answer(campaign, 8, by=bo.person)  # the latest of each person counts
    surveys.chose(again, reason, "Price")
    staff = signed_in(sam)
    page = read(staff, f"/desk/surveys/answers/{ann.pk}/")
    assert 'What is the main reason?</dt><dd dir="auto">Price</dd>' in page
    assert "Tides &amp;<br>moons" in page
    page = read(staff, f"/desk/surveys/{campaign.pk}/choices/")
    assert re.search(
        r"<bdi>Price</bdi><progress max=\"100\" value=\"100\"[^>]*></progress></th><td class=\"number\">2</td><td class=\"number\">100</td>",
        page,
    )
    assert re.search(r"<bdi>Speed</bdi><progress[^>]*></progress></th><td class=\"number\">0</td>", page)
    assert "Tides &amp;<br>moons" in page
    assert f"/desk/surveys/answers/{ann.pk}/" in page
    before = figures(campaign).counts
    Answer.objects.all().delete()
    assert figures(campaign).counts == before == {3: 1, 8: 1}
    assert "asks nothing of its own" in read(staff, f"/desk/surveys/{surveys.survey(kind='csat').pk}/choices/")


def test_the_pages_cost_the_same_however_many_answer(
    client: Client, ann: Member, sam: Member, campaign: Campaign
) -> None:
    staff = signed_in(sam)
    path = link_of(campaign, ann)
    client.post(path, {"score": "4"})

    def cost(of: Client, at: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert of.get(at).status_code == 200
        return len(queries)

    def grow(number: int) -> None:
        one = surveys.question(campaign, f"Choose {number}", "A", "B", kind="several")
        text = surveys.question(campaign, f"Say {number}", only_if=surveys.option(one, "A"))
        for score in (3, 8, 9) * number:
            there = surveys.answer(campaign, score)
            surveys.chose(there, one, "A", "B")
            surveys.chose(there, text, words="Words")

    pages = [
        (client, path), (staff, f"/desk/surveys/{campaign.pk}/"), (staff, f"/desk/surveys/{campaign.pk}/choices/"),
        (staff, f"/desk/surveys/{campaign.pk}/questions/"),
        (staff, f"/desk/surveys/answers/{Response.objects.get().pk}/"),
    ]  # fmt: skip
    grow(1)
    few = [cost(*page) for page in pages]
    grow(3)
    assert [cost(*page) for page in pages] == few
    assert few[1] <= 12
    assert few[2] <= 12


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_small_cells_stay_closed_where_nobody_is_to_be_known(sam: Member, mia: Member, privacy: str) -> None:
    campaign = surveys.survey(privacy=privacy)
    works = surveys.question(campaign, "Where do you work?", "Sales", "Support", "Legal")
    tools = surveys.question(campaign, "Which do you use?", "App", "Web", "Watch", kind="several")
    legal = surveys.question(campaign, "What of the law?", only_if=surveys.option(works, "Legal"))
    sales = surveys.question(campaign, "What of sales?", only_if=surveys.option(works, "Sales"))
    free = surveys.question(campaign, "Anything else?")
    there = surveys.answers(campaign, *[9] * 40)
    for at, one in enumerate(there):
        name = "Sales" if at < 25 else "Support" if at < 37 else "Legal"
        surveys.chose(one, works, name)
        surveys.chose(one, tools, *["App"] * (at < 38), *["Web"] * (at < 20), *["Watch"] * (at > 36))
        if name == "Legal":
            surveys.chose(one, legal, words="Only we three say this.")
        if name == "Sales":
            surveys.chose(one, sales, words=f"We sell {at}.")
    surveys.chose(there[0], free, words="=Said freely.")
    page = read(signed_in(sam), f"/desk/surveys/{campaign.pk}/choices/")
    assert re.search(
        r"Others together: Support, Legal</bdi><progress[^>]*></progress></th><td class=\"number\">15<", page
    )
    assert re.search(r"<bdi>Sales</bdi><progress[^>]*></progress></th><td class=\"number\">25<", page)
    assert re.search(r"<bdi>Web</bdi><progress[^>]*></progress></th><td class=\"number\">20<", page)
    for name in ("App", "Watch"):  # all but two, and three
        assert re.search(rf"<bdi>{name}</bdi></th><td class=\"number soft\">–<", page)
    assert "Only we three" not in page
    assert page.count("We sell") == 10
    assert "answers/" not in page.partition("Where do you work?")[2]
    assert "Said freely" not in page  # one of a question that one answered
    one = read(signed_in(sam), f"/desk/surveys/answers/{there[0].pk}/")
    assert "Said freely" in one
    for told in ("Sales", "We sell", "Where do you work?"):
        assert told not in one
    for format in ("csv", "json"):
        text = b"".join(signed_in(mia).get(f"/desk/surveys/{campaign.pk}/export/?format={format}")).decode()
        assert text.count("Said freely.") == 1
        for told in ("Sales", "We sell", "Only we three", "Support", "Watch"):
            assert told not in text


def test_what_is_asked_after_a_closed_cell_tells_nothing_of_it() -> None:
    """Twelve in Support are shown together with three: whoever saw twelve answer what only Support is asked knew three."""
    campaign = surveys.survey(privacy="confidential")
    works = surveys.question(campaign, "Where?", "Sales", "Support", "Legal")
    tools = surveys.question(campaign, "With what?", "A", "B", only_if=surveys.option(works, "Support"))
    third = surveys.question(campaign, "Since when?", only_if=surveys.option(tools, "A"))
    for at, one in enumerate(surveys.answers(campaign, *[9] * 40)):
        name = "Sales" if at < 25 else "Support" if at < 37 else "Legal"
        surveys.chose(one, works, name)
        if name == "Support":
            surveys.chose(one, tools, "A")
            surveys.chose(one, third, words="For long")
    found = choices(campaign, "en")
    assert [one.is_closed for one in found] == [False, True, True]
    assert [one.rows for one in found[1:]] == [[], []]
    assert found[2].words == []


@pytest.mark.parametrize(
    ("numbers", "n", "shown"),
    [
        ((22, 20), 40, []),  # two chose both
        ((20, 20), 40, ["A", "B"]),
        ((30, 20), 40, ["A", "B"]),
        ((35, 20), 40, ["B"]),  # five did not
        ((40, 20), 40, ["A", "B"]),
        ((9, 31), 40, []),
    ],
)
def test_those_few_who_chose_both_or_did_not_are_not_told(numbers: tuple[int, int], n: int, shown: list[str]) -> None:
    campaign = surveys.survey(privacy="anonymous")
    one = surveys.question(campaign, "Which?", "A", "B", kind="several")
    first, second = numbers
    for at, there in enumerate(surveys.answers(campaign, *[5] * n)):
        surveys.chose(there, one, *["A"] * (at < first), *["B"] * (at >= n - second))
    rows = choices(campaign, "en")[0].rows
    assert [row.name for row in rows if row.n is not None] == shown


@pytest.fixture
def mia() -> Member:
    return make.member("mia", role="manager")


def test_files_have_a_column_for_each_question_and_run_no_formula(
    mia: Member, campaign: Campaign, reason: Question
) -> None:
    uses = surveys.question(campaign, "=What do you use?", "+Swaps", "API", kind="several")
    wish = surveys.question(campaign, "plan")  # as another column is called
    one = surveys.answer(campaign, 3)
    surveys.answer(campaign, 9)
    surveys.chose(one, reason, "Price")
    surveys.chose(one, uses, "+Swaps", "API")
    surveys.chose(one, wish, words="=1+1")
    manager = signed_in(mia)
    text = b"".join(manager.get(f"/desk/surveys/{campaign.pk}/export/?format=csv")).decode()
    heading, *rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert heading[-3:] == [
        f"question {reason.pk}: What is the main reason?", f"question {uses.pk}: =What do you use?", f"question {wish.pk}: plan",
    ]  # fmt: skip
    assert sorted(row[-3:] for row in rows) == [["", "", ""], ["Price", "'+Swaps; API", "'=1+1"]]
    told = json.loads(b"".join(manager.get(f"/desk/surveys/{campaign.pk}/export/?format=json")))
    assert [one["own"] for one in sorted(told["answers"], key=lambda one: one["score"])] == [
        [
            {"question": "What is the main reason?", "answers": ["Price"]},
            {"question": "=What do you use?", "answers": ["+Swaps", "API"]}, {"question": "plan", "answers": ["=1+1"]},
        ],
        [],
    ]  # fmt: skip


@pytest.mark.parametrize("erases", [True, False])
def test_a_member_gets_a_copy_and_takes_their_words_along(
    client: Client, ann: Member, bo: Member, campaign: Campaign, reason: Question, erases: bool
) -> None:
    wish = surveys.question(campaign, "What comes next?")
    path = link_of(campaign, ann)
    client.post(path, {"score": "4"})
    words = "Ask Ann Okafor, ann@example.com"
    client.post(path + "comment/", {"comment": "", field(reason): surveys.option(reason, "Price"), field(wish): words})
    by_bo = surveys.answer(campaign, 3, by=surveys.person(bo))
    surveys.chose(by_bo, wish, words="As @ann said")
    copy: list[Any] = list(exporters.get("survey-answers-further")(ann))  # type: ignore[misc]
    assert [(one["wording__text"], one["text"]) for one in copy] == [
        ("What is the main reason?", "Price"), ("What comes next?", words),
    ]  # fmt: skip
    leave(ann, erases=erases)
    texts = list(Answer.objects.order_by("pk").values_list("text", flat=True))
    assert "Price" in texts  # a count, as the number is
    assert not [text for text in texts if "Okafor" in text or "ann" in text]
    assert len(texts) == (2 if erases else 3)


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_words_beside_an_answer_do_not_tell_its_language(sam: Member, privacy: str) -> None:
    campaign = surveys.survey(privacy=privacy)
    wish = surveys.question(campaign, "What comes next?")
    reword_question(wish, "th", "อยากได้อะไรต่อ", {}, by=sam)
    thai = wish.wordings.get(language="th")
    surveys.answers(campaign, *[8] * 9)
    one = surveys.answer(campaign, 9, language="th")
    Answer.objects.create(response=one, question=wish, wording=thai, text="API")
    page = read(signed_in(sam), f"/desk/surveys/answers/{one.pk}/")
    assert "API" in page
    assert "What comes next?" in page
    assert "อยากได้อะไรต่อ" not in page
    assert 'dir="auto" lang="th"' not in page
