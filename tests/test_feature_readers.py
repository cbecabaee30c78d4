"""What of a feature reaches whom: the ideas that move with it, what was promised to a few, and merged or hidden ideas."""

import pytest
from django.test import Client

from community.feedback.models import Item
from community.feedback.places import Place
from community.feedback.readers import all_may_read
from community.members.models import Member
from community.notifications.models import Notification
from roadmap.features.models import Feature, Part, Promise
from roadmap.features.move import left_behind, move_feature
from roadmap.features.plan import Planned, When, edit_feature, gather, retarget
from roadmap.ideas.merge import merge
from roadmap.ideas.models import Idea
from roadmap.stages.move import Step
from tests import ideas, make, tasks
from tests.conftest import signed_in
from tests.test_features import columns

pytestmark = pytest.mark.django_db
BUILDING = "We have begun."


def fresh(feature: Feature) -> Feature:
    return Feature.objects.select_related("item__place", "item__group", "stage").get(pk=feature.pk)


def stage_of(idea: Idea) -> str:
    return Idea.objects.get(pk=idea.pk).stage.kind


def test_a_feature_of_a_group_leaves_public_ideas_where_they_are(
    ann: Member, bo: Member, cy: Member, sam: Member, client: Client
) -> None:
    group = make.group("beta", cy)
    beta = ideas.area("beta", audience="group", group=group)
    public, inside = ideas.idea(by=ann), ideas.idea("Of the beta", "Two.", by=cy, area=beta)
    ended = ideas.idea("Over", "Three.", by=ann)
    ideas.moved(ended, "declined")
    ideas.voted(public, bo)
    feature = ideas.feature(visibility="group", group=group)
    for idea in (public, inside, ended):
        gather(feature, idea, by=sam)
    page = signed_in(sam).get(f"/roadmap/{feature.pk}/stage/").content.decode()
    assert "1 of its ideas stays where it is: more people read it than this feature" in page
    tasks.run_all()
    Notification.objects.all().delete()
    said = {"stage": ideas.stage("building").pk, "answer": BUILDING, "with_ideas": "on", "tells": "on"}
    assert signed_in(sam).post(f"/roadmap/{feature.pk}/stage/", said).status_code == 302
    tasks.run_all()
    assert [stage_of(one) for one in (public, inside, ended)] == ["new", "building", "declined"]
    assert Idea.objects.get(pk=public.pk).answered_at is None
    assert Idea.objects.get(pk=inside.pk).answered_at is not None
    assert set(Notification.objects.filter(topic="moved").values_list("recipient__handle", flat=True)) == {"cy"}


def test_a_public_feature_takes_private_ideas_along_and_the_form_says_nothing(ann: Member, sam: Member) -> None:
    secret = ideas.idea("Secret plan", by=ann, is_private=True)
    feature = ideas.feature()
    gather(feature, secret, by=sam)
    assert "more people read" not in signed_in(sam).get(f"/roadmap/{feature.pk}/stage/").content.decode()
    move_feature(feature, Step(ideas.stage("building"), BUILDING), by=sam)
    assert stage_of(secret) == "building"


def test_what_stays_is_counted(ann: Member, sam: Member) -> None:
    feature = ideas.feature(visibility="members")
    for number in range(3):
        gather(feature, ideas.idea(f"Idea {number}", by=make.member(f"m{number}")), by=sam)
    gather(feature, ideas.idea("Secret plan", by=ann, is_private=True), by=sam)
    assert left_behind(fresh(feature)) == 3
    page = signed_in(sam).get(f"/roadmap/{feature.pk}/stage/").content.decode()
    assert "3 of its ideas stay where they are: more people read them" in page


