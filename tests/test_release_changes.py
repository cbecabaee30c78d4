"""Releases that change after they were published: what is new ships and is told, what was there stays as staff left it."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from community.conversations.post import post_reply
from community.feedback.models import Item, Link
from community.members.models import Member
from community.notifications.follow import set_level
from community.notifications.models import Level, Notification
from roadmap.features.plan import gather
from roadmap.ideas.merge import merge
from roadmap.ideas.models import Idea
from roadmap.releases import publish as publishing
from roadmap.releases.models import Entry, Release
from roadmap.releases.publish import publish, publish_due
from roadmap.releases.write import Line, Told, draft_release, write_entry
from roadmap.stages.models import Move
from tests import ideas, make, tasks
from tests.conftest import signed_in
from tests.test_releases import drafted, told

pytestmark = pytest.mark.django_db


def published(sam: Member, **line: object) -> Release:
    release = drafted(sam=sam, **line)
    publish(release, by=sam)
    tasks.run_all()
    return release


def rewrite(release: Release, sam: Member, **line: object) -> Entry:
    """A typo is mended; what else changes is said."""
    entry = Entry.objects.get(release=release)
    said = Line("new", "A night theme", "Dark, at last.", **line)  # type: ignore[arg-type]
    return write_entry(Release.objects.get(pk=release.pk), said, by=sam, entry=entry)


def stage_of(idea: Idea) -> str:
    return Idea.objects.get(pk=idea.pk).stage.kind


def linked(release: Release) -> set[int]:
    return set(Link.objects.filter(target=release.pk, kind="shipped_in").values_list("source", flat=True))


def words(answer: HttpResponse) -> str:
    said = " ".join(str(one) for one in get_messages(answer.wsgi_request))  # type: ignore[attr-defined]
    return said.replace("\u2068", "").replace("\u2069", "")


def form(**said: object) -> dict[str, object]:
    return {"kind": "new", "title": "A night theme", "body": "Dark at last."} | said


# What ships.


def test_a_typo_fix_ships_nothing_that_staff_moved_back(ann: Member, sam: Member) -> None:
    back, there = ideas.idea(by=ann), ideas.idea("Night colours", "Two.", by=ann)
    release = published(sam, ideas=(back, there))
    ideas.moved(back, "considering", "It is not solved for all.")
    rewrite(release, sam, ideas=(back, there))
    assert [stage_of(one) for one in (back, there)] == ["considering", "shipped"]
    assert Move.objects.filter(item=back.pk).count() == 2
    assert linked(release) == {back.pk, there.pk}


def test_what_a_change_adds_ships(ann: Member, sam: Member) -> None:
    first, second = ideas.idea(by=ann), ideas.idea("Night colours", "Two.", by=ann)
    third, feature = ideas.idea("Dim lamps", "Three.", by=ann), ideas.feature()
    gather(feature, third, by=sam)
    release = published(sam, ideas=(first,))
    ideas.moved(first, "considering", "Not for all.")
    rewrite(release, sam, ideas=(first, second), features=(feature,))
    assert [stage_of(one) for one in (first, second, third)] == ["considering", "shipped", "shipped"]
    assert linked(release) == {first.pk, second.pk, third.pk, feature.pk}


def test_a_typo_fix_tells_nobody(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    idea = ideas.idea(by=ann)
    release = published(sam, ideas=(idea,))
    item = Item.objects.get(pk=release.pk)
    post_reply(item, by=cy, body="At last!")
    set_level(bo, item, Level.WATCHING)
    rewrite(release, sam, ideas=(idea,))
    tasks.run_all()
    assert told() == {"ann": "asked"}


def test_only_who_supports_what_is_new_is_told_of_a_change(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    first, second = ideas.idea(by=ann), ideas.idea("Night colours", "Two.", by=make.member("dee"))
    ideas.voted(second, cy)
    release = published(sam, ideas=(first,))
    set_level(bo, Item.objects.get(pk=release.pk), Level.WATCHING)
    set_level(bo, Item.objects.get(pk=first.pk), Level.WATCHING)
    rewrite(release, sam, ideas=(first, second))
    tasks.run_all()
    assert told() == {"ann": "asked", "dee": "asked", "cy": "voted"}


def test_the_task_of_a_change_can_run_twice(ann: Member, bo: Member, sam: Member) -> None:
    first, second = ideas.idea(by=ann), ideas.idea("Night colours", "Two.", by=bo)
    release = published(sam, ideas=(first,))
    rewrite(release, sam, ideas=(first, second))
    tasks.run_all()
    publishing.announce(release.pk, [second.pk])
    assert Notification.objects.filter(topic="shipped").count() == 2
    publishing.announce(release.pk, [999_999])  # what has gone since
    assert told() == {"ann": "asked", "bo": "asked"}


def test_what_is_taken_off_an_entry_leads_to_the_release_no_more(ann: Member, sam: Member, client: Client) -> None:
    wrong, right = ideas.idea("Wrong", "One.", by=ann), ideas.idea("Right", "Two.", by=ann)
    release = published(sam, ideas=(wrong,))
    assert "Shipped in:" in client.get(wrong.item.path).content.decode()
    entry = Entry.objects.get()
    answer = signed_in(sam).post(f"/releases/{release.pk}/entries/{entry.pk}/", form(ideas=str(right.pk)))
    assert linked(release) == {right.pk}
    assert "Shipped in:" not in client.get(wrong.item.path).content.decode()
    assert [stage_of(one) for one in (wrong, right)] == ["shipped", "shipped"]
    assert words(answer).startswith("“Wrong” is taken off this release and still stands at “shipped”.")


def test_nothing_is_said_of_what_another_entry_or_release_still_brings(ann: Member, sam: Member) -> None:
    twice, elsewhere, back = (ideas.idea(title, title, by=ann) for title in ("Twice", "Elsewhere", "Back"))
    release, other = published(sam, ideas=(twice, elsewhere, back)), drafted(sam=sam, ideas=(elsewhere,))
    publish(other, by=sam)
    write_entry(release, Line("new", "Another", ideas=(twice,)), by=sam)
    ideas.moved(back, "considering", "Not yet.")
    entry = Entry.objects.filter(release=release).earliest("pk")
    answer = signed_in(sam).post(f"/releases/{release.pk}/entries/{entry.pk}/removal/")
    assert linked(release) == {twice.pk}
    assert linked(other) == {elsewhere.pk}
    assert "taken off" not in words(answer)


def test_an_entry_is_removed_after_a_question(ann: Member, bo: Member, sam: Member, client: Client) -> None:
    idea = ideas.idea(by=ann)
    release = published(sam, ideas=(idea,))
    entry = Entry.objects.get()
    address = f"/releases/{release.pk}/entries/{entry.pk}/removal/"
    browser = signed_in(sam)
    assert f'href="{address}"' in browser.get(f"/releases/{release.pk}/entries/{entry.pk}/").content.decode()
    asked = browser.get(address).content.decode()
    assert "A night theme" in asked
    assert "Its text is deleted" in asked
    assert f'action="{address}"' in asked
    assert Entry.objects.exists()
    assert signed_in(bo).get(address).status_code == signed_in(bo).post(address).status_code == 403
    assert client.post(address).status_code == 302
    answer = browser.post(address)
    assert answer.headers["Location"] == release.item.path
    assert "“Dark mode” is taken off this release" in words(answer)
    assert not Entry.objects.exists()
    assert not linked(release)
    assert stage_of(idea) == "shipped"
    assert browser.post(address).status_code == 404


# Merged ideas.


def test_an_entry_takes_what_a_merged_idea_became(ann: Member, bo: Member, sam: Member) -> None:
    gone, stays = ideas.idea("Night", "One.", by=ann), ideas.idea("Dark", "Two.", by=bo)
    merge(gone.item, stays.item, by=sam)
    release = drafted(sam=sam)
    said = form(ideas=f"{gone.pk} {stays.item.path} #{gone.pk}")
    assert signed_in(sam).post(f"/releases/{release.pk}/entries/new/", said).status_code == 302
    assert [one.pk for one in Entry.objects.get().ideas.all()] == [stays.pk]
    publish(release, by=sam)
    assert stage_of(stays) == "shipped"


def test_what_is_merged_while_a_release_is_drafted_ships_as_what_it_became(
    ann: Member, bo: Member, sam: Member
) -> None:
    gone, stays = ideas.idea("Night", "One.", by=ann), ideas.idea("Dark", "Two.", by=bo)
    release = drafted(sam=sam, ideas=(gone,))
    merge(gone.item, stays.item, by=sam)
    asked = signed_in(sam).get(f"/releases/{release.pk}/publication/").content.decode()
    assert "2 people who suggested" in asked
    publish(release, by=sam)
    tasks.run_all()
    assert [one.pk for one in Entry.objects.get().ideas.all()] == [stays.pk]
    assert linked(release) == {stays.pk}
    assert stage_of(stays) == "shipped"
    assert told().keys() == {"ann", "bo"}


def test_what_was_merged_after_it_shipped_stays_in_its_entry(ann: Member, bo: Member, sam: Member) -> None:
    gone, stays = ideas.idea("Night", "One.", by=ann), ideas.idea("Dark", "Two.", by=bo)
    release = published(sam, ideas=(gone,))
    merge(Item.objects.get(pk=gone.pk), stays.item, by=sam)
    entry = Entry.objects.get()
    signed_in(sam).post(f"/releases/{release.pk}/entries/{entry.pk}/", form(ideas=str(gone.pk)))
    assert linked(release) == {gone.pk}
    assert stage_of(stays) == "new"


# What a form says.


def test_an_entry_names_thirty_ideas_and_says_so_of_more(ann: Member, sam: Member) -> None:
    made = [ideas.idea(f"Idea {number}", by=make.member(f"m{number}")) for number in range(31)]
    release, browser = drafted(sam=sam), signed_in(sam)
    address = f"/releases/{release.pk}/entries/new/"
    answer = browser.post(address, form(ideas=" ".join(str(one.pk) for one in made)))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "An entry names up to 30 ideas. Name the others in a further entry." in page
    assert str(made[-1].pk) in page
    assert not Entry.objects.exists()
    thirty = " ".join(one.item.path for one in made[:30])
    assert browser.post(address, form(ideas=f"{thirty} {made[0].pk}")).status_code == 302
    assert Entry.objects.get().ideas.count() == 30


def told_at(at: str) -> dict[str, str]:
    return {"title": "Version 7", "body": "Words.", "version": "7", "publish_at": at}


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2025-12-01T10:00", "This time has passed."),
        ("0001-01-01T00:00", "This time has passed."),
        ("9999-12-31T23:59", "Choose a time within the next three years."),
        ("99999-12-31T23:59", "Enter a valid date/time."),
        ("2030-12-31T25:00", "Enter a valid date/time."),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Bangkok", "America/Los_Angeles"])
def test_a_release_is_scheduled_for_a_time_to_come(at: str, says: str, zone: str, sam: Member) -> None:
    Member.objects.filter(pk=sam.pk).update(time_zone=zone)
    sam.refresh_from_db()
    answer = signed_in(sam).post("/releases/new/", told_at(at))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert at in answer.content.decode()
    assert not Release.objects.exists()


def test_a_scheduled_release_keeps_its_time(sam: Member) -> None:
    at = timezone.now() + timedelta(seconds=70)
    release = draft_release(Told("Version 7", "Words.", "7", publish_at=at), by=sam)
    browser, address = signed_in(sam), f"/releases/{release.pk}/edit/"
    page = browser.get(address).content.decode()
    local = page.partition('type="datetime-local"')[2].partition('value="')[2].partition('"')[0]
    assert local[-3:] == f":{at.minute:02}"
    assert browser.post(address, told_at(local) | {"title": "Other words"}).status_code == 302
    assert Release.objects.get().publish_at == at
    assert browser.post(address, told_at("2025-12-01T10:00")).status_code == 422
    assert browser.post(address, told_at("")).status_code == 302
    assert Release.objects.get().publish_at is None


# Removing and restoring.


def test_a_release_is_removed_after_a_question_and_restored(ann: Member, bo: Member, sam: Member) -> None:
    release = published(sam, ideas=(ideas.idea(by=ann),))
    item, browser = release.item, signed_in(sam)
    removal, restoration = f"/releases/{release.pk}/removal/", f"/releases/{release.pk}/restoration/"
    page = browser.get(item.path).content.decode()
    assert f'href="{removal}"' in page
    assert restoration not in page
    asked = browser.get(removal).content.decode()
    assert "Nobody but staff sees it then." in asked
    assert Client().get(item.path).status_code == 200
    for path in (removal, restoration):
        assert signed_in(bo).post(path).status_code == 403
        assert Client().post(path).status_code == 302
    assert browser.get(restoration).status_code == 405
    assert browser.post(removal).headers["Location"] == item.path
    assert browser.post(removal).status_code == browser.get(removal).status_code == 302  # a second click
    assert Client().get(item.path).status_code == 404
    page = browser.get(item.path).content.decode()
    assert f'formaction="{restoration}"' in page
    assert removal not in page
    assert f"/releases/{release.pk}/publication/" not in page
    answer = browser.post(restoration)
    assert "“Version 5” is back." in words(answer)
    browser.post(restoration)
    tasks.run_all()
    assert Client().get(item.path).status_code == 200
    assert told() == {"ann": "asked"}
    assert list(item.events.filter(verb__in=("removed", "restored")).values_list("verb", flat=True)) == [
        "removed", "restored",
    ]  # fmt: skip


def test_a_removed_draft_is_not_published_and_says_so(sam: Member) -> None:
    release, browser = drafted(sam=sam), signed_in(sam)
    assert "unless you restore it" in browser.get(f"/releases/{release.pk}/removal/").content.decode()
    browser.post(f"/releases/{release.pk}/removal/")
    address = f"/releases/{release.pk}/publication/"
    assert address not in browser.get(release.item.path).content.decode()
    for answer in (browser.get(address), browser.post(address)):
        assert answer.status_code == 302
        assert "It is published already, or it was removed." in words(answer)
    assert not Release.objects.get().is_published


def test_an_entry_of_a_removed_release_ships_when_that_is_restored(ann: Member, bo: Member, sam: Member) -> None:
    first, late = ideas.idea(by=ann), ideas.idea("Late", "Two.", by=bo)
    release, browser = published(sam, ideas=(first,)), signed_in(sam)
    ideas.moved(first, "considering", "Not yet.")
    browser.post(f"/releases/{release.pk}/removal/")
    browser.post(f"/releases/{release.pk}/entries/new/", form(ideas=str(late.pk)))
    tasks.run_all()
    assert stage_of(late) == "new"
    assert linked(release) == {first.pk}
    assert told() == {"ann": "asked"}
    browser.post(f"/releases/{release.pk}/restoration/")
    tasks.run_all()
    assert [stage_of(one) for one in (first, late)] == ["considering", "shipped"]
    assert told() == {"ann": "asked", "bo": "asked"}


def test_a_time_that_passed_while_a_release_was_removed_publishes_nothing(sam: Member) -> None:
    at = timezone.now() + timedelta(hours=1)
    release = draft_release(Told("Version 7", "Words.", "7", publish_at=at), by=sam)
    browser = signed_in(sam)
    browser.post(f"/releases/{release.pk}/removal/")
    Release.objects.update(publish_at=timezone.now() - timedelta(minutes=1))
    publish_due()
    browser.post(f"/releases/{release.pk}/restoration/")
    publish_due()
    assert not Release.objects.get().is_published
    assert Release.objects.get().publish_at is None
