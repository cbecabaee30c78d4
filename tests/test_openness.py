"""Everybody sees what became of it: my impact, the page with the numbers, thanks by consent, and what staff still owe."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import Schedule

from community.feedback.models import Item
from community.feedback.vote import take_down
from community.members.leave import leave
from community.members.models import Member
from community.members.privacy import exporters
from community.notifications.follow import set_level
from community.notifications.models import Level
from roadmap.apps import ensure_schedules
from roadmap.features.models import Feature
from roadmap.features.plan import Planned, When, edit_feature, gather, retarget
from roadmap.ideas.merge import merge
from roadmap.ideas.models import Idea
from roadmap.imports.run import Wish, import_ideas
from roadmap.openness import figures, impact, thanks, waiting
from roadmap.openness.models import Figures, Thanked
from roadmap.releases.models import Release
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from tests import ideas, make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def released(title: str, sam: Member, *wanted: Idea, **line: Any) -> Release:
    release = draft_release(Told(title, "Words."), by=sam)
    write_entry(release, Line("new", f"Entry of {title}", ideas=wanted, **line), by=sam)
    publish(release, by=sam)
    return release


def main_of(page: str) -> str:
    return page.split("<main", 1)[1].split("</main", 1)[0]


def cost(browser: Client, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url).status_code == 200
    return len(caught)


# My impact


def test_my_impact_says_what_became_of_each(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    asked, voted = ideas.idea("Dark mode", "One.", by=ann), ideas.idea("Night colours", "Two.", by=bo)
    other = ideas.idea("Pay slips", "Three.", by=cy)
    ideas.voted(voted, ann)
    feature = ideas.feature("A night theme")
    gather(feature, voted, by=sam)
    followed = ideas.feature("Invoices")
    set_level(ann, followed.item, Level.TRACKING)
    merge(ideas.idea("Night mode", "Four.", by=ann).item, voted.item, by=sam)
    released("Version 5", sam, asked)
    page = main_of(signed_in(ann).get("/me/impact/").content.decode())
    for words in ("Dark mode", "Night colours", "Invoices", "Night mode", "You asked for it in", "You voted for it in"):
        assert words in page, words
    assert "You follow it" in page
    assert other.item.title not in page
    assert page.count("Shipped in:") == 1
    assert "On the roadmap:" in page
    assert "Merged into:" in page
    assert "Shipped because of people like you" in page
    for show, there, not_there in (
        ("asked", "Dark mode", "Invoices"), ("voted", "Night colours", "Invoices"), ("followed", "Invoices", "Dark mode"),
    ):  # fmt: skip
        listed = main_of(signed_in(ann).get(f"/me/impact/?show={show}").content.decode()).split('id="impact"')[1]
        assert there in listed
        assert not_there not in listed


def test_it_counts_the_others_who_wanted_what_shipped(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    idea = ideas.idea(by=ann)
    ideas.voted(idea, bo, cy)
    released("Version 5", sam, idea)
    for member in (ann, bo):
        assert "with 2 others who wanted it" in signed_in(member).get("/me/impact/").content.decode()
    assert "others who wanted it" not in signed_in(make.member("dee")).get("/me/impact/").content.decode()


def test_who_has_done_nothing_yet_is_led_to_the_ideas(ann: Member, client: Client) -> None:
    page = main_of(signed_in(ann).get("/me/impact/").content.decode())
    assert "Nothing here yet" in page
    assert 'href="/ideas/"' in page
    assert "?show=" not in page
    assert "Show all" in signed_in(ann).get("/me/impact/?show=voted").content.decode()
    assert client.get("/me/impact/").status_code == 302
    assert 'href="/me/impact/"' in signed_in(ann).get("/").content.decode()


def test_what_somebody_may_not_read_any_more_is_not_there(ann: Member, bo: Member, sam: Member) -> None:
    acme = make.company()
    for one in (ann, bo):
        one.company = acme
        one.save()
    idea = ideas.idea("Secret plan", by=ann, is_private=True)
    ideas.voted(idea, bo)
    released("Version 5", sam, idea)
    assert "Secret plan" in signed_in(bo).get("/me/impact/").content.decode()
    Member.objects.filter(pk=bo.pk).update(company=None)
    page = signed_in(Member.objects.get(pk=bo.pk)).get("/me/impact/").content.decode()
    assert "Secret plan" not in page
    assert "Version 5" not in page  # that it came of something of theirs


def test_my_impact_is_paged_and_costs_the_same_for_many(
    ann: Member, sam: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impact, "SIZE", 6)
    browser = signed_in(ann)
    released("Version 0", sam, ideas.idea("Idea 0", "Words 0.", by=ann))
    few = cost(browser, "/me/impact/")
    for number in range(1, 10):
        idea = ideas.idea(f"Idea {number}", f"Words {number}.", by=make.member(f"m{number}"))
        ideas.voted(idea, ann)
        released(f"Version {number}", sam, idea)
    assert cost(browser, "/me/impact/") == few
    assert few <= 10
    url, seen = "/me/impact/", []
    while url:
        page = browser.get(url).content.decode()
        seen += re.findall(r'row-title"[^>]*><bdi>(Idea \d)', page)
        found = re.search(r'href="(/me/impact/\?after=[^"]+)"', page)
        url = found[1] if found else ""
    assert sorted(seen) == [f"Idea {number}" for number in range(10)]


# Thanks


def test_nobody_is_named_who_did_not_say_so(ann: Member, bo: Member, sam: Member, client: Client) -> None:
    released("Version 5", sam, ideas.idea("One idea", "One.", by=ann), ideas.idea("Another", "Two.", by=bo))
    page = main_of(client.get("/open/").content.decode())
    assert "@ann" not in page
    assert "Thanks to 2 members who asked for it" in page
    browser = signed_in(ann)
    assert "Name me in thanks" in browser.get("/me/privacy/").content.decode()
    answer = browser.post("/me/thanks/", {"next": "/me/impact/"})
    assert answer.headers["Location"] == "/me/impact/"
    page = main_of(client.get("/open/").content.decode())
    assert "@ann" in page
    assert "@bo" not in page
    assert "and 1 other" in page
    assert "Do not name me" in browser.get("/me/impact/").content.decode()
    browser.post("/me/thanks/withdrawal/", {"next": "https://evil.example"})
    assert "@ann" not in client.get("/open/").content.decode()


def test_the_consent_is_in_the_copy_and_goes_with_the_member(ann: Member) -> None:
    thanks.allow(ann)
    thanks.allow(ann)
    export = exporters.get("named-in-thanks")
    assert export is not None
    assert len(list(export(ann))) == 1
    leave(ann, erases=True)
    assert not Thanked.objects.exists()


# The page for everybody


def test_without_anything_there_is_no_figure(client: Client) -> None:
    page = main_of(client.get("/open/").content.decode())
    assert page.count("No figure yet") == 2
    assert "0 %" not in page
    assert "<svg" not in page
    assert "Every open idea has an official answer." in page
    assert "Nothing has shipped in this quarter yet." in page


def test_the_share_of_votes_delivered(ann: Member, sam: Member, client: Client) -> None:
    """Delivered 3, open 5, declined 2, merged apart; private and staff's areas count nowhere."""
    voters = [make.member(f"v{number}") for number in range(4)]
    made = {name: ideas.idea(name, f"{name}.", by=ann) for name in ("Shipped", "Open", "Planned", "Declined", "Twin")}
    ideas.voted(made["Shipped"], *voters[:2])
    ideas.voted(made["Open"], *voters[:2])
    ideas.voted(made["Planned"], voters[0])
    ideas.voted(made["Declined"], voters[0])
    ideas.moved(made["Planned"], "planned")
    ideas.moved(made["Declined"], "declined")
    merge(made["Twin"].item, made["Open"].item, by=sam)  # ann has voted for both: hers counts there
    hidden = ideas.idea("Hidden", "Hidden.", by=sam, area=ideas.area("back", audience="staff"))
    private = ideas.idea("Private", "Private.", by=sam, is_private=True)
    ideas.voted(private, make.member("agent", role="agent"))
    released("Version 5", sam, made["Shipped"], hidden)
    figures.count()
    counted, _row = figures.current()
    votes = {name: Item.objects.get(pk=idea.pk).vote_count for name, idea in made.items()}
    assert counted.votes == {
        "delivered": 3, "open": votes["Open"] + 2, "declined": 2, "merged": votes["Twin"],
    }  # fmt: skip
    assert counted.ideas == 5
    share = 100 * 3 / (3 + votes["Open"] + 2)
    assert counted.share == pytest.approx(share)
    page = main_of(client.get("/open/").content.decode())
    assert f"{int(share + 0.5)} %" in page
    assert "<svg" in page
    assert "<table" in page
    for secret in ("Hidden", "Private"):
        assert secret not in page


