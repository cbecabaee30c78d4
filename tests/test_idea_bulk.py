"""What staff do to several ideas at once: all or nothing, without script."""

from collections.abc import Callable

import pytest
from django.test import Client

from community.conversations.models import Reply
from community.feedback.models import Item
from community.members.models import Member
from community.notifications.models import Notification
from roadmap.ideas.bulk import MOST
from roadmap.ideas.models import Idea, Merge
from roadmap.stages.models import Move
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/ideas/bulk/"


@pytest.fixture
def three(ann: Member, bo: Member) -> list[Idea]:
    found = [ideas.idea(f"Idea {number}", by=make.member(f"m{number}")) for number in range(3)]
    ideas.voted(found[1], ann, bo)
    return found


def chosen(found: list[Idea], act: str, **said: object) -> dict[str, object]:
    return {"idea": [idea.pk for idea in found], "act": act, **said}


def items(found: list[Idea]) -> list[Item]:
    return list(Item.objects.filter(pk__in=[idea.pk for idea in found]).order_by("pk"))


def test_staff_choose_on_the_board(three: list[Idea], sam: Member, bo: Member) -> None:
    ideas.area("pay")
    for path in ("/ideas/", "/ideas/?view=list", "/ideas/?order=new&area=app"):
        page = signed_in(sam).get(path).content.decode()
        assert page.count('form="bulk"') == 3
        assert 'id="bulk" method="get" action="/ideas/bulk/"' in page
        assert 'form="bulk"' not in signed_in(bo).get(path).content.decode()


def test_a_step_shows_what_was_chosen_and_changes_nothing(three: list[Idea], sam: Member) -> None:
    for act in ("stage", "area", "label", "merge", "odd"):
        answer = signed_in(sam).get(ADDRESS, chosen(three[:2], act))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count('name="idea"') == 2
        assert "Idea 0" in page
        assert "Idea 2" not in page
    assert not Move.objects.exists()


def test_to_one_stage_with_one_answer(three: list[Idea], sam: Member, ann: Member) -> None:
    browser, planned = signed_in(sam), ideas.stage("planned")
    ideas.moved(three[2], "planned", by=sam)
    refused = browser.post(ADDRESS, chosen(three, "stage", stage=planned.pk))
    assert (refused.status_code, "Say in public why" in refused.content.decode()) == (422, True)
    assert Move.objects.count() == 1
    said = chosen(three, "stage", stage=planned.pk, answer="It comes this winter.", tells="on")
    assert browser.post(ADDRESS, said).headers["Location"] == "/ideas/?view=list"
    assert {item.stage for item in items(three)} == {"planned"}
    assert Move.objects.count() == 3
    assert Reply.objects.filter(item__body="It comes this winter.", is_official=True).count() == 2
    assert "2 ideas are changed." in browser.get("/ideas/").content.decode()
    tasks.run_all()
    assert Notification.objects.filter(recipient=ann, topic="moved").count() == 1


def test_into_one_area_and_under_a_label(three: list[Idea], sam: Member) -> None:
    browser, pay, label = signed_in(sam), ideas.area("pay"), make.label("sync")
    make.reply(three[0], by=sam)  # type: ignore[arg-type]
    browser.post(ADDRESS, chosen(three[:2], "area", area=pay.pk))
    assert [item.place.slug for item in items(three) if item.place] == ["pay", "pay", "app"]
    assert set(Item.objects.filter(reply__about=three[0].pk).values_list("place", flat=True)) == {pay.pk}
    three[0].item.labels.add(label)
    browser.post(ADDRESS, chosen(three[:2], "label", label=label.pk))
    assert [item.labels.count() for item in items(three)] == [1, 1, 0]
    assert "1 idea is changed." in browser.get("/ideas/").content.decode()


def test_into_one_of_them(three: list[Idea], sam: Member) -> None:
    browser = signed_in(sam)
    page = browser.get(ADDRESS, chosen(three, "merge")).content.decode()
    assert f'name="target" value="{three[1].pk}"' in page
    browser.post(ADDRESS, chosen(three, "merge", target=three[1].pk))
    assert set(Merge.objects.values_list("source", "target")) == {(three[n].pk, three[1].pk) for n in (0, 2)}
    assert [item.vote_count for item in items(three)] == [0, 5, 0]


def test_nothing_is_done_where_one_stands_in_the_way(three: list[Idea], sam: Member) -> None:
    browser = signed_in(sam)
    gone = ideas.idea("Gone", by=make.member("dee"))
    browser.post(f"/ideas/{gone.pk}/merge/", {"into": three[0].pk})
    said = chosen([*three, gone], "stage", stage=ideas.stage("building").pk)
    answer = browser.post(ADDRESS, said)
    page = answer.content.decode()
    assert (answer.status_code, "Gone" in page, "Nothing was changed." in page) == (422, True, True)
    assert {item.stage for item in items(three)} == {"new"}
    answer = browser.post(ADDRESS, chosen(three, "merge", target=three[2].pk))  # others went into the first
    assert (answer.status_code, Merge.objects.count()) == (422, 1)


@pytest.mark.parametrize(
    ("odd", "status"),
    [
        (lambda found: ["99999999", found[0].pk], 404),
        (lambda found: [make.thread().pk, found[0].pk], 404),
        (lambda found: ["x", found[0].pk], 404),
        (lambda found: ["٣"], 404),
        (lambda found: [], 302),
        (lambda found: list(range(1, MOST + 2)), 403),
    ],
)
def test_B37_one_that_is_none_refuses_all(
    odd: Callable[[list[Idea]], list[object]], status: int, three: list[Idea], sam: Member
) -> None:
    for ask in ("get", "post"):
        said = {"idea": odd(three), "act": "area", "area": ideas.area("pay").pk}
        assert getattr(signed_in(sam), ask)(ADDRESS, said).status_code == status
    assert {item.place.slug for item in items(three) if item.place} == {"app"}


def test_it_is_for_staff(three: list[Idea], bo: Member) -> None:
    said = chosen(three, "stage", stage=ideas.stage("building").pk)
    assert signed_in(bo).post(ADDRESS, said).status_code == 403
    assert Client().post(ADDRESS, said).status_code == 302
    assert {item.stage for item in items(three)} == {"new"}
