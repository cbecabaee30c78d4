"""Pages that ask and answer at the same moment: one person, asked once, one answer."""

import json

import pytest
from django.test import Client

from community.members.models import Member
from surveys.embed.identity import signature
from surveys.embed.models import Widget
from surveys.people.models import Person
from surveys.responses.models import Invitation, Response
from tests import make, surveys
from tests.test_races import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 6


@pytest.fixture
def widget(transactional_db: None) -> Widget:
    make.site()
    return surveys.widget(surveys.survey(audience={"by_mail": False}))


def post(path: str, said: object) -> dict[str, str]:
    answer = Client().post(path, json.dumps(said), content_type="text/plain")
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[no-any-return]


def who(widget: Widget, **said: str) -> dict[str, str]:
    return {**said, "hash": signature(widget.secret, "\n".join(said.values()))}


@pytest.mark.parametrize("said", [{"id": "42"}, {"email": "ann@example.com"}, {"id": "42", "email": "ann@example.com"}])
def test_many_pages_of_one_person_make_them_once_and_ask_once(
    widget: Widget, said: dict[str, str], ann: Member
) -> None:
    make.confirmed(ann)
    told = at_once([lambda: post(f"{widget.path}ask/", who(widget, **said))["ticket"] for _ in range(TIMES)])
    assert not errors(told), told
    assert Person.objects.count() == 1
    shown = at_once([lambda one=one: post(f"{widget.path}shown/", {"ticket": one}) for one in told])
    assert not errors(shown), shown
    assert sum(bool(one) for one in shown) == 1
    assert Invitation.objects.count() == 1


def test_two_surveys_and_a_draw_ask_one_person_once(widget: Widget, ann: Member) -> None:
    surveys.person(ann)
    others = [
        surveys.widget(surveys.survey(kind=kind, audience={"by_mail": False})) for kind in ("csat", "relationship")
    ]
    mailed = surveys.survey(kind="transactional")
    email = {"email": "ann@example.com"}
    tickets = [(one, post(f"{one.path}ask/", who(one, **email))["ticket"]) for one in (widget, *others)]
    acts = [lambda one=one, ticket=ticket: post(f"{one.path}shown/", {"ticket": ticket}) for one, ticket in tickets]
    done = at_once([*acts, lambda: surveys.chosen(mailed)])
    assert not errors(done), done
    assert Invitation.objects.exclude(asked_at=None).count() <= 1
    assert sum(bool(one) for one in done[:3]) == Invitation.objects.exclude(asked_at=None).count()


@pytest.mark.parametrize("said", [{}, {"id": "42"}])
def test_an_answer_that_is_sent_many_times_at_once_is_one(widget: Widget, said: dict[str, str]) -> None:
    ticket = post(f"{widget.path}ask/", who(widget, **said) if said else {})["ticket"]
    path = post(f"{widget.path}shown/", {"ticket": ticket})["at"]
    acts = [lambda n=n: Client().post(path, {"score": str(n)}).status_code for n in range(TIMES)]
    assert at_once(acts) == [302] * TIMES
    assert Response.objects.count() == 1