@pytest.mark.parametrize(("waited", "says"), [([1, 2, 9], "2 days"), ([1, 2], "2 days"), ([0.2], "less than a day")])
def test_the_median_time_to_the_first_official_answer(
    waited: list[float], says: str, ann: Member, client: Client
) -> None:
    now = timezone.now()
    ideas.idea("Without an answer", by=ann)
    for number, days in enumerate([*waited, 200]):
        idea = ideas.idea(f"Idea {number}", f"Words {number}.", by=ann)
        asked = now - timedelta(days=500 if days == 200 else 30)  # of long ago
        Item.objects.filter(pk=idea.pk).update(created_at=asked)
        Idea.objects.filter(pk=idea.pk).update(answered_at=asked + timedelta(days=days))
    figures.count()
    counted, _row = figures.current()
    assert counted.answered == len(waited)
    assert says in main_of(client.get("/open/").content.decode())


def test_answers_that_came_without_dates_say_nothing_of_time(sam: Member, client: Client, tmp_path: Path) -> None:
    ideas.area("app")
    lines = "".join(f"{number},Wish {number},planned,We will.\n" for number in range(5))
    (tmp_path / "a.csv").write_text(f"id,title,status,answer\n{lines}")
    import_ideas(Wish(path=tmp_path / "a.csv", name="a"))
    assert (figures._count().answered, figures._count().days) == (0, None)
    assert "less than a day" not in client.get("/open/").content.decode()


