"""The roadmap: features planned, dated, moved with their ideas, and what of them may be read by whom."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.models import Item, Link
from community.members.models import Member
from community.notifications.follow import set_level
from community.notifications.models import Level, Notification
from roadmap.features.models import Feature, Fit, Part, Promise, end_of_quarter, quarter_of
from roadmap.features.move import move_feature
from roadmap.features.plan import When, gather, let_go, retarget
from roadmap.features.roadmap import horizon_of
from roadmap.ideas.models import Idea
from roadmap.stages.models import Move
from roadmap.stages.move import Step
from tests import ideas, make, tasks
from tests.conftest import signed_in
from tests.test_ideas import titles

pytestmark = pytest.mark.django_db


def said(**fields: object) -> dict[str, object]:
    return {
        "title": "A night theme", "why": "Eyes rest.", "body": "Dark **colours**.", "stage": ideas.stage("planned").pk,
        "precision": "horizon", "horizon": "next", "confidence": "low", "visibility": "public", "language": "en",
        "area": ideas.area().pk, "progress": 10, "notes": "Ask legal.",
    } | fields  # fmt: skip


def columns(page: str) -> dict[str, list[str]]:
    """Key → titles of its cards."""
    found = {}
    for part in page.split("data-column=")[1:]:
        key = part.partition('"')[2].partition('"')[0]
        found[key] = [one.partition("<bdi>")[2].partition("</bdi>")[0] for one in part.split('class="row-title"')[1:]]
    return found


def test_staff_plan_a_feature(sam: Member, ann: Member, client: Client) -> None:
    assert signed_in(ann).post("/roadmap/new/", said()).status_code == 403
    answer = signed_in(sam).post("/roadmap/new/", said())
    feature = Feature.objects.select_related("item").get()
    assert answer.headers["Location"] == feature.item.path == f"/roadmap/{feature.pk}/a-night-theme/"
    assert (feature.item.author, feature.item.stage, feature.progress) == (None, "planned", 10)
    page = client.get(feature.item.path).content.decode()
    assert "Dark <strong>colours</strong>." in page
    assert "Next" in page
    assert "A hope" in page
    assert "Ask legal." not in page
    assert "Ask legal." not in signed_in(ann).get(feature.item.path).content.decode()
    assert "Ask legal." in signed_in(sam).get(feature.item.path).content.decode()
    assert columns(client.get("/roadmap/").content.decode())["planned"] == ["A night theme"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"body": ""}, "This field is required"),
        ({"precision": "date"}, "Choose a day"),
        ({"progress": 101}, "100"),
        ({"stage": ""}, "This field is required"),
        ({"precision": "odd"}, "valid choice"),
        ({"visibility": "private"}, "valid choice"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(fields: dict[str, object], says: str, sam: Member) -> None:
    answer = signed_in(sam).post("/roadmap/new/", said(**fields))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "A night theme" in page
    assert not Feature.objects.exists()


def test_every_target_that_the_public_saw_is_kept(sam: Member, client: Client) -> None:
    feature = ideas.feature(when=When("date", "later", date(2027, 2, 1), "high"))
    browser = signed_in(sam)
    assert "What we said before" not in client.get(feature.item.path).content.decode()
    same = said(precision="date", due_on="2027-02-01", confidence="high")
    browser.post(f"/roadmap/{feature.pk}/edit/", same | {"progress": 50})
    assert Promise.objects.count() == 1  # the public reads the same
    browser.post(f"/roadmap/{feature.pk}/edit/", same | {"due_on": "2027-05-01", "reason": "Night shifts are harder."})
    assert [one.due_on for one in Promise.objects.all()] == [date(2027, 2, 1), date(2027, 5, 1)]
    page = client.get(feature.item.path).content.decode()
    assert "What we said before" in page
    assert page.index("Feb. 1, 2027") < page.index("Night shifts are harder.")


def test_targets_become_columns_of_time() -> None:
    today = date(2026, 11, 30)
    for due, wanted in (
        (date(2026, 1, 1), "now"), (date(2026, 12, 31), "now"), (date(2027, 1, 1), "next"), (date(2027, 3, 31), "next"),
        (date(2027, 4, 1), "later"), (None, "later"),
    ):  # fmt: skip
        feature = Feature(precision="date" if due else "horizon", due_on=due, horizon="later")
        assert horizon_of(feature, today) == wanted
    assert [end_of_quarter(2026, number) for number in (1, 4, 5, 0)] == [
        date(2026, 3, 31), date(2026, 12, 31), date(2027, 3, 31), date(2025, 12, 31),
    ]  # fmt: skip
    assert [quarter_of(date(2026, month, 1)) for month in (1, 3, 4, 12)] == [1, 1, 2, 4]


def test_the_roadmap_by_stage_and_by_time(client: Client) -> None:
    ideas.feature("Soon", "building", "now")
    ideas.feature("Then", "planned", "next", area=ideas.area("pay"))
    ideas.feature("Some day", "considering", "later")
    ideas.feature("Done", "shipped", "now")
    by_stage = columns(client.get("/roadmap/").content.decode())
    assert by_stage == {"considering": ["Some day"], "planned": ["Then"], "building": ["Soon"], "shipped": ["Done"]}
    by_time = columns(client.get("/roadmap/?by=time").content.decode())
    assert by_time == {"now": ["Soon"], "next": ["Then"], "later": ["Some day"]}
    assert columns(client.get("/roadmap/?area=pay").content.decode())["planned"] == ["Then"]
    assert client.get("/roadmap/?area=odd&by=odd&column=odd").status_code == 200


def test_ten_stand_in_a_column_and_the_rest_is_a_link_away(client: Client) -> None:
    for number in range(12):
        ideas.feature(f"Feature {number}")
    page = client.get("/roadmap/").content.decode()
    assert columns(page)["planned"] == [f"Feature {number}" for number in range(11, 1, -1)]
    assert 'href="/roadmap/?column=planned"' in page
    assert len(columns(client.get("/roadmap/?column=planned").content.decode())["planned"]) == 12


def test_the_roadmap_costs_the_same_for_many(bo: Member, sam: Member, client: Client) -> None:
    def cost(browser: Client, url: str) -> int:
        browser.get("/ideas/")
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(url).status_code == 200
        return len(caught)

    urls = ["/roadmap/", "/roadmap/?by=time", ideas.feature("First").item.path]
    few = [cost(signed_in(bo), url) for url in urls]
    feature = Feature.objects.get()
    for number in range(15):
        gather(feature, ideas.idea(f"Wish {number}", by=make.member(f"m{number}")), by=sam)
        ideas.feature(f"More {number}", "building")
    many = [cost(browser, url) for browser in (signed_in(bo), signed_in(sam)) for url in urls]
    assert max(few[:2] + many[:2] + many[3:5]) <= 9
    assert many[:2] == few[:2]
    assert max(many[2], many[5]) <= 14
    assert all(cost(Client(), f"{url}{'&' if '?' in url else '?'}x={at}") <= 8 for at, url in enumerate(urls))


def test_a_feature_gathers_ideas(ann: Member, bo: Member, sam: Member, client: Client) -> None:
    feature, idea = ideas.feature(), ideas.idea(by=ann)
    other = ideas.feature("Another")
    ideas.voted(idea, bo)
    browser = signed_in(sam)
    for wanted in (str(idea.pk), idea.item.path, f"#{idea.pk}", f"https://x.example{idea.item.path}"):
        browser.post(f"/roadmap/{feature.pk}/ideas/", {"idea": wanted})
    assert Part.objects.count() == Link.objects.filter(kind="part_of").count() == 1
    gather(other, idea, by=sam)  # an idea may feed several
    for wanted in ("", "odd", "99999999", "9" * 30):
        assert browser.post(f"/roadmap/{feature.pk}/ideas/", {"idea": wanted}).status_code == 422
    page = client.get(feature.item.path).content.decode()
    assert titles_in(page) == ["Dark mode"]
    assert "2 votes" in page
    card = client.get("/roadmap/").content.decode()
    assert "1 idea" in card
    assert "2 votes" in card
    shown = client.get(idea.item.path).content.decode()
    assert feature.item.path in shown
    assert other.item.path in shown
    browser.post(f"/roadmap/{feature.pk}/ideas/{idea.pk}/withdrawal/")
    assert titles_in(client.get(feature.item.path).content.decode()) == []
    assert Part.objects.get().feature == other
    let_go(other, idea, by=sam)
    assert not Link.objects.exists()


def titles_in(page: str) -> list[str]:
    return [part.partition("<bdi>")[2].partition("</bdi>")[0] for part in page.split('class="row-title"')[1:]]


def test_private_ideas_are_neither_shown_nor_counted(ann: Member, sam: Member, client: Client) -> None:
    feature = ideas.feature()
    secret = ideas.idea("Secret plan", by=ann, is_private=True)
    gather(feature, secret, by=sam)
    for browser, count in ((client, 0), (signed_in(make.member("cy")), 0), (signed_in(ann), 1), (signed_in(sam), 1)):
        page = browser.get(feature.item.path).content.decode()
        assert titles_in(page) == ["Secret plan"] * count
        assert f"{count} idea" in browser.get("/roadmap/").content.decode()


def test_a_move_takes_the_ideas_along_and_tells_each_supporter_once(
    ann: Member, bo: Member, cy: Member, sam: Member, client: Client
) -> None:
    feature = ideas.feature()
    first, second, ended = (
        ideas.idea("One", "First.", by=ann),
        ideas.idea("Two", "Second.", by=bo),
        ideas.idea("Over", "Long ago.", by=ann),
    )
    ideas.voted(second, ann)
    ideas.moved(ended, "declined")
    for idea in (first, second, ended):
        gather(feature, idea, by=sam)
    set_level(cy, feature.item, Level.WATCHING)
    tasks.run_all()
    Notification.objects.all().delete()
    step = Step(ideas.stage("building"), "We have begun.", tells=True)
    moved = move_feature(feature, step, by=sam)
    tasks.run_all()
    assert [one.stage.kind for one in Idea.objects.order_by("pk")] == ["building", "building", "declined"]
    assert Idea.objects.get(pk=first.pk).answered_at is not None
    told = dict(Notification.objects.filter(topic="moved").values_list("recipient__handle", "item"))
    assert told == {"ann": feature.pk, "bo": feature.pk, "cy": feature.pk}
    assert Notification.objects.count() == 3
    assert Move.objects.filter(item=first.pk).get().by == sam
    assert "We have begun." in client.get(feature.item.path).content.decode()
    move_feature(Feature.objects.get(pk=feature.pk), Step(ideas.stage("shipped"), "Here."), by=sam, with_ideas=False)
    assert Idea.objects.get(pk=first.pk).stage.kind == "building"
    assert moved.item_id == feature.pk


def test_the_form_of_a_move_begins_where_the_card_was_dropped(sam: Member) -> None:
    feature = ideas.feature()
    page = signed_in(sam).get(f"/roadmap/{feature.pk}/stage/?to=building").content.decode()
    assert f'<option value="{ideas.stage("building").pk}" selected>' in page
    said = {"stage": ideas.stage("building").pk, "answer": "Begun.", "with_ideas": "on"}
    assert signed_in(sam).post(f"/roadmap/{feature.pk}/stage/", said).headers["Location"] == feature.item.path
    assert Feature.objects.get().stage.kind == "building"


def test_a_card_moves_in_time(ann: Member, sam: Member, client: Client) -> None:
    feature = ideas.feature()
    address = f"/roadmap/{feature.pk}/target/"
    assert signed_in(ann).post(address, {"horizon": "now"}).status_code == 403
    assert signed_in(sam).post(address, {"horizon": "odd"}).status_code == 302
    assert columns(client.get("/roadmap/?by=time").content.decode())["next"] == ["A night theme"]
    before = client.get("/roadmap/changes/").content
    signed_in(sam).post(address, {"horizon": "now"})
    assert columns(client.get("/roadmap/?by=time").content.decode())["now"] == ["A night theme"]
    assert client.get("/roadmap/changes/").content != before
    assert [one.horizon for one in Promise.objects.all()] == ["next", "now"]
    retarget(Feature.objects.get(), "now", by=sam)
    assert Promise.objects.count() == 2


def test_whether_it_solves_it(ann: Member, bo: Member, sam: Member, client: Client) -> None:
    feature = ideas.feature(kind="shipped")
    address = f"/roadmap/{feature.pk}/fit/"
    assert client.post(address, {"solves": "yes"}).status_code == 302
    for handle in ("ann", "bo"):
        signed_in(make.member(handle)).post(address, {"solves": "no", "why": f"No graph for {handle}."})
    signed_in(ann).post(address, {"solves": "yes"})
    signed_in(ann).post(address, {"solves": "odd"})
    assert dict(Fit.objects.values_list("member__handle", "solves")) == {"ann": True, "bo": False}
    page = client.get(feature.item.path).content.decode()
    assert "1 person says yes" in page
    assert "1 says not yet" in page
    assert "No graph" not in page
    assert "No graph for bo." in signed_in(sam).get(feature.item.path).content.decode()


def test_nobody_votes_for_a_feature_itself(ann: Member) -> None:
    feature = ideas.feature()
    answer = signed_in(ann).post(f"/items/{feature.pk}/vote/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert Item.objects.get(pk=feature.pk).vote_count == 0


def test_a_feature_for_one_group(bo: Member, cy: Member, sam: Member, client: Client) -> None:
    group = make.group("beta", bo)
    signed_in(sam).post("/roadmap/new/", said(visibility="group", group=group.pk))
    path = Feature.objects.select_related("item").get().item.path
    assert [signed_in(one).get(path).status_code for one in (bo, cy, sam)] == [200, 404, 200]
    assert client.get(path).status_code == 404
    assert columns(signed_in(cy).get("/roadmap/").content.decode())["planned"] == []
    assert columns(signed_in(bo).get("/roadmap/").content.decode())["planned"] == ["A night theme"]
    assert signed_in(sam).post("/roadmap/new/", said(visibility="group")).status_code == 422


def test_replies_and_search(ann: Member, client: Client) -> None:
    feature = ideas.feature()
    signed_in(ann).post(f"/items/{feature.pk}/reply/", {"body": "At last."})
    assert "At last." in client.get(feature.item.path).content.decode()
    assert feature.item.path in client.get("/search/?q=night+theme&kind=feature").content.decode()
    assert titles(client.get("/ideas/")) == []


@pytest.mark.parametrize("title", ["Edit", "Stage", "Ideas", "Target", "Fit"])
def test_a_feature_with_the_name_of_a_page_below_it_has_a_page(title: str, client: Client) -> None:
    assert title in client.get(ideas.feature(title).item.path).content.decode()
