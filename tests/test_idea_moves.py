"""Where ideas stand: moved by staff with a public answer, and whoever supports them is told once."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.conversations.models import Reply
from community.feedback.models import Item
from community.members.models import Member
from community.notifications import deliver
from community.notifications.follow import set_level
from community.notifications.models import Level, Notification
from roadmap.ideas.models import Idea
from roadmap.stages import tell
from roadmap.stages.models import Move, Reason, Stage
from roadmap.stages.move import MoveRefused, Step, move
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def told() -> dict[str, str]:
    """Handle → why, of those who were told that something moved."""
    rows = Notification.objects.filter(topic=tell.MOVED).select_related("recipient")
    return {one.recipient.handle: one.detail["why"] for one in rows}


def test_a_move_is_said_in_public(ann: Member, sam: Member, client: Client) -> None:
    idea = ideas.idea(by=ann)
    address = f"/ideas/{idea.pk}/stage/"
    said = {"stage": ideas.stage("planned").pk, "answer": "In the spring, **we** hope.", "tells": "on", "note": "Psst."}
    answer = signed_in(sam).post(address, said)
    idea.refresh_from_db()
    item = Item.objects.get(pk=idea.pk)
    assert answer.headers["Location"] == item.path
    assert (item.stage, idea.stage.kind, item.reply_count) == ("planned", "planned", 1)
    reply = Reply.objects.get()
    moved = Move.objects.get()
    assert reply.is_official
    assert (moved.before.kind, moved.stage.kind, moved.by, moved.answer) == ("new", "planned", sam, reply)
    assert idea.answered_at is not None
    page = client.get(item.path).content.decode()
    assert page.count("In the spring, <strong>we</strong> hope.") == 2  # as what became of it, and among the replies
    assert "Sam Rivera" in page
    assert "Psst." not in page  # the note is for those who are told


def test_only_staff_move_ideas(ann: Member, client: Client) -> None:
    idea = ideas.idea(by=ann)
    for browser in (client, signed_in(ann)):
        answer = browser.post(f"/ideas/{idea.pk}/stage/", {"stage": ideas.stage("shipped").pk})
        assert answer.status_code in (302, 403)
    assert Idea.objects.get().stage.kind == "new"
    assert f"/ideas/{idea.pk}/stage/" not in signed_in(ann).get(idea.item.path).content.decode()


@pytest.mark.parametrize(
    ("kind", "answer", "with_reason", "says"),
    [
        ("planned", " ", False, "an answer is part of this step"),
        ("declined", "", True, "an answer is part of this step"),
        ("declined", "No.", False, "Choose a reason"),
        ("merged", "Gone.", False, "valid choice"),
        ("new", "Again.", False, "valid choice"),
    ],
)
def test_what_is_missing_is_said(kind: str, answer: str, with_reason: bool, says: str, sam: Member) -> None:
    idea = ideas.idea()
    said = {"stage": ideas.stage(kind).pk, "answer": answer}
    if with_reason:
        said["reason"] = Reason.objects.all()[0].pk
    response = signed_in(sam).post(f"/ideas/{idea.pk}/stage/", said)
    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert not Move.objects.exists()
    assert answer.strip() in page


def test_a_decline_keeps_its_reason_and_only_a_decline(sam: Member, client: Client) -> None:
    idea = ideas.idea()
    ideas.moved(idea, "declined", "We will not.")
    reason = Reason.objects.all()[0]
    assert Move.objects.get().reason == reason
    assert str(reason) in client.get(idea.item.path).content.decode()
    move(Item.objects.get(pk=idea.pk), Step(ideas.stage("considering"), "", reason), by=sam)
    assert Move.objects.latest("pk").reason is None


def test_two_tabs_move_it_once(sam: Member) -> None:
    idea = ideas.idea()
    step = Step(ideas.stage("considering"), "Let us see.")
    move(idea.item, step, by=sam)
    with pytest.raises(MoveRefused, match="there already"):
        move(idea.item, step, by=sam)
    assert Move.objects.count() == Reply.objects.count() == 1


def test_the_preview_moves_nothing(sam: Member, bo: Member) -> None:
    idea = ideas.idea()
    ideas.voted(idea, bo)
    said = {"stage": ideas.stage("planned").pk, "answer": "In the **spring**.", "tells": "on", "preview": "1"}
    page = signed_in(sam).post(f"/ideas/{idea.pk}/stage/", said).content.decode()
    assert "In the <strong>spring</strong>." in page
    assert "2 people who support it are told" in page
    assert not Move.objects.exists()


HEAVY = {
    "quotes": ">" * 2_000 + " x",
    "cells": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 3_000,
    "references": "".join(f"[a{n}]: http://x.example/{n}\n" for n in range(2_000)),
}


@pytest.mark.parametrize("heavy", HEAVY)
@pytest.mark.parametrize("preview", [{"preview": "1"}, {}])
@pytest.mark.parametrize("kind", ["idea", "feature"])
def test_an_answer_that_cannot_be_shown_is_said_and_not_lost(
    heavy: str, preview: dict[str, str], kind: str, sam: Member
) -> None:
    about = f"/ideas/{ideas.idea().pk}" if kind == "idea" else f"/roadmap/{ideas.feature().pk}"
    said = {"stage": ideas.stage("building").pk, "answer": HEAVY[heavy]} | preview
    answer = signed_in(sam).post(f"{about}/stage/", said)
    page = answer.content.decode()
    assert (answer.status_code, Move.objects.exists()) == (422, False)
    assert page.count("field-error") == 1
    assert HEAVY[heavy][:40].replace(">", "&gt;") in page


def test_the_bell_asks_no_more_for_many_that_moved(bo: Member, sam: Member) -> None:
    def told(number: int) -> None:
        idea = ideas.idea(f"Idea {number}", by=make.member())
        ideas.voted(idea, bo)
        ideas.moved(idea, "building", tells=True)

    def cost() -> int:
        browser.get("/me/notifications/")
        with CaptureQueriesContext(connection) as caught:
            page = browser.get("/me/notifications/").content.decode()
        assert page.count("is now at “\u2068Being built\u2069”") == Notification.objects.filter(recipient=bo).count()
        return len(caught)

    browser = signed_in(bo)
    for number in range(2):
        told(number)
    tasks.run_all()
    few = cost()
    for number in range(2, 14):
        told(number)
    tasks.run_all()
    assert Notification.objects.filter(recipient=bo).count() == 14
    assert cost() == few


def test_whoever_supports_it_is_told_once_with_the_nearest_reason(
    ann: Member, bo: Member, cy: Member, sam: Member
) -> None:
    idea = ideas.idea(by=ann)
    dee, eve, fay = make.member("dee"), make.member("eve"), make.member("fay")
    ideas.voted(idea, bo, dee)
    set_level(cy, idea.item, Level.WATCHING)
    set_level(bo, idea.item, Level.WATCHING)
    set_level(dee, idea.item, Level.MUTED)
    set_level(eve, idea.item, Level.NORMAL)
    assert fay.pk
    assert tell.how_many(idea.item, by=sam) == 3
    moved = ideas.moved(idea, "planned", tells=True, by=sam)
    tasks.run_all()
    assert told() == {"ann": "asked", "bo": "voted", "cy": "followed"}
    tell.announce(moved.pk)  # the worker was killed before it could say that it was done
    assert Notification.objects.filter(topic=tell.MOVED).count() == 3
    assert not Notification.objects.exclude(topic=tell.MOVED).exists()  # the answer is told with the move, not besides
    assert all(one.get_absolute_url() for one in [idea.item])


def test_nobody_is_told_who_cannot_read_it(ann: Member, sam: Member) -> None:
    acme = make.company()
    ann.company = acme
    ann.save()
    colleague, gone = make.member("colleague", company=acme), make.member("gone", company=acme)
    idea = ideas.idea(by=ann, is_private=True)
    ideas.voted(idea, colleague, gone)
    gone.company = None
    gone.save()
    ideas.moved(idea, "planned", tells=True, by=sam)
    tasks.run_all()
    assert told() == {"ann": "asked", "colleague": "voted"}


def test_without_telling_only_followers_hear_of_the_answer(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    idea = ideas.idea(by=ann)
    ideas.voted(idea, bo)
    set_level(cy, idea.item, Level.WATCHING)
    ideas.moved(idea, "considering", "We look into it.", tells=False, by=sam)
    tasks.run_all()
    assert told() == {}
    heard = dict(Notification.objects.values_list("recipient__handle", "topic"))
    assert heard == {"ann": "idea_asked", "cy": "idea_followed"}


def test_the_mail_says_where_it_is_and_why_it_came(ann: Member, bo: Member, sam: Member) -> None:
    make.confirmed(ann, bo)
    Member.objects.filter(pk=bo.pk).update(language="pl")
    idea = ideas.idea(by=ann)
    ideas.voted(idea, bo)
    mail.outbox.clear()
    step = Step(ideas.stage("planned"), "In the **spring**.", tells=True, note="You asked first, so you hear first.")
    move(idea.item, step, by=sam)
    tasks.run_all()
    deliver.pump()
    sent = {one.to[0]: one for one in mail.outbox}
    assert sent.keys() == {ann.email, bo.email}
    hers = str(sent[ann.email].body)
    assert "Your idea" in hers
    assert "Planned" in hers
    assert "In the spring." in hers
    assert "You asked first" in hers
    assert idea.item.path in hers
    his = str(sent[bo.email].body)
    assert "W planach" in his
    assert "Planned" not in his


def test_stages_are_the_companys_own(root: Member, ann: Member, client: Client) -> None:
    idea = ideas.idea(by=ann)
    browser = signed_in(root)
    page = browser.get(f"/admin/roadmap/stage/{idea.stage_id}/change/").content.decode()
    assert 'name="slug"' not in page
    said = {"kind": "new", "name": "Fresh", "translations": '{"pl": "Świeże"}', "order": "0"}
    assert browser.post(f"/admin/roadmap/stage/{idea.stage_id}/change/", said).status_code == 302
    assert "Fresh" in client.get("/ideas/").content.decode()
    assert "Świeże" in client.get("/ideas/", headers={"Accept-Language": "pl"}).content.decode()
    assert browser.post(f"/admin/roadmap/stage/{idea.stage_id}/delete/", {"post": "yes"}).status_code in (200, 403)
    assert Stage.objects.filter(pk=idea.stage_id).exists()


def test_areas_are_made_in_the_admin(root: Member) -> None:
    said = {
        "name": "Mobile", "slug": "mobile", "description": "", "translations": "{}", "icon": "", "colour": "blue",
        "order": "1", "audience": "public", "posting": "members",
    }  # fmt: skip
    make.category("general")
    assert signed_in(root).post("/admin/roadmap/area/add/", said).status_code == 302
    listed = signed_in(root).get("/admin/roadmap/area/").content.decode()
    assert "Mobile" in listed
    assert "General" not in listed


def test_who_leaves_leaves_no_words_and_what_others_want_stays(ann: Member, bo: Member, sam: Member) -> None:
    from community.members.leave import leave

    wanted, alone = ideas.idea("Zq wanted", "zqword", by=ann), ideas.idea("Zq alone", "zqword", by=ann)
    ideas.voted(wanted, bo)
    other = ideas.idea("Of bo", by=bo)
    ideas.voted(other, ann)
    ideas.moved(wanted, "planned")
    leave(ann, erases=True)
    rows = {item.pk: item for item in Item.objects.filter(kind="idea")}
    assert (rows[wanted.pk].state, rows[wanted.pk].vote_count) == ("visible", 1)
    assert rows[alone.pk].state == "removed"
    assert rows[other.pk].vote_count == 1
    assert not [one for one in rows.values() if "zq" in f"{one.title} {one.body} {one.html} {one.path}".lower()]
    assert Client().get(rows[wanted.pk].path).status_code == 200