def test_the_ideas_that_wait_longest_are_named_while_they_wait(sam: Member, client: Client) -> None:
    for number in range(12):
        idea = ideas.idea(f"Idea {number:02}", f"Words {number}.", by=sam)
        Item.objects.filter(pk=idea.pk).update(created_at=timezone.now() - timedelta(days=100 - number))
    figures.count()
    named = re.findall(r"Idea \d\d", main_of(client.get("/open/").content.decode()))
    assert named == [f"Idea {number:02}" for number in range(10)]
    first = Idea.objects.get(item__title="Idea 00")
    ideas.moved(first, "planned")
    Item.objects.filter(title="Idea 01").update(visibility="private")
    Item.objects.filter(title="Idea 02").update(state="hidden")
    named = re.findall(r"Idea \d\d", main_of(client.get("/open/").content.decode()))  # at once, before the next count
    assert named == [f"Idea {number:02}" for number in range(3, 10)]
    figures.count()
    assert len(re.findall(r"Idea \d\d", main_of(client.get("/open/").content.decode()))) == 9


def test_what_shipped_before_this_quarter_is_not_named(ann: Member, sam: Member, client: Client) -> None:
    released("Version 5", sam, ideas.idea(by=ann))
    old = released("Version 4", sam)
    Release.objects.filter(pk=old.pk).update(published_at=timezone.now() - timedelta(days=93))
    page = main_of(client.get("/open/").content.decode())
    assert "Version 5" in page
    assert "1 idea, 1 vote" in page
    assert "Version 4" not in page


