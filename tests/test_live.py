"""What an open page asks every few seconds: cheap, private, and true."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.feedback.vote import vote
from community.members import live
from community.members.models import Member
from tests import make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def address_on(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    return page.partition('data-live="')[2].partition('"')[0]


def test_an_open_thread_hears_of_replies_votes_and_the_bell(ann: Member, bo: Member, client: Client) -> None:
    thread = make.thread(by=ann)
    first = make.reply(thread, by=bo)
    mine, guests = address_on(signed_in(ann), thread.item.path), address_on(client, thread.item.path)
    known = client.get(mine)
    assert client.get(mine, headers={"If-None-Match": known.headers["ETag"]}).status_code == 304
    vote(first.item, by=ann)
    assert client.get(mine).json()["page"] != known.json()["page"]
    before = client.get(guests).json()
    make.reply(thread, by=bo)
    tasks.run_all()
    assert client.get(guests).json()["page"] != before["page"]
    assert client.get(guests).json()["unread"] == 0
    assert client.get(mine).json()["unread"] == Member.objects.get(pk=ann.pk).unread_count > 0


def test_asking_costs_one_query_and_no_session(ann: Member, client: Client) -> None:
    thread = make.thread(by=ann)
    make.replies(thread, 25)
    address = address_on(signed_in(ann), thread.item.path)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(address)
    assert len(caught) == 1
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_list_asks_for_the_bell_alone_and_a_guest_for_nothing(ann: Member, client: Client) -> None:
    assert client.get(address_on(signed_in(ann), "/discussions/")).json() == {"page": "0-0-0", "unread": 0}
    assert address_on(client, "/discussions/") == ""


@pytest.mark.parametrize("token", ["", "x", "0-1-1", "0-1-1.x.y", "é", "1-1-1.1xV1jJ.abc"])
def test_nobody_asks_what_they_were_not_shown(token: str, client: Client) -> None:
    make.thread()
    assert client.get(f"/live/{token}").status_code == 410


def test_a_page_left_open_for_days_stops_asking(ann: Member, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    token = live.token(ann.pk)
    later = time.time() + live.AGE + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(f"/live/{token}").status_code == 410


def test_what_is_gone_is_asked_no_more(ann: Member, client: Client) -> None:
    assert client.get(f"/live/{live.token(None, 999_999, 1)}").status_code == 410
