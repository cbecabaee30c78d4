"""Staff change the questions of a survey while people answer them."""

import pytest
from django.test import Client

from community.members.models import Member
from surveys.campaigns.models import Campaign
from surveys.campaigns.questions import Option, Question
from surveys.campaigns.write_questions import Written, remove, rewrite
from surveys.responses.links import path_of
from surveys.responses.models import Answer, Invitation
from surveys.responses.respond import respond
from tests import make, surveys
from tests.conftest import signed_in
from tests.test_races import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("act", ["remove", "rewrite"])
def test_what_is_answered_in_the_moment_of_its_removal_is_kept_or_told(act: str, transactional_db: None) -> None:
    make.site()
    sam = make.member("sam", role="agent")
    campaign = surveys.survey()
    people = [surveys.person(make.member(f"m{n}")) for n in range(4)]
    surveys.chosen(campaign)
    Invitation.objects.update(state="sent", asked_at="2026-01-01T00:00Z", expires_at=None)
    for _round in range(4):
        question = surveys.question(campaign, "Why?", "Price", "Speed")
        price, speed = surveys.option(question, "Price"), surveys.option(question, "Speed")
        invited = Invitation.objects.filter(person__in=people)
        for one in invited:
            respond(one, 3)
        paths = [f"{path_of(one)}comment/" for one in invited]
        told = {"comment": "", f"question-{question.pk}": price}

        def change(question: Question = question, speed: int = speed, by: Member = sam) -> int:
            if act == "remove":
                remove(question, by=by)
            else:
                rewrite(question, Written("Why?", options={speed: "Speed"}, added=["Size"]), by=by)
            return 200

        done = at_once(
            [change, *(lambda path=path, told=told: Client().post(path, told).status_code for path in paths)]
        )
        assert not errors(done), done
        assert set(done) <= {200, 422}
        for answer in Answer.objects.filter(question=question):
            assert Option.objects.filter(pk=answer.option_id).exists()
        Question.objects.filter(closed_at=None).update(closed_at="2026-01-01T00:00Z")


def test_settings_that_are_saved_in_the_moment_of_its_end_do_not_begin_it_anew(transactional_db: None) -> None:
    make.site()
    campaign = surveys.survey(owner=make.member("sam", role="agent"))
    staff, other = signed_in(campaign.owner), signed_in(campaign.owner)
    path = campaign.get_absolute_url()
    told = {"name": "Autumn", "colours": "neutral", "owner": campaign.owner.pk, "window_days": 30}
    for _round in range(6):
        Campaign.objects.update(state="running", ended_at=None)
        done = at_once(
            [
                lambda: staff.post(f"{path}edit/", told).status_code,
                lambda: other.post(f"{path}state/", {"state": "ended"}).status_code,
            ]
        )
        assert done == [302, 302]
        assert [(one.state, one.name) for one in Campaign.objects.all()] == [("ended", "Autumn")]