def test_the_page_costs_the_same_for_many(ann: Member, sam: Member, client: Client) -> None:
    thanks.allow(ann)
    released("Version 0", sam, ideas.idea("Idea", by=ann))
    ideas.idea("Waiting", "Words.", by=ann)
    figures.count()
    few = cost(client, "/open/")
    for number in range(8):
        member = make.member(f"m{number}")
        thanks.allow(member)
        released(f"Version {number + 1}", sam, ideas.idea(f"Idea {number}", f"Words {number}.", by=member))
        ideas.idea(f"Waiting {number}", f"More {number}.", by=member)
    figures.count()
    assert cost(client, "/open/") == few
    assert few < 9
    with CaptureQueriesContext(connection) as caught:
        figures.count()
    assert len(caught) < 12
    assert Figures.objects.count() == 1


def test_it_is_counted_by_the_clock_and_found_by_everybody(client: Client) -> None:
    Schedule.objects.all().delete()
    for _twice in range(2):
        ensure_schedules("default")
    assert Schedule.objects.filter(func=figures.COUNT).count() == 1
    assert 'href="/open/"' in client.get("/").content.decode()


def test_features_releases_and_the_page_are_in_the_sitemap(sam: Member, client: Client) -> None:
    feature, hidden = ideas.feature(), ideas.feature("For staff", visibility="staff")
    release, draft = released("Version 5", sam), draft_release(Told("A draft", "Words."), by=sam)
    index = client.get("/sitemap.xml").content.decode()
    pages = [re.sub(r"^https?://[^/]+", "", one) for one in re.findall(r"<loc>([^<]+)</loc>", index)]
    assert "/sitemap-open.xml" in pages
    named = "".join(client.get(page).content.decode() for page in pages)
    for path in ("/open/", feature.item.path, release.item.path):
        assert f"{path}</loc>" in named
    for path in (hidden.item.path, draft.item.path):
        assert path not in named
    assert client.get("/sitemap-roadmap-99999999999.xml").status_code == 404


# What staff still owe


def test_promises_whose_day_has_passed(sam: Member, ann: Member) -> None:
    today = timezone.now().date()
    quarter = date(2026, 3, 31)
    late = ideas.feature("Late", when=When("date", "later", today - timedelta(days=3), "high"), owner=sam)
    ideas.feature("Of a quarter", when=When("quarter", "later", quarter, "high"))
    ideas.feature("Today", when=When("date", "later", today, "high"))
    ideas.feature("Sometime")
    shipped = ideas.feature("Shipped", when=When("date", "later", today - timedelta(days=9), "high"))
    ideas.moved(shipped, "shipped")  # type: ignore[arg-type]
    browser = signed_in(sam)
    page = main_of(browser.get("/desk/promises/").content.decode())
    assert "3 days late" in page
    assert "Sam Rivera" in page
    assert page.index("Of a quarter") < page.index("Late")
    for other in ("Today", "Sometime", "Shipped"):
        assert f"<bdi>{other}</bdi>" not in page
    retarget(late, "later", by=sam, reason="Another thing comes first.")
    assert "<bdi>Late</bdi>" not in browser.get("/desk/promises/").content.decode()
    assert signed_in(ann).get("/desk/promises/").status_code == 403


