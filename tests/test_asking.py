"""Asking: what answers a question is shown while it is typed, and what was solved so is counted and taken back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from community.discussions import decide
from community.discussions.models import Thread
from community.feedback.models import Item
from community.members.models import Member
from community.search.learn import learn
from community.search.searches import Search
from tests import make
from tests.conftest import signed_in
from tests.knowledge import published

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def solved(ann: Member, sam: Member) -> Thread:
    place = make.category("exports").place
    labels = (make.label("csv"), make.label("nightly"))
    thread = make.thread(by=ann, title="The nightly export stops", body="After a while.", place=place, labels=labels)
    make.reply(thread, by=ann, body="Nobody knows about this export?")
    answer = make.reply(thread, by=sam, body="Raise the **kumquat limit** to ten.\n\n- Settings\n- Limits")
    decide.solve(thread, answer, by=ann)
    other = make.thread(by=ann, title="Nightly export in Excel", place=place, labels=labels[:1])
    make.reply(other, by=sam, body="Not yet.")
    make.thread(by=ann, title="Something about apples")
    learn()
    return thread


def shown(title: str, browser: Client | None = None) -> str:
    return (browser or Client()).get("/t/similar/", {"title": title}, headers=HTMX).content.decode()


def test_the_solution_is_the_passage_that_is_shown(solved: Thread) -> None:
    page = shown("why nightly export stopped")
    assert "The <mark>nightly</mark> <mark>export</mark>" in page
    assert "<strong>kumquat limit</strong>" in page  # to read at once
    assert page.index("The <mark>nightly") < page.index("in Excel")  # what is known to help stands first
    assert page.count('name="item"') == 2
    assert "Something about apples" not in page
    assert "<html" not in page
    assert "<html" in Client().get("/t/similar/", {"title": "nightly export"}).content.decode()
    assert shown("ni").strip() == ""
    assert shown("zxqv wkjh").strip() == ""


def test_a_solution_that_was_removed_is_not_shown(solved: Thread) -> None:
    Item.objects.filter(pk=solved.solution.reply_id).update(state="removed")
    assert "kumquat" not in shown("nightly export")


def test_articles_stand_before_threads_that_say_the_same(ann: Member, sam: Member) -> None:
    make.thread(by=ann, title="Exporting the wombat list", body="How?")
    article = published(title="Exporting the wombat list", body="Open **Wombats**, then Export.")
    published(title="เปลี่ยนรหัสผ่าน", body="กดที่ลืมรหัสผ่าน", language="th")
    learn()
    page = shown("export wombat list")
    assert page.index(f'href="{article.item.get_absolute_url()}"') < page.index('href="/t/')
    assert "icon-book" in page
    assert "<strong>Wombats</strong>" in page
    assert "<mark>ลืมรหัสผ่าน</mark>" in shown("ลืมรหัสผ่าน")


def test_a_private_thread_is_shown_to_nobody_else(ann: Member, bo: Member) -> None:
    make.thread(by=ann, title="My private quokka", is_private=True)
    assert "quokka" not in shown("private quokka", signed_in(bo)).replace('value="private quokka"', "")


def test_this_solved_it_is_counted_once_and_taken_back(solved: Thread) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = shown("Nightly export stops for me@example.com?", browser)
    said = dict(re.findall(r'name="(csrfmiddlewaretoken|title|key)" value="([^"]*)"', page)) | {"item": solved.pk}
    for _twice in range(2):
        answer = browser.post("/deflections/", said)
        assert answer.status_code == 302
    row = Search.objects.get()
    assert (row.end, row.source, row.solved_by_id, row.language) == ("solved", "asking", solved.pk, "en")
    assert row.text == "nightly export stops for […]"
    there = answer.headers["Location"]
    page = browser.get(there).content.decode()
    assert "The nightly export stops" in page
    assert "me@example.com" in page  # nothing that was typed is lost
    assert browser.get(there).status_code == 200
    assert Search.objects.count() == 1
    token = {"csrfmiddlewaretoken": said["csrfmiddlewaretoken"], "title": said["title"], "item": solved.pk}
    undone = browser.post(f"/deflections/{said['key']}/withdrawal/", token)
    assert not Search.objects.exists()
    assert "Taken back" in browser.get(undone.headers["Location"]).content.decode()
    browser.post("/deflections/", said)
    assert Search.objects.get().end == "solved"
    asking = browser.post(f"/deflections/{said['key']}/withdrawal/", token | {"go": "ask"})
    assert asking.headers["Location"].startswith("/t/new/?title=Nightly+export")
    assert not Search.objects.exists()


def test_this_solved_it_is_refused_where_nothing_can_be_read(solved: Thread, ann: Member) -> None:
    private = make.thread(by=ann, title="Private", is_private=True)
    for item in (private.pk, 0, "", "x", "9" * 30, "\0"):
        assert Client().post("/deflections/", {"item": item, "title": "x"}).status_code == 404
    assert Client().get("/deflections/").status_code == 405
    assert Client().get(f"/deflections/1/?item={private.pk}").status_code == 404
    for key in ("", "x", "9" * 30, "-1"):  # a key of our own then
        assert (
            Client().post("/deflections/", {"item": solved.pk, "title": "\0 some words", "key": key}).status_code == 302
        )
    assert Search.objects.count() == 4


def test_category_and_labels_are_suggested_and_never_chosen_over_a_choice(solved: Thread, bo: Member) -> None:
    browser = signed_in(bo)
    general = make.category("general").place
    page = browser.get("/t/new/", {"title": "nightly export once more"})
    form = page.context["form"]
    assert form.initial["place"] == solved.item.place_id
    assert form.initial["labels"] == [make.label("csv").pk]  # both have it; the other label is of one alone
    assert page.content.decode().count("Suggested, as threads like yours have it.") == 2
    chosen = browser.get("/t/new/", {"title": "nightly export once more", "category": "general"}).context["form"]
    assert chosen.initial["place"] == general.pk
    nothing = browser.get("/t/new/", {"title": "zxqv wkjh"}).context["form"]
    assert nothing.initial["place"] is None
    title = Client().get("/t/new/", {"category": "general"}).content.decode()
    assert 'name="category" value="general"' in title  # the first step hands it on


def test_a_category_nobody_may_post_in_is_not_suggested(ann: Member, bo: Member, sam: Member) -> None:
    news = make.category("news", posting="staff").place
    for number in range(3):
        make.thread(by=sam, title=f"Wombats arrive {number}", place=news)
    learn()
    form = signed_in(bo).get("/t/new/", {"title": "wombats arrive"}).context["form"]
    assert form.initial["place"] is None


def test_asking_costs_the_same_however_much_was_found(
    solved: Thread, bo: Member, sam: Member, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(12):
        make.reply(make.thread(by=sam, title=f"Nightly export, number {number}"), by=sam, body="An export.")
    learn()
    browser = signed_in(bo)
    browser.get("/t/new/?title=nightly")
    with django_assert_max_num_queries(12):
        browser.get("/t/new/?title=nightly export")
    with django_assert_max_num_queries(6):
        shown("nightly export")
