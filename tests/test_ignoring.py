"""Ignoring a member: folded words, and nothing told."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.members.ignoring import Ignore, ignore, ignored_ids, ignorers_of
from community.members.models import Member
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_the_words_of_an_ignored_member_are_folded_for_whoever_ignores_them(
    ann: Member, bo: Member, cy: Member
) -> None:
    thread = make.thread(by=ann)
    make.reply(thread, by=bo, body="Words of bo")
    make.reply(thread, by=cy, body="Words of cy")
    reader = signed_in(ann)
    assert "Ignore</button>" in reader.get("/members/bo/").content.decode()
    reader.post("/members/bo/ignore/")
    page = reader.get(thread.item.path).content.decode()
    assert page.count("post-folded") == 1
    assert "You ignore \u2068Bo Lind\u2069. Show these words" in page
    assert "post-folded" not in signed_in(cy).get(thread.item.path).content.decode()
    assert "post-folded" not in Client().get(thread.item.path).content.decode()
    assert "Bo Lind" in reader.get("/me/ignored/").content.decode()
    reader.post("/members/bo/ignore/end/", {"next": "/me/ignored/"})
    assert "post-folded" not in reader.get(thread.item.path).content.decode()
    assert "You ignore nobody" in reader.get("/me/ignored/").content.decode()


def test_a_thread_by_somebody_ignored_is_folded_too(ann: Member, bo: Member) -> None:
    thread = make.thread(by=bo, body="Opening words")
    ignore(bo, by=ann)
    assert "post-folded" in signed_in(ann).get(thread.item.path).content.decode()


def test_neither_oneself_nor_staff_can_be_ignored(ann: Member, sam: Member) -> None:
    for whom in (ann, sam):
        assert signed_in(ann).post(f"/members/{whom.handle}/ignore/").status_code == 403
    assert signed_in(ann).post("/members/nobody-here/ignore/").status_code == 404
    assert Client().post(f"/members/{ann.handle}/ignore/").status_code == 302
    assert not Ignore.objects.exists()


def test_twice_is_once(ann: Member, bo: Member) -> None:
    for _ in range(2):
        signed_in(ann).post("/members/bo/ignore/")
    assert Ignore.objects.count() == 1


def test_notifications_can_ask_who_ignores_an_author(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    ignore(bo, by=ann)
    assert ignorers_of(bo.pk, [ann.pk, cy.pk, sam.pk]) == {ann.pk}
    assert ignorers_of(cy.pk, [ann.pk, sam.pk]) == frozenset()
    ann.refresh_from_db()
    assert ignored_ids(ann) == {bo.pk}
    assert ignored_ids(cy) == frozenset()


def test_a_thread_costs_whoever_ignores_one_query_more_and_nobody_else_any(ann: Member, bo: Member, cy: Member) -> None:
    thread = make.thread(by=ann)
    for number in range(6):
        make.reply(thread, by=bo, body=f"Number {number}")
    browser = signed_in(cy)
    browser.get(thread.item.path)
    with CaptureQueriesContext(connection) as before:
        browser.get(thread.item.path)
    ignore(bo, by=cy)
    with CaptureQueriesContext(connection) as after:
        assert browser.get(thread.item.path).content.decode().count("post-folded") == 6
    assert len(after) == len(before) + 1