def test_only_a_later_day_puts_off(sam: Member) -> None:
    today = timezone.now().date()
    feature = ideas.feature("Theme", horizon="later")

    def promised(when: When) -> str:
        edit_feature(feature, Planned("Theme", "Words.", "Why.", when, area=ideas.area()), by=sam)
        return main_of(signed_in(sam).get("/desk/promises/").content.decode())

    def day(ago: int, confidence: str = "medium") -> When:
        return When("date", "later", today - timedelta(days=ago), confidence)

    assert "put off" not in promised(day(10))  # a day at last
    assert "put off" not in promised(day(20))  # brought forward
    assert "put off" not in promised(day(20, "high"))
    assert "put off 1 time<" in promised(day(8))
    retarget(feature, "later", by=sam)
    assert "put off 2 times<" in promised(day(2))


def test_a_promise_that_is_kept_while_they_are_read_hides_none(sam: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "SIZE", 2)
    days = [timezone.now().date() - timedelta(days=number) for number in (9, 8, 8, 8, 1)]
    made = [ideas.feature(f"F{number}", when=When("date", "later", day, "high")) for number, day in enumerate(days)]
    rows, after = waiting.promises_page("")
    ideas.moved(made[0], "shipped")  # type: ignore[arg-type]
    seen = [row.title for row in rows]
    while after:
        rows, after = waiting.promises_page(after)
        seen += [row.title for row in rows]
    assert seen == ["F0", "F1", "F2", "F3", "F4"]
    for odd in ("2026-02-30.1", "2026-02-01", "2026-02-01.x", "2026-02-01." + "9" * 30, "9"):
        assert len(waiting.promises_page(odd)[0]) == 2


def test_ideas_that_many_want_and_nobody_has_answered(sam: Member, ann: Member) -> None:
    def wanted(title: str, votes: int) -> Idea:
        idea = ideas.idea(title, f"{title}.", by=ann)
        Item.objects.filter(pk=idea.pk).update(vote_count=votes)
        return idea

    wanted("Eleven", 11)
    wanted("Most", 40)
    wanted("Ten", 10)
    ideas.moved(wanted("Answered", 50), "planned")
    ended = wanted("Ended", 60)
    Item.objects.filter(pk=ended.pk).update(stage="declined")
    page = main_of(signed_in(sam).get("/desk/unanswered-ideas/").content.decode())
    assert re.findall(r"<bdi>(Eleven|Most|Ten|Answered|Ended)</bdi>", page) == ["Most", "Eleven"]
    desk = main_of(signed_in(sam).get("/desk/").content.decode())
    assert re.search(r'href="/desk/unanswered-ideas/">[^<]* <span class="badge[^>]*>2</span>', desk)
    assert re.search(r'href="/desk/promises/">[^<]*</a>', desk)


def test_the_lists_of_staff_cost_the_same_for_many(sam: Member) -> None:
    def more(start: int, end: int) -> None:
        for number in range(start, end):
            day = timezone.now().date() - timedelta(days=number + 1)
            ideas.feature(f"Feature {number}", when=When("date", "later", day, "high"), owner=sam)
            idea = ideas.idea(f"Idea {number}", f"Words {number}.", by=make.member(f"m{number}"))
            Item.objects.filter(pk=idea.pk).update(vote_count=20 + number)

    browser, urls = signed_in(sam), ("/desk/promises/", "/desk/unanswered-ideas/")
    more(0, 1)
    few = [cost(browser, url) for url in urls]
    more(1, 35)
    assert [cost(browser, url) for url in urls] == few
    assert max(few) <= 8
    for url in urls:
        page = browser.get(url).content.decode()
        after = re.search(rf'href="({re.escape(url)}\?after=[^"]+)"', page)
        assert after
        assert browser.get(after[1]).content.decode().count("data-row") == 5
        assert browser.get(f"{url}?after=odd").status_code == 200
    assert Feature.objects.count() == 35


def test_what_staff_noted_for_somebody_is_theirs_too(ann: Member, bo: Member, sam: Member) -> None:
    idea = ideas.idea(by=ann)
    take_down(idea.item, bo, by=sam)
    page = signed_in(bo).get("/me/impact/?show=voted").content.decode()
    assert "Our staff noted it for you in" in page
    assert "You voted for it" not in page
