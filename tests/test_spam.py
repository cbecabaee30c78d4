"""Spam by honest signals: held, never dropped, and everybody is told."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from community.feedback.models import Item
from community.members.models import Member
from community.moderation import spam
from community.moderation.models import ModerationEntry
from tests import make
from tests.conftest import signed_in
from tests.test_states import state

pytestmark = pytest.mark.django_db
LINK = "Look at https://shop.example/pills now"
QUEUE = "/desk/moderation/?show=held"


def post(member: Member, body: str, **more: str) -> Item:
    thread = make.thread(by=make.member("mia", role="manager"))
    answer = signed_in(member).post(f"/items/{thread.pk}/reply/", {"body": body, **more})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return Item.objects.filter(author=member).latest("pk")


def signals(item: Item) -> set[str]:
    entry = ModerationEntry.objects.filter(item=item, verb="held").first()
    return set(entry.signals) if entry else set()


def known(handle: str) -> Member:
    member = make.member(handle, joined_at=timezone.now() - timedelta(days=10), post_count=9)
    make.thread(by=member)
    return member


def test_the_first_post_of_a_new_member_waits_and_they_are_told(bo: Member, sam: Member) -> None:
    make.site(held_first_posts=1)
    thread = make.thread(by=make.member("root", role="admin"))
    browser = signed_in(bo)
    browser.post(f"/items/{thread.pk}/reply/", {"body": "Hello, I am new"})
    item = Item.objects.get(author=bo)
    assert (item.state, signals(item)) == ("held", {"first post"})
    page = browser.get(thread.item.path).content.decode()
    assert "Hello, I am new" in page
    assert "appears as soon as it is approved" in page
    assert "This waits for approval. Only its author and staff see it." in page
    assert "Hello, I am new" not in Client().get(thread.item.path).content.decode()
    queue = signed_in(sam).get(QUEUE).content.decode()
    assert "One of the first posts of a new member" in queue
    signed_in(sam).post(f"/desk/moderation/items/{item.pk}/approve/")
    assert "Hello, I am new" in Client().get(thread.item.path).content.decode()
    browser.post(f"/items/{thread.pk}/reply/", {"body": "And now I am known"})
    assert Item.objects.filter(author=bo).latest("pk").state == "visible"


def test_a_spammer_whose_posts_are_all_held_stays_new(bo: Member) -> None:
    make.site(held_first_posts=1)
    assert [post(bo, f"Different words {number} each time").state for number in range(3)] == ["held"] * 3


def test_links_of_new_members_wait_and_those_of_known_ones_do_not(bo: Member) -> None:
    make.site(holds_new_links=True)
    item = post(bo, LINK)
    assert (item.state, signals(item)) == ("held", {"new member's link"})
    assert post(known("dee"), LINK).state == "visible"
    assert post(bo, "Look at [this](/t/1/x/) here").state == "visible", "a link that stays here"


def test_a_link_edited_in_later_waits_too(bo: Member, sam: Member) -> None:
    make.site(holds_new_links=True)
    item = post(bo, "Innocent words")
    assert item.state == "visible"
    signed_in(bo).post(f"/replies/{item.pk}/edit/", {"body": LINK})
    assert state(item) == "held"
    thread = make.thread(by=bo, title="Innocent title")
    said = {"title": "Innocent title", "body": LINK, "kind": "question", "language": "en"}
    signed_in(bo).post(f"/threads/{thread.pk}/edit/", said)
    assert state(thread.item) == "held"
    signed_in(sam).post(f"/replies/{item.pk}/edit/", {"body": LINK + " by staff"})
    assert state(item) == "held", "an edit by staff changes nothing about that"


def test_whoever_falls_into_the_trap_waits(bo: Member) -> None:
    item = post(bo, "I fill in every field there is", homepage="https://shop.example")
    assert (item.state, signals(item)) == ("held", {"trap"})
    place = make.category().place.pk
    browser = signed_in(bo)
    page = browser.get("/t/new/?title=Hello").content.decode()
    assert 'name="homepage"' in page
    browser.post("/t/new/", {"title": "A robot asks", "body": "Words", "place": place, "homepage": "x"})
    assert Item.objects.get(title="A robot asks").state == "held"


def test_the_trap_is_remembered_through_the_log_in(bo: Member) -> None:
    from community.feedback.begun import complete

    thread = make.thread(by=make.member("ann"))
    guest = Client()
    guest.post(f"/items/{thread.pk}/reply/", {"body": "A robot before log-in", "homepage": "x"})
    assert guest.session["begun"]["is_trapped"] is True
    request = type(
        "R", (), {"session": guest.session, "user": bo, "_messages": type("M", (), {"add": lambda *a: None})()}
    )
    complete(request())
    assert Item.objects.get(author=bo).state == "held"


def test_the_same_text_again_waits_however_it_is_dressed_up(bo: Member) -> None:
    assert post(bo, "Buy the best pills of the world").state == "visible"
    item = post(bo, "BUY the best, pills - of the WORLD!!!")
    assert (item.state, signals(item)) == ("held", {"same text"})
    assert post(bo, "Thanks!").state == "visible"
    assert post(bo, "Thanks!").state == "visible", "short thanks are no spam"


def test_weak_signals_hold_only_together(bo: Member) -> None:
    links = " ".join(f"https://site{number}.example/" for number in range(3))
    assert post(bo, links).state == "visible"
    item = post(bo, ("buy pills " * 20) + links)
    assert (item.state, signals(item)) == ("held", {"many links", "repetition"})


def test_many_posts_within_minutes_are_a_signal(bo: Member) -> None:
    for number in range(4):
        assert post(bo, f"Quick words number {number}").state == "visible"
    links = " ".join(f"https://site{number}.example/" for number in range(3))
    item = post(bo, f"And more at {links}")
    assert signals(item) == {"fast", "many links"}


def test_staff_champions_and_private_questions_are_not_looked_at(bo: Member, sam: Member) -> None:
    make.site(held_first_posts=5, holds_new_links=True)
    assert post(sam, LINK).state == "visible"
    assert post(make.member("priya", role="champion"), LINK).state == "visible"
    assert make.thread(by=bo, body=LINK, is_private=True).item.state == "visible"


def test_held_posts_are_in_no_list_count_or_feed(bo: Member) -> None:
    make.site(held_first_posts=1)
    thread = make.thread(by=bo, title="Held title", body="Held words")
    assert thread.item.state == "held"
    for url in (
        "/",
        "/discussions/",
        "/c/general/",
        "/members/bo/",
        "/feeds/discussions.atom",
        "/sitemap-threads-0.xml",
    ):
        page = Client().get(url).content.decode()
        assert "Held" not in page.replace("Held for", "")


def test_the_thresholds_are_documented_as_they_are() -> None:
    text = (Path(__file__).resolve().parent.parent / "docs/moderation.md").read_text()
    for signal in spam.SIGNALS.values():
        assert re.search(rf"\| {re.escape(str(signal.says))} .*\| {signal.points} \|", text), signal.says
    for number in (spam.FAST_POSTS, spam.FAST_MINUTES, spam.MANY_LINKS, spam.SAME_DAYS, spam.REPEATED_WORDS):
        assert re.search(rf"\b{number}\b", text)