def test_who_reads_one_item_reads_another(ann: Member) -> None:
    group, other = make.group("beta", ann), make.group("gamma")
    open_area, beta = ideas.area(), ideas.area("beta", audience="group", group=group)
    members, staff = ideas.area("members", audience="members"), ideas.area("staff", audience="staff")

    def item(visibility: str, place: Place | None = open_area, **fields: object) -> Item:
        return Item(kind="idea", visibility=visibility, place=place, author=ann, **fields)

    widest_first = [item("public"), item("members"), item("group", group=group), item("staff")]
    for wide, one in enumerate(widest_first):
        for narrow, another in enumerate(widest_first):
            assert all_may_read(one, another) == (wide <= narrow)
    assert all_may_read(item("public", None), item("public"))
    assert all_may_read(item("group", group=group), item("public", beta))
    assert all_may_read(item("public", beta), item("group", group=group))
    assert not all_may_read(item("group", group=other), item("public", beta))
    assert all_may_read(item("members"), item("company"))
    assert all_may_read(item("members"), item("public", members))
    assert not all_may_read(item("public", members), item("public"))
    assert not all_may_read(item("group", group=group), item("company"))
    assert all_may_read(item("staff"), item("public", staff))
    assert not all_may_read(item("public", state="hidden"), item("public"))
    assert all_may_read(item("public"), item("public", state="hidden"))


# What was promised.


def edited(feature: Feature, sam: Member, horizon: str, reason: str = "", **fields: object) -> None:
    fields.setdefault("area", ideas.area())
    when = When("horizon", horizon, None, "medium")
    said = Planned("A night theme", "Dark colours everywhere.", "Why.", when, reason=reason, **fields)  # type: ignore[arg-type]
    edit_feature(fresh(feature), said, by=sam)


def promised(viewer: Member | None, feature: Feature) -> list[str]:
    """The targets that a page shows, with their reasons."""
    browser = signed_in(viewer) if viewer else Client()
    page = browser.get(Item.objects.get(pk=feature.pk).path).content.decode()
    part = page.partition("promises-head")[2].partition("</section>")[0]
    found = []
    for one in part.split('class="move"')[1:]:
        reason = one.partition('<p class="small" dir="auto">')[2].partition("</p>")[0]
        found.append(" ".join([one.partition("<b>")[2].partition("</b>")[0], reason]).strip())
    return found


def test_what_was_said_to_a_group_stays_with_it(ann: Member, cy: Member, sam: Member) -> None:
    group = make.group("beta", cy)
    feature = ideas.feature(visibility="group", group=group, horizon="now")
    retarget(fresh(feature), "later", by=sam, reason="Acme lost us a month.")
    assert promised(cy, feature) == ["Now", "Later Acme lost us a month."]
    edited(feature, sam, "later")
    assert promised(None, feature) == promised(ann, feature) == []
    assert promised(cy, feature) == promised(sam, feature) == ["Now", "Later Acme lost us a month."]
    retarget(fresh(feature), "next", by=sam, reason="We found the time.")
    assert promised(None, feature) == ["Later", "Next We found the time."]
    assert promised(cy, feature) == ["Now", "Later Acme lost us a month.", "Next We found the time."]
    page = signed_in(sam).get(feature.item.path).content.decode().partition("promises-head")[2]
    assert page.partition("</section>")[0].count("One group") == 2
    assert "One group" not in signed_in(cy).get(feature.item.path).content.decode().partition("promises-head")[2]


def test_a_reason_that_is_said_while_it_is_opened_is_for_everybody(sam: Member) -> None:
    feature = ideas.feature(visibility="members", horizon="now")
    edited(feature, sam, "later", "Night shifts are harder.")
    edited(feature, sam, "next")
    assert promised(None, feature) == ["Later Night shifts are harder.", "Next"]


