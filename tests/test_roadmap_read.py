"""What a fresh reader of the roadmap found: what leaked, went wrong or was told wrongly, each once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from community.feedback.attach import attach
from community.feedback.attachments import Attachment
from community.feedback.models import Item
from community.feedback.places import Place
from community.feedback.states import REMOVE, change_state
from community.members.leave import leave
from community.members.limits import LimitReached
from community.members.models import Member, Site
from community.notifications.follow import set_level
from community.notifications.models import Level, Notification
from community.notifications.topics import sentence_of
from roadmap.features.models import Feature, Promise
from roadmap.features.move import move_feature
from roadmap.features.plan import Planned, When, edit_feature, gather
from roadmap.ideas.heat import heat_of
from roadmap.ideas.models import Idea
from roadmap.releases.models import Release
from roadmap.releases.publish import publish, publish_due
from roadmap.releases.write import Line, Told, draft_release, withdraw_release, write_entry
from roadmap.stages.models import Stage
from roadmap.stages.move import Step
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def planned(**fields: Any) -> Planned:
    words = {"title": "A night theme", "body": "Dark.", "why": "", "when": When("horizon", "next", None, "medium")}
    return Planned(**(words | fields))


def drafted(sam: Member, **line: Any) -> Release:
    release = draft_release(Told("Version 5", "Words."), by=sam)
    if line:
        write_entry(release, Line("new", "A night theme", **line), by=sam)
    return release


def test_a_kept_page_forgets_what_was_removed_in_another_area(ann: Member, sam: Member, client: Client) -> None:
    feature = ideas.feature("Hidden plan", area=ideas.area("one"))
    idea = ideas.idea("Secret words", by=ann, area=ideas.area("two"))
    gather(feature, idea, by=sam)
    assert "Secret words" in client.get(feature.item.path).content.decode()
    assert "Hidden plan" in client.get(idea.item.path).content.decode()
    edit_feature(feature, planned(title="Hidden plan", area=ideas.area("one"), visibility="staff"), by=sam)
    assert "Hidden plan" not in client.get(idea.item.path).content.decode()
    edit_feature(feature, planned(title="Hidden plan", area=ideas.area("one")), by=sam)
    assert "Secret words" in client.get(feature.item.path).content.decode()
    change_state(idea.item, REMOVE, by=sam)
    assert "Secret words" not in client.get(feature.item.path).content.decode()


def test_targets_that_only_staff_saw_are_no_promises(sam: Member, client: Client) -> None:
    feature = ideas.feature(visibility="staff", horizon="now")
    later = planned(when=When("horizon", "later", None, "low"), visibility="staff", reason="Secret slip")
    edit_feature(feature, later, by=sam)
    assert not Promise.objects.exists()
    edit_feature(feature, planned(), by=sam)
    assert [one.horizon for one in Promise.objects.all()] == ["next"]
    edit_feature(feature, planned(when=When("horizon", "later", None, "low")), by=sam)
    page = client.get(Item.objects.get(pk=feature.pk).path).content.decode()
    assert "What we said before" in page
    assert "Secret slip" not in page


def test_what_staff_say_below_a_draft_is_not_published_with_it(sam: Member, client: Client) -> None:
    release = drafted(sam)
    signed_in(sam).post(f"/items/{release.pk}/reply/", {"body": "Psst."})
    publish(release, by=sam)
    assert "Psst." not in client.get(release.item.path).content.decode()
    signed_in(sam).post(f"/items/{release.pk}/reply/", {"body": "Here it is."})
    assert "Here it is." in client.get(release.item.path).content.decode()


def test_an_edit_leaves_an_idea_where_it_is_and_with_whom(ann: Member, sam: Member) -> None:
    area = ideas.area("app", audience="members")
    idea = ideas.idea(by=ann, area=area)
    area.posting = "staff"  # closed to new ones since
    area.save()
    said = {"title": "A dark mode", "body": "My eyes hurt.", "area": area.pk}
    # The form knows what is public and what is private; anything else stays as it is.
    for browser, visibility, is_private in (
        (signed_in(ann), "private", "on"), (signed_in(sam), "private", "on"), (signed_in(ann), "members", ""),
        (signed_in(sam), "members", ""), (signed_in(sam), "company", "on"), (signed_in(sam), "staff", ""),
    ):  # fmt: skip
        Item.objects.filter(pk=idea.pk).update(visibility=visibility)
        assert browser.post(f"/ideas/{idea.pk}/edit/", said | {"is_private": is_private}).status_code == 302
        item = Item.objects.get(pk=idea.pk)
        assert (item.title, item.place_id, item.visibility) == ("A dark mode", area.pk, visibility)


def test_what_somebody_asked_for_is_not_named_when_they_may_not_read_it_any_more(
    ann: Member, bo: Member, sam: Member
) -> None:
    idea = ideas.idea("Secret plan", by=ann)
    ideas.voted(idea, bo)
    publish(drafted(sam, ideas=(idea,)), by=sam)
    tasks.run_all()
    assert "Secret plan" in signed_in(bo).get("/me/notifications/").content.decode()
    Item.objects.filter(pk=idea.pk).update(visibility="company")
    page = signed_in(bo).get("/me/notifications/").content.decode()
    assert "Secret plan" not in page
    assert "Version 5" in page
    assert "Secret plan" in signed_in(ann).get("/me/notifications/").content.decode()


def test_an_entry_of_an_area_shows_to_those_who_see_the_area(sam: Member, client: Client) -> None:
    hidden = ideas.area("secret", audience="staff")
    release = drafted(sam, area=hidden, body="Hush hush.")
    publish(release, by=sam)
    for path in ("/changelog/", release.item.path, "/feeds/changelog.atom", "/feeds/changelog.json"):
        assert "Hush hush" not in client.get(path).content.decode()
    assert "Hush hush" in signed_in(sam).get("/changelog/").content.decode()


def test_a_removed_release_is_published_by_nobody(ann: Member, sam: Member) -> None:
    release = drafted(sam, ideas=(ideas.idea(by=ann),))
    Release.objects.update(publish_at=timezone.now() - timedelta(minutes=1))
    withdraw_release(release, by=sam)
    publish_due()
    assert not publish(release, by=sam)
    assert not Release.objects.get().is_published
    assert Idea.objects.get().stage.kind == "new"


def test_pictures_of_entries_belong_to_their_release(sam: Member) -> None:
    upload = attach(SimpleUploadedFile("notes.txt", b"What is new."), by=sam)
    named = f"[notes](/files/{upload.pk}/notes.txt)"
    release = drafted(sam, body=named)
    assert Attachment.objects.get().item_id == release.pk
    signed_in(sam).post(f"/releases/{release.pk}/edit/", {"title": "Version 5", "body": "Other words."})
    assert Attachment.objects.get().item_id == release.pk
    second = attach(SimpleUploadedFile("more.txt", b"More."), by=sam)
    write_entry(release, Line("new", "Another", f"[more](/files/{second.pk}/more.txt)"), by=sam)
    assert Attachment.objects.filter(item=release.pk).count() == 2


def test_an_edit_does_not_undo_a_move_made_meanwhile(sam: Member) -> None:
    feature = ideas.feature()
    stale = Feature.objects.select_related("item").get()
    move_feature(feature, Step(ideas.stage("building"), "Begun."), by=sam)
    edit_feature(stale, planned(progress=30), by=sam)
    feature = Feature.objects.get()
    assert (feature.stage.slug, feature.item.stage, feature.progress) == ("building", "building", 30)


def test_who_leaves_takes_the_heat_of_their_votes_along(ann: Member, bo: Member, client: Client) -> None:
    idea = ideas.idea(by=ann)
    ideas.voted(idea, bo)
    assert "2 votes" in client.get(idea.item.path).content.decode()
    leave(bo, erases=False)
    idea = Idea.objects.select_related("item").get()
    assert idea.heat == heat_of(1, idea.item.created_at, is_ended=False)
    assert "1 vote" in client.get(idea.item.path).content.decode()


def test_what_becomes_public_without_an_area_is_seen_at_once(ann: Member, sam: Member, client: Client) -> None:
    feature = ideas.feature(area=None, visibility="members")
    idea = ideas.idea("A wish", by=ann, area=None, is_private=True)
    Place.objects.filter(kind="area").delete()
    Site.touch()
    assert "A night theme" not in client.get("/roadmap/").content.decode()
    edit_feature(feature, planned(), by=sam)
    assert "A night theme" in client.get("/roadmap/").content.decode()
    assert "A wish" not in client.get("/ideas/").content.decode()
    said = {"title": "A wish", "body": "My eyes hurt at night."}
    assert signed_in(ann).post(f"/ideas/{idea.pk}/edit/", said).status_code == 302
    assert "A wish" in client.get("/ideas/").content.decode()


def test_a_move_of_a_feature_does_not_call_it_their_idea(ann: Member, bo: Member, sam: Member) -> None:
    feature, idea = ideas.feature(), ideas.idea(by=ann)
    ideas.voted(idea, bo)
    gather(feature, idea, by=sam)
    move_feature(feature, Step(ideas.stage("building"), "Begun.", tells=True), by=sam)
    tasks.run_all()
    told = Notification.objects.filter(topic="moved").select_related("about", "item")
    assert len(told) == 2
    for one in told:
        assert "Your idea" not in sentence_of(one)
        assert "which you voted for" not in sentence_of(one)


def test_what_moved_last_stands_first_in_its_column(sam: Member, client: Client) -> None:
    first = ideas.feature("An old plan")
    for number in range(11):
        ideas.feature(f"Shipped {number}", "shipped")
    move_feature(first, Step(ideas.stage("shipped"), "Here."), by=sam)
    assert "An old plan" in client.get("/roadmap/").content.decode()


def test_a_change_of_an_entry_is_no_mail_about_an_article(ann: Member, sam: Member) -> None:
    release = drafted(sam)
    publish(release, by=sam)
    set_level(ann, release.item, Level.WATCHING)
    write_entry(Release.objects.get(), Line("new", "A night theme"), by=sam)
    tasks.run_all()
    assert not Notification.objects.filter(recipient=ann, topic="updated").exists()


def test_what_an_entry_fulfils_has_shipped_when_it_comes_after_publishing(ann: Member, sam: Member) -> None:
    release = drafted(sam)
    publish(release, by=sam)
    tasks.run_all()
    idea = ideas.idea(by=ann)
    write_entry(Release.objects.get(), Line("new", "Late", ideas=(idea,)), by=sam)
    tasks.run_all()
    assert Idea.objects.get().stage.kind == "shipped"
    assert Notification.objects.filter(topic="shipped", recipient=ann).count() == 1


def test_A14_a_reason_that_no_database_holds_is_refused(sam: Member) -> None:
    feature = ideas.feature()
    signed_in(sam).post(f"/roadmap/{feature.pk}/target/", {"horizon": "now", "reason": "a\0b"})
    assert "\0" not in Promise.objects.order_by("pk")[1].reason


def test_too_many_letters_are_not_nothing_like_it(client: Client, monkeypatch: Any) -> None:
    def refuse(*_what: Any, **_how: Any) -> None:
        raise LimitReached("Wait.")

    monkeypatch.setattr("roadmap.ideas.views.ideas.count_search", refuse)
    assert "Nothing like it yet" not in client.get("/ideas/similar/?title=dark").content.decode()


def test_the_votes_of_a_feature_are_those_of_all_its_ideas(sam: Member, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("roadmap.features.page.MOST_IDEAS", 2)
    feature = ideas.feature()
    for number in range(3):
        gather(feature, ideas.idea(f"Wish {number}", by=make.member(f"m{number}")), by=sam)
    assert "3 votes" in client.get(feature.item.path).content.decode()


@pytest.mark.parametrize("kind", ["new", "shipped"])
def test_the_stages_that_the_program_needs_stay(kind: str, root: Member, ann: Member) -> None:
    stage = ideas.stage(kind)
    browser = signed_in(root)
    assert browser.post(f"/admin/roadmap/stage/{stage.pk}/delete/", {"post": "yes"}).status_code == 403
    browser.post("/admin/roadmap/stage/", {"action": "delete_selected", "_selected_action": [stage.pk], "post": "yes"})
    said = {"kind": "considering", "name": "Odd", "translations": "{}", "order": 0}
    assert browser.post(f"/admin/roadmap/stage/{stage.pk}/change/", said).status_code == 302
    assert Stage.objects.filter(kind=kind).exists()


def test_a_stage_of_another_kind_moves_its_ideas_on_the_board(root: Member, ann: Member) -> None:
    idea = ideas.idea(by=ann)
    ideas.moved(idea, "considering")
    before = Idea.objects.get().heat
    stage = ideas.stage("considering")
    said = {"name": "Rather not", "translations": "{}", "order": 1}
    for kind, is_ended in (("declined", True), ("considering", False)):
        signed_in(root).post(f"/admin/roadmap/stage/{stage.pk}/change/", said | {"kind": kind})
        assert (Idea.objects.get().heat < 0) is is_ended
    assert Idea.objects.get().heat == pytest.approx(before)
