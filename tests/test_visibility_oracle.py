"""What a viewer may read, said a second time in plain Python from DESIGN.md section 3, and held against the site."""

import random
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from community.conversations.models import Reply
from community.discussions.models import Thread
from community.discussions.views.feeds import SITEMAP_SIZE
from community.feedback.access import open_file, open_item, readable
from community.feedback.attachments import Attachment
from community.feedback.models import Item, State, Visibility
from community.feedback.places import Viewer
from community.feedback.readers import readers_among
from community.members.models import Member
from community.search.find import find, suggest
from community.search.grammar import parse
from community.search.learn import learn
from tests import make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
SEED = 20261122
COUNT = 200


def may_see_place(viewer: Viewer, place: object) -> bool:
    if place is None or place.audience == "public":
        return True
    if not viewer.is_authenticated:
        return False
    if viewer.role in ("agent", "manager", "admin"):
        return True
    if place.audience == "members":
        return True
    return place.audience == "group" and place.group.members.filter(pk=viewer.pk).exists()


def may_read(viewer: Viewer, item: Item) -> bool:
    """DESIGN.md: public | members | group | company | private: author and staff | staff; and the states."""
    guest = not viewer.is_authenticated
    staff = not guest and viewer.role in ("agent", "manager", "admin")
    own = not guest and item.author_id == viewer.pk
    if item.state in ("draft", "scheduled"):
        if not own:
            return False
    elif item.state in ("held", "hidden"):
        if not (own or staff):
            return False
    elif item.state != "visible" and not staff:
        return False
    if not may_see_place(viewer, item.place):
        return False
    if staff:
        return True
    said = item.visibility
    if said == "public":
        return True
    if guest or said == "staff":
        return False
    if own or said == "members":
        return True
    if said == "group":
        return item.group.members.filter(pk=viewer.pk).exists()
    return said == "company" and viewer.company_id is not None and item.author.company_id == viewer.company_id


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[list[Item], list[Viewer]]]:
    """Made once for all that is asked of it; each test changes it in a transaction of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        make.site()
        yield build()
        transaction.set_rollback(True)


def build() -> tuple[list[Item], list[Viewer]]:
    dice = random.Random(SEED)
    acme, fjord = make.company("Acme"), make.company("Fjord")
    people = [
        make.member("ann", company=acme), make.member("bo", company=acme), make.member("cy", company=fjord),
        make.member("dee"), make.member("priya", role="champion"), make.member("sam", role="agent"),
        make.member("mia", role="manager"),
    ]  # fmt: skip
    beta, alpha = make.group("beta", people[1], people[3]), make.group("alpha", people[2])
    label = make.label("oracle")
    places = [
        make.category("open").place, make.category("inside", audience="members").place,
        make.category("beta", audience="group", group=beta).place, make.category("back", audience="staff").place,
    ]  # fmt: skip
    for number in range(COUNT):
        thread = make.thread(
            by=dice.choice(people[5:]),
            title=f"Secretnumber{number:03} words",
            place=dice.choice(places),
            labels=(label,),
        )
        if dice.random() < 0.5:
            reply = make.reply(thread, by=people[5], body=f"Replynumber{number:03} words")
            reply_author = dice.choice(people)
            Item.objects.filter(pk=reply.pk).update(
                author=reply_author, state=dice.choice([*State.values, *["visible"] * 6])
            )
        said = dice.choice([*Visibility.values, "public", "public"])
        state = dice.choice([*State.values, *["visible"] * 8])
        group = dice.choice([alpha, beta]) if said == "group" else None
        author = dice.choice(people)
        Item.objects.filter(pk=thread.pk).update(visibility=said, state=state, group=group, author=author)
        Item.objects.filter(reply__about=thread.pk).update(visibility=said, group=group)
    items = list(Item.objects.filter(kind="thread").select_related("place__group", "group", "author").order_by("pk"))
    return items, [AnonymousUser(), *people]


def browser_of(viewer: Viewer) -> Client:
    return signed_in(viewer) if isinstance(viewer, Member) else Client()


def test_visible_to_agrees_with_the_oracle(world: tuple[list[Item], list[Viewer]]) -> None:
    items, viewers = world
    for viewer in viewers:
        found = set(Item.objects.visible_to(viewer).filter(kind="thread").values_list("pk", flat=True))
        wanted = {item.pk for item in items if may_read(viewer, item)}
        assert found == wanted, str(viewer)
        assert {item.pk for item in items if item.is_visible_to(viewer)} == wanted, str(viewer)
        if isinstance(viewer, Member) and viewer.is_staff:
            assert len(found) > COUNT / 2
    counts = {str(viewer): Item.objects.visible_to(viewer).filter(kind="thread").count() for viewer in viewers}
    assert counts["AnonymousUser"] < counts["dee"] < counts["sam"]


def test_lists_feeds_maps_profiles_and_similar_show_nothing_hidden(world: tuple[list[Item], list[Viewer]]) -> None:
    items, viewers = world
    numbers = {item.pk: item.title[12:15] for item in items}
    for viewer in viewers:
        hidden = {numbers[item.pk] for item in items if not may_read(viewer, item)}
        public = {numbers[item.pk] for item in items if may_read(AnonymousUser(), item)}
        browser = browser_of(viewer)
        shown = 0
        for url in (
            "/", "/discussions/", "/discussions/?order=top", "/discussions/?order=new", "/discussions/?order=unanswered",
            "/discussions/?order=mine", "/c/open/", "/c/inside/", "/c/beta/", "/c/back/", "/labels/oracle/",
            "/members/ann/", "/members/sam/", "/members/dee/", "/members/cy/", "/t/similar/?title=Secretnumber001 words",
            "/t/new/?title=Secretnumber077 words", "/mentions/?q=a", "/limits/",
            "/search/?q=secretnumber words", "/search/?q=replynumber words", "/search/?q=words&in=inside",
            "/search/?q=words author:sam", "/search/?q=words&label=oracle&is=answered", '/search/?q="words" -nothing',
            "/search/suggestions/?q=secretnumb", "/search/suggestions/?q=words", "/api/v1/threads?limit=50",
            "/api/v1/threads?order=top&category=inside&limit=50", "/api/v1/threads?label=oracle&order=unanswered",
            "/api/v1/search?q=secretnumber words&limit=50", "/api/v1/search?q=replynumber words author:sam&limit=50",
        ):  # fmt: skip
            for page in pages(browser, url):
                found = set(re.findall(r"(?:[Ss]ecret|Reply)number(\d{3})", page.replace('value="Secretnumber077', "")))
                shown += len(found)
                assert not found & hidden, (str(viewer), url, found & hidden)
        assert shown > 20
        # A sitemap holds a range of ids, and PostgreSQL goes on counting from one test to the next.
        sitemap = f"/sitemap-threads-{items[0].pk // SITEMAP_SIZE}.xml"
        for url in ("/feeds/discussions.atom", "/feeds/c/open.atom", "/feeds/labels/oracle.atom", sitemap):
            found = set(re.findall(r"[Ss]ecretnumber(\d{3})", browser.get(url).content.decode()))
            assert found <= public, (str(viewer), url)
            assert found


def test_search_finds_what_may_be_read_and_nothing_else(world: tuple[list[Item], list[Viewer]]) -> None:
    """Whatever is asked, in whatever grammar; and what may be read is found by its own word."""
    items, viewers = world
    learn()
    dice = random.Random(SEED + 2)
    about = dict(Reply.objects.filter(item__state="visible").values_list("item", "about"))
    words = ("secretnumber", "replynumber", "words", '"words"', "secretnumbr", "-nothing", "")
    filters = ("", "author:sam", "author:dee", "in:inside", "in:back", "in:beta", "label:oracle", "is:unsolved",
               "is:answered", "kind:thread", "kind:reply", "language:en", "after:2020-01-01", "before:2099-01-01")  # fmt: skip
    for viewer in viewers:
        shown = {item.pk for item in items if item.state == "visible" and may_read(viewer, item)}
        for _each in range(25):
            query = " ".join([dice.choice(words), dice.choice(words), dice.choice(filters), dice.choice(filters)])
            for found in (find(parse(query), viewer, ("en",)), suggest(query, viewer, ("en",), most=20)):
                assert {hit.item_id for hit in found.hits} <= shown, (str(viewer), query)
                assert {hit.part_id for hit in found.hits} <= shown | about.keys(), (str(viewer), query)
                assert all(about.get(hit.part_id, hit.item_id) == hit.item_id for hit in found.hits)
        for item in dice.sample(items, 15):
            hits = find(parse(item.title.split()[0]), viewer, ("en",)).hits
            assert (bool(hits) and hits[0].item_id == item.pk) == (item.pk in shown), (str(viewer), item.state)


def pages(browser: Client, url: str) -> list[str]:
    """A list with what follows it."""
    found = []
    while url and len(found) < 4:
        answer = browser.get(url)
        found.append(answer.content.decode())
        url = answer.context.get("next_url", "") if answer.status_code == 200 and answer.context else ""
    return found


def test_pages_by_id_answer_as_the_oracle_says(world: tuple[list[Item], list[Viewer]]) -> None:
    items, viewers = world
    dice = random.Random(SEED + 1)
    by_pk = {item.pk: item for item in items}
    replies = {reply.about_id: reply for reply in Reply.objects.select_related("item__author")}
    for viewer in viewers:
        browser = browser_of(viewer)
        for item in dice.sample(items, 25):
            may = may_read(viewer, item)
            for url in (
                f"/items/{item.pk}/history/", f"/items/{item.pk}/vote/", f"/go/{item.pk}", f"/t/{item.pk}/x/",
                f"/api/v1/threads/{item.pk}",
            ):  # fmt: skip
                answer = browser.get(url)
                merged = item.state == "merged" and url.startswith(("/t/", "/api/"))
                assert (answer.status_code in (200, 301, 302)) == (may and not merged), (str(viewer), url, item.state)
                if not may:
                    assert "ecretnumber" not in answer.content.decode()
            reply = replies.get(item.pk)
            if reply:
                own, staff = reply.item.author == viewer, getattr(viewer, "is_staff", False)
                shown = {
                    "visible": True,
                    "held": own or staff,
                    "hidden": own or staff,
                    "draft": own,
                    "scheduled": own,
                }.get(reply.item.state, staff)
                if reply.item.state in ("draft", "scheduled"):
                    continue  # nobody's reply is ever one
                status = browser.get(f"/items/{reply.pk}/history/").status_code
                assert (status == 200) == (shown and may_read(viewer, by_pk[reply.about_id]))
    assert Thread.objects.count() == COUNT


def test_readers_among_says_the_same_from_the_other_side(world: tuple[list[Item], list[Viewer]]) -> None:
    """Who is told of an item are those who could open it; and lists ask `readable` the same."""
    _items, viewers = world
    members = [viewer for viewer in viewers if isinstance(viewer, Member)]
    everything = list(Item.objects.select_related("place", "author"))
    about = dict(Reply.objects.values_list("item", "about"))
    opened = {(member.pk, item.pk) for member in members for item in everything if _opens(member, item)}
    told = {(pk, item.pk) for item in everything for pk in readers_among(item, [one.pk for one in members])}
    assert told == opened
    listed = {
        (member.pk, pk)
        for member in members
        for pk in readable(member, [(item, about.get(item.pk, item.pk)) for item in everything])
    }
    assert listed == opened


def _opens(member: Member, item: Item) -> bool:
    try:
        return bool(open_item(member, item.pk))
    except Http404:
        return False


def test_B29_files_are_read_as_the_oracle_says(world: tuple[list[Item], list[Viewer]]) -> None:
    items, viewers = world
    replies = list(Reply.objects.select_related("item__author"))
    for item in [*items, *(reply.item for reply in replies)]:
        Attachment.objects.create(
            item=item, uploaded_by=item.author, kind="download", name="a.pdf", size=1, file="x", unused_since=None
        )
    files = dict(Attachment.objects.values_list("item", "pk"))
    by_pk = {item.pk: item for item in items}
    counts = Counter[str]()
    dice = random.Random(SEED + 2)
    for viewer in viewers:
        staff = getattr(viewer, "is_staff", False)
        # The rule behind it is asked about every item above; here, that files follow it.
        for item in dice.sample(items, 70):
            assert opens(viewer, files[item.pk]) == may_read(viewer, item), (str(viewer), item.state)
            counts[str(viewer)] += may_read(viewer, item)
        for reply in dice.sample(replies, 50):
            state, writer = reply.item.state, reply.item.author == viewer
            if state in ("draft", "scheduled"):
                continue  # nobody's reply is ever one
            shown = state == "visible" or staff or (writer and state in ("held", "hidden"))
            wanted = shown and may_read(viewer, by_pk[reply.about_id])
            assert opens(viewer, files[reply.pk]) == wanted, (str(viewer), state)
    assert 0 < counts["AnonymousUser"] < counts["dee"] < counts["sam"]


def opens(viewer: Viewer, pk: int) -> bool:
    try:
        open_file(viewer, pk)
    except Http404:
        return False
    return True