def test_an_area_that_is_opened_shows_no_reasons_of_before(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    group, other = make.group("beta", cy), make.group("gamma", bo)
    area = ideas.area("beta", audience="group", group=group)
    feature = ideas.feature(area=area, horizon="now")
    retarget(fresh(feature), "later", by=sam, reason="Acme.")
    for visibility, whose in (("group", other), ("members", None)):
        edited(feature, sam, "later", visibility=visibility, group=whose)
    assert promised(ann, feature) == promised(bo, feature) == []
    edited(feature, sam, "next", visibility="members")
    edited(feature, sam, "next")
    assert promised(ann, feature) == promised(bo, feature) == ["Later", "Next"]
    assert promised(cy, feature) == ["Now", "Later Acme.", "Next"]
    assert promised(None, feature) == []  # the first that everybody reads


def test_what_is_narrowed_keeps_what_everybody_saw(cy: Member, sam: Member) -> None:
    feature = ideas.feature(horizon="now")
    retarget(fresh(feature), "next", by=sam, reason="In public.")
    edited(feature, sam, "next", visibility="group", group=make.group("beta", cy))
    assert Promise.objects.count() == 2
    retarget(fresh(feature), "later", by=sam, reason="Inside.")
    edited(feature, sam, "later")
    assert promised(None, feature) == ["Now", "Next In public.", "Later"]
    assert promised(cy, feature) == ["Now", "Next In public.", "Later Inside."]


# What it gathers, and where its card goes.


def test_a_feature_gathers_what_a_merged_idea_became(ann: Member, bo: Member, sam: Member) -> None:
    gone, stays = ideas.idea("Night", "One.", by=ann), ideas.idea("Dark", "Two.", by=bo)
    merge(gone.item, stays.item, by=sam)
    feature, browser = ideas.feature(), signed_in(sam)
    for said in (gone.pk, gone.item.path, stays.pk):
        assert browser.post(f"/roadmap/{feature.pk}/ideas/", {"idea": str(said)}).status_code == 302
    assert Part.objects.get().idea == stays


def test_staff_let_go_of_anything_that_is_gathered(ann: Member, sam: Member) -> None:
    feature, browser = ideas.feature(), signed_in(sam)
    made = [ideas.idea(f"Idea {number}", by=make.member(f"m{number}")) for number in range(52)]
    for idea in made:
        gather(feature, idea, by=sam)
    hidden, removed = made[0], made[1]
    Item.objects.filter(pk=hidden.pk).update(state="hidden")
    Item.objects.filter(pk=removed.pk).update(state="removed")
    page = browser.get(f"/roadmap/{feature.pk}/ideas/").content.decode()
    assert page.count("/withdrawal/") == 52
    assert page.count("Hidden") == page.count("Removed") == 1
    for idea in (hidden, removed):
        assert f"/roadmap/{feature.pk}/ideas/{idea.pk}/withdrawal/" in page
        browser.post(f"/roadmap/{feature.pk}/ideas/{idea.pk}/withdrawal/")
    assert Part.objects.count() == 50


@pytest.mark.parametrize("address", ["/roadmap/?column=planned", "/roadmap/?by=time&column=next"])
def test_a_card_in_a_column_of_its_own_can_be_moved(address: str, ann: Member, sam: Member) -> None:
    feature = ideas.feature()
    page = signed_in(sam).get(address).content.decode()
    assert list(columns(page).values()) == [["A night theme"]]
    others = (
        ("considering", "building", "shipped") if "stage" not in address and "time" not in address else ("now", "later")
    )
    assert [one.partition('"')[0] for one in page.split('data-to="')[1:]] == list(others)
    assert f"/roadmap/{feature.pk}/" in page
    assert "data-to" not in signed_in(ann).get(address).content.decode()


def test_a_card_that_moves_in_time_leaves_its_reader_where_they_were(sam: Member) -> None:
    feature, browser = ideas.feature(), signed_in(sam)
    for here in ("/roadmap/?by=time&area=app", "/roadmap/?by=time", "/roadmap/?by=time&area=app&column=next"):
        page = browser.get(here).content.decode()
        address = (
            page.partition(f'formaction="/roadmap/{feature.pk}/target/')[2].partition('"')[0].replace("&amp;", "&")
        )
        answer = browser.post(f"/roadmap/{feature.pk}/target/{address}", {"horizon": "next"})
        assert answer.headers["Location"] == here
    odd = browser.post(f"/roadmap/{feature.pk}/target/?next=https://evil.example", {"horizon": "next"})
    assert odd.headers["Location"] == "/roadmap/?by=time"
