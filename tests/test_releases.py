"""Releases: drafted, scheduled and published once; what they fulfil has shipped, and everyone who asked is told once."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.feedback.models import Item, Link, Vote
from community.members.models import Member
from community.notifications import deliver
from community.notifications.follow import set_level
from community.notifications.models import Level, Notification
from roadmap.features.models import Feature
from roadmap.features.plan import gather
from roadmap.ideas.models import Idea
from roadmap.releases import publish as publishing
from roadmap.releases.models import Entry, Release
from roadmap.releases.publish import announce, publish, publish_due
from roadmap.releases.write import Line, Told, draft_release, write_entry
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def drafted(title: str = "Version 5", sam: Member | None = None, **line: object) -> Release:
    by = sam or make.member("sam", role="agent")
    release = draft_release(Told(title, "What is **new**.", "5.0"), by=by)
    if line:
        write_entry(release, Line("new", "A night theme", "Dark at last.", **line), by=by)  # type: ignore[arg-type]
    return release


def told() -> dict[str, str]:
    """Handle → why, of those who were told that something shipped."""
    rows = Notification.objects.filter(topic=publishing.SHIPPED).select_related("recipient")
    return {one.recipient.handle: one.detail["why"] for one in rows}


@pytest.mark.parametrize("name", ["features", "labels", "area"])
def test_C42_a_choice_that_is_no_number_is_said(name: str, sam: Member) -> None:
    release = draft_release(Told("Version 5", "Words."), by=sam)
    words = {"kind": "new", "title": "A night theme", name: "9" * 20}
    answer = signed_in(sam).post(f"/releases/{release.pk}/entries/new/", words)
    assert answer.status_code == 422
    assert "A night theme" in answer.content.decode()


def test_staff_write_a_release_and_publish_it(ann: Member, sam: Member, client: Client) -> None:
    idea = ideas.idea(by=ann)
    browser = signed_in(sam)
    answer = browser.post("/releases/new/", {"title": "Version 5", "body": "What is **new**.", "version": "5.0"})
    release = Release.objects.select_related("item").get()
    assert answer.headers["Location"] == release.item.path == "/changelog/5-0/"
    entry = {"kind": "new", "title": "A night theme", "body": "Dark.", "area": ideas.area().pk, "ideas": f"#{idea.pk}"}
    assert browser.post(f"/releases/{release.pk}/entries/new/", entry).status_code == 302
    assert client.get(release.item.path).status_code == 404
    assert "Version 5" not in client.get("/changelog/").content.decode()
    assert "Version 5" in browser.get("/changelog/").content.decode()
    asked = browser.get(f"/releases/{release.pk}/publication/").content.decode()
    assert "1 person who suggested" in asked
    browser.post(f"/releases/{release.pk}/publication/")
    for path in ("/changelog/", release.item.path):
        page = client.get(path).content.decode()
        assert "What is <strong>new</strong>." in page
        assert "A night theme" in page
        assert idea.item.path in page
    assert Idea.objects.get().stage.kind == "shipped"
    shown = client.get(idea.item.path).content.decode()
    assert "Shipped in:" in shown
    assert release.item.path in shown
    assert Link.objects.get(kind="shipped_in").source_id == idea.pk


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"ideas": "odd"}, "neither an address nor a number"),
        ({"ideas": "999999"}, "There is no idea with the number 999999."),
        ({"title": ""}, "This field is required"),
        ({"kind": "odd"}, "valid choice"),
    ],
)
def test_what_is_wrong_in_an_entry_is_said(said: dict[str, str], says: str, sam: Member) -> None:
    release = drafted(sam=sam)
    words = {"kind": "new", "title": "A night theme", "body": "Dark at last."} | said
    answer = signed_in(sam).post(f"/releases/{release.pk}/entries/new/", words)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Dark at last." in answer.content.decode()
    assert not Entry.objects.exists()


def test_only_staff_write_releases(ann: Member, client: Client) -> None:
    release = drafted()
    for path in ("new/", f"{release.pk}/edit/", f"{release.pk}/publication/", f"{release.pk}/entries/new/"):
        assert signed_in(ann).get(f"/releases/{path}").status_code == 403
        assert client.get(f"/releases/{path}").status_code == 302
    assert signed_in(ann).post(f"/releases/{release.pk}/publication/").status_code == 403
    assert signed_in(ann).get(release.item.path).status_code == 404
    assert not Release.objects.get().is_published


def test_everyone_who_asked_is_told_once_and_personally(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    dee = make.member("dee")
    first, second = ideas.idea("Dark mode", "One.", by=ann), ideas.idea("Night colours", "Two.", by=bo)
    ideas.voted(first, bo, dee)
    ideas.voted(second, ann)
    feature = ideas.feature()
    gather(feature, second, by=sam)
    set_level(cy, feature.item, Level.WATCHING)
    set_level(dee, first.item, Level.MUTED)
    tasks.run_all()
    Notification.objects.all().delete()
    release = drafted(sam=sam, ideas=(first,), features=(feature,))
    assert publish(release, by=sam)
    tasks.run_all()
    assert told() == {"ann": "asked", "bo": "asked", "cy": "followed"}
    assert Notification.objects.count() == 3
    announce(release.pk)  # the worker was killed before it could say that it was done
    assert not publish(release, by=sam)  # a second click
    tasks.run_all()
    assert Notification.objects.count() == 3
    assert [one.stage.kind for one in (*Idea.objects.all(), *Feature.objects.all())] == ["shipped"] * 3


def test_the_mail_says_what_they_asked_for_and_when(ann: Member, bo: Member, sam: Member) -> None:
    make.confirmed(ann, bo)
    Member.objects.filter(pk=bo.pk).update(language="ko")
    idea = ideas.idea(by=ann)
    ideas.voted(idea, bo)
    march = timezone.now().replace(year=2026, month=3, day=5)
    Item.objects.filter(pk=idea.pk).update(created_at=march)
    Vote.objects.update(created_at=march)
    mail.outbox.clear()
    publish(drafted(sam=sam, ideas=(idea,)), by=sam)
    tasks.run_all()
    deliver.pump()
    sent = {one.to[0]: str(one.body).translate({0x2068: None, 0x2069: None}) for one in mail.outbox}
    assert sent.keys() == {ann.email, bo.email}
    assert "You asked for “Dark mode” in March 2026. It is here: “Version 5”" in sent[ann.email]
    assert "/changelog/5-0/" in sent[ann.email]
    assert "2026년 3월" in sent[bo.email]


def test_a_private_idea_is_named_to_nobody_who_cannot_read_it_any_more(ann: Member, sam: Member) -> None:
    acme = make.company()
    ann.company = acme
    ann.save()
    gone = make.member("gone", company=acme)
    idea = ideas.idea("Secret plan", by=ann, is_private=True)
    ideas.voted(idea, gone)
    gone.company = None
    gone.save()
    publish(drafted(sam=sam, ideas=(idea,)), by=sam)
    tasks.run_all()
    assert told() == {"ann": "asked", "gone": "followed"}
    assert "Secret plan" not in Client().get("/changelog/").content.decode()
    assert "Secret plan" in signed_in(ann).get("/changelog/").content.decode()
    assert "Secret plan" not in Client().get("/feeds/changelog.atom").content.decode()
    assert "Secret plan" not in Client().get("/feeds/changelog.json").content.decode()


def test_the_bell_asks_no_more_for_many_that_shipped(bo: Member, sam: Member) -> None:
    def ship(number: int) -> None:
        idea = ideas.idea(f"Idea {number}", by=make.member())
        ideas.voted(idea, bo)
        publish(drafted(f"Version {number}", sam, ideas=(idea,)), by=sam)
        tasks.run_all()

    def cost() -> int:
        browser.get("/me/notifications/")
        with CaptureQueriesContext(connection) as caught:
            page = browser.get("/me/notifications/").content.decode()
        assert page.count("You voted for “") == Notification.objects.filter(recipient=bo).count()
        return len(caught)

    browser = signed_in(bo)
    for number in range(2):
        ship(number)
    few = cost()
    for number in range(2, 14):
        ship(number)
    assert Notification.objects.filter(recipient=bo, topic="shipped").count() == 14
    assert cost() == few


def test_what_was_scheduled_is_published_by_itself(sam: Member, client: Client) -> None:
    now = timezone.now()
    later = draft_release(Told("Later", "Words.", publish_at=now + timedelta(days=1)), by=sam)
    due = draft_release(Told("Due", "Words.", publish_at=now - timedelta(minutes=1)), by=sam)
    publish_due()
    publish_due()
    assert [Release.objects.get(pk=one.pk).is_published for one in (later, due)] == [False, True]
    page = client.get("/changelog/").content.decode()
    assert "Due" in page
    assert "Later" not in page


def test_addresses_are_free_and_stay(sam: Member) -> None:
    paths = [drafted(f"Release {number}").item.path for number in range(3)]
    assert paths == ["/changelog/5-0/", "/changelog/5-0-2/", "/changelog/5-0-3/"]
    new = draft_release(Told("New", "Words."), by=sam)
    assert new.item.path == "/changelog/release/"
    thai = draft_release(Told("รุ่นใหม่", "Words."), by=sam)
    assert signed_in(sam).get(thai.item.path).status_code == 200
    signed_in(sam).post(f"/releases/{new.pk}/edit/", {"title": "Other words", "body": "Words.", "version": "9"})
    assert Item.objects.get(pk=new.pk).path == "/changelog/release/"


def test_the_changelog_by_area_and_page_by_page(sam: Member, client: Client) -> None:
    app, pay = ideas.area("app"), ideas.area("pay")
    for number in range(12):
        release = drafted(f"Release {number:02}", sam, area=pay if number % 6 == 0 else app)
        publish(release, by=sam)
    page = client.get("/changelog/").content.decode()
    assert page.count('class="release"') == 10
    assert "after=" in page
    assert client.get("/changelog/?area=pay").content.decode().count('class="release"') == 2
    assert client.get("/changelog/?area=odd&after=odd").status_code == 200
    feed = client.get("/feeds/changelog.atom?area=pay").content.decode()
    assert feed.count("<entry>") == 2
    assert client.get("/feeds/changelog.atom?area=odd").status_code == 404
    told = json.loads(client.get("/feeds/changelog.json?area=pay").content)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [one["title"] for one in told["items"]] == ["Release 06", "Release 00"]
    assert "Dark at last." in told["items"][0]["content_html"]


def test_the_changelog_costs_the_same_for_many(bo: Member, sam: Member, client: Client) -> None:
    def cost(browser: Client, url: str) -> int:
        browser.get("/ideas/")
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(url).status_code == 200
        return len(caught)

    first = drafted("Release", sam, area=ideas.area(), ideas=(ideas.idea(),), features=(ideas.feature(),))
    publish(first, by=sam)
    few = [cost(signed_in(bo), url) for url in ("/changelog/", first.item.path)]
    for number in range(8):
        idea = ideas.idea(f"Idea {number}", f"Words {number}.", by=make.member(f"m{number}"))
        publish(drafted(f"Release {number}", sam, area=ideas.area(), ideas=(idea,)), by=sam)
    many = [cost(signed_in(bo), url) for url in ("/changelog/", first.item.path)]
    assert many == few
    assert many[0] <= 10
    assert many[1] <= 14


def test_replies_removal_and_search(ann: Member, sam: Member, client: Client) -> None:
    release = drafted("Version 5", sam)
    signed_in(sam).post(f"/items/{release.pk}/reply/", {"body": "Psst."})
    publish(release, by=sam)
    signed_in(ann).post(f"/items/{release.pk}/reply/", {"body": "At last."})
    assert "At last." in client.get(release.item.path).content.decode()
    assert release.item.path in client.get("/search/?q=version&kind=release").content.decode()
    signed_in(sam).post(f"/releases/{release.pk}/removal/")
    assert client.get(release.item.path).status_code == 404
    assert "Version 5" not in client.get("/changelog/").content.decode()
    assert release.item.path not in client.get("/search/?q=version&kind=release").content.decode()


def test_the_front_page_says_what_is_coming_and_what_shipped(sam: Member, client: Client) -> None:
    front = client.get("/").content.decode()
    assert "What is coming" not in front
    assert "What shipped" not in front
    for number, kind in enumerate(("building", "planned", "planned", "planned", "considering")):
        ideas.feature(f"Feature {number}", kind)
    ideas.feature("For staff", "building", visibility="staff")
    publish(drafted("Version 5", sam), by=sam)
    drafted("Version 6", sam)
    front = client.get("/").content.decode()
    assert front.count("feature-card") == 3
    assert "Feature 4" not in front  # it is only considered
    assert "For staff" not in front
    assert "Version 5" in front
    assert "Version 6" not in front


def test_each_entry_has_an_address_and_says_its_language(sam: Member, client: Client) -> None:
    release = draft_release(Told("النسخة ٥", "Words.", "5.0", "ar"), by=sam)
    entry = write_entry(release, Line("new", "مظهر <ليلي>", "Dark."), by=sam)
    publish(release, by=sam)
    for path in ("/changelog/", release.item.path):
        page = client.get(path).content.decode()
        assert f'id="entry-{entry.pk}"' in page
        assert f'href="{release.item.path}#entry-{entry.pk}"' in page
        assert '<bdi lang="ar">مظهر &lt;ليلي&gt;</bdi>' in page
    assert "#entry-" not in client.get("/feeds/changelog.atom").content.decode()


def test_machines_read_what_a_release_is(sam: Member, bo: Member, client: Client) -> None:
    release = drafted("Version </script> 5", sam, area=ideas.area())
    cellar = ideas.area("cellar", audience="group", group=make.group("beta", bo))
    write_entry(release, Line("new", "Of the cellar", area=cellar), by=sam)
    assert "ld+json" not in signed_in(sam).get(release.item.path).content.decode()
    publish(release, by=sam)
    page = client.get(release.item.path).content.decode()
    described = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert described["@type"] == "Article"
    assert described["headline"] == "Version </script> 5"
    assert described["datePublished"].startswith(str(timezone.now().year))
    assert [one["name"] for one in described["about"]] == ["A night theme"]
