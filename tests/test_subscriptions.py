"""The changelog by e-mail: asked for by anybody, confirmed by whoever reads the mail, each release once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ

from community.members.cleaning import clean
from community.members.leave import leave
from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.members.privacy import exporters
from community.notifications import deliver
from community.notifications.mail_names import name_of
from community.notifications.models import Suppression
from community.notifications.suppressions import end_outsiders, outsiders
from roadmap.releases.publish import announce, publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from roadmap.subscriptions.links import confirmation_of, end_of
from roadmap.subscriptions.models import Delivery, Subscription
from roadmap.subscriptions.tell import tell_subscribers
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PATH = "/changelog/subscription/"
DEE = "dee@example.com"


def subscribed(address: str = DEE, language: str = "en", *areas: Any) -> Subscription:
    earlier = timezone.now() - timedelta(days=1)
    subscription = Subscription.objects.create(address=address, language=language, confirmed_at=earlier)
    subscription.choose(areas)
    subscription.save()
    return subscription


def published(title: str = "Version 5", *, sam: Member, **line: Any) -> Any:
    release = draft_release(Told(title, "What is **new**.", "5.0"), by=sam)
    if line:
        write_entry(release, Line("new", line.pop("entry", "A night theme"), "Dark at last.", **line), by=sam)
    publish(release, by=sam)
    return release


def sent() -> dict[str, str]:
    """Address → words, of what goes out now."""
    mail.outbox.clear()
    tasks.run_all()
    deliver.pump()
    return {one.to[0]: f"{one.subject}\n{one.body}" for one in mail.outbox}


def link() -> str:
    text = OutgoingMail.objects.latest("pk").text
    return str(re.search(r"https?://[^/\s]+(/\S+)", text)[1])  # type: ignore[index]


def test_a_guest_subscribes_and_confirms(client: Client) -> None:
    assert PATH in client.get("/changelog/").content.decode()
    answer = client.post(PATH, {"address": "Dee@Example.com", "language": "pl"})
    assert "Dee@Example.com" in answer.content.decode()
    subscription = Subscription.objects.get()
    assert (subscription.address, subscription.language, subscription.confirmed_at) == (DEE, "pl", None)
    assert list(OutgoingMail.objects.values_list("to", flat=True)) == [DEE]
    page = client.get(link())
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert '<html lang="pl"' in page.content.decode()
    subscription.refresh_from_db()
    assert subscription.confirmed_at is None  # mail programs follow links (ABUSE D52)
    assert client.head(link()).status_code == 200
    assert not Subscription.objects.confirmed().exists()
    stranger = Client(enforce_csrf_checks=True)
    for _twice in range(2):
        assert stranger.post(link()).status_code == 200
    assert Subscription.objects.confirmed().count() == 1
    assert "<form" not in stranger.get(link()).content.decode().split("<main", 1)[1].split("</main", 1)[0]


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "x" * 250 + "@example.com", "a@example.com\nBcc: b@c.de"])
def test_what_is_no_address_is_said_and_kept(address: str, client: Client) -> None:
    answer = client.post(PATH, {"address": address, "language": "en"})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not Subscription.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_D55_nobody_learns_which_addresses_are_known(ann: Member, client: Client) -> None:
    make.confirmed(ann)
    subscribed()
    Suppression.objects.create(address="gone@example.com", reason="bounce")
    pages = set()
    for address in (DEE, "new@example.com", ann.email, "gone@example.com"):
        page = client.post(PATH, {"address": address, "language": "en"}).content.decode()
        pages.add(page.replace(address, "…"))
    assert len(pages) == 1
    texts = {re.sub(r"confirmation/\S+", "…", one.text) for one in OutgoingMail.objects.all()}
    assert len(texts) == 1
    assert OutgoingMail.objects.count() == 3  # none where mail comes back


def test_G93_an_address_is_not_flooded_and_nobody_is_told(client: Client) -> None:
    answers = [client.post(PATH, {"address": DEE, "language": "en"}) for _ in range(5)]
    assert {one.status_code for one in answers} == {200}
    assert OutgoingMail.objects.count() == 3
    for number in range(6):
        answer = client.post(PATH, {"address": f"d{number}@example.com", "language": "en"})
    assert answer.status_code == 429
    assert "Try again in an hour." in answer.content.decode()
    assert "d5@example.com" in answer.content.decode()
    assert OutgoingMail.objects.count() == 8


def test_robots_are_thanked_and_forgotten(client: Client) -> None:
    assert client.post(PATH, {"address": DEE, "language": "en", "homepage": "x"}).status_code == 200
    assert not Subscription.objects.exists()


def test_a_link_is_good_for_three_days_and_the_newest_one_counts(client: Client) -> None:
    for language in ("pl", "ko"):
        client.post(PATH, {"address": DEE, "language": language})
    first, second = Subscription.objects.order_by("pk")
    client.post(confirmation_of(second))
    assert Subscription.objects.get() == second
    answer = client.get(confirmation_of(first))
    assert answer.status_code == 404
    assert PATH in answer.content.decode()
    for token in ("x", end_of(second).rstrip("/").rpartition("/")[2]):
        assert client.post(f"{PATH}confirmation/{token}/").status_code == 404


def test_what_nobody_confirmed_is_forgotten() -> None:
    old = timezone.now() - timedelta(days=3, minutes=1)
    Subscription.objects.create(address="late@example.com", language="en", asked_at=old)
    fresh = Subscription.objects.create(address="fresh@example.com", language="en")
    confirmed = subscribed()
    Subscription.objects.filter(pk=confirmed.pk).update(asked_at=old)
    clean()
    clean()
    assert set(Subscription.objects.all()) == {fresh, confirmed}


def test_confirming_again_changes_language_and_areas(client: Client, sam: Member) -> None:
    app, pay = ideas.area("app"), ideas.area("pay")
    there = subscribed(DEE, "en", app)
    release = published(sam=sam)
    tasks.run_all()
    client.post(PATH, {"address": DEE, "language": "ar", "areas": [pay.pk]})
    there.refresh_from_db()
    assert (there.language, list(there.areas.all())) == ("en", [app])  # nobody has proved yet that it is theirs
    client.post(link())
    changed = Subscription.objects.get()
    assert (changed.pk, changed.language, list(changed.areas.all())) == (there.pk, "ar", [pay])
    assert Delivery.objects.get().release == release  # what it had is not sent once more


def test_each_release_goes_once_to_each_in_their_language(sam: Member, client: Client) -> None:
    subscribed()
    subscribed("kim@example.com", "ko")
    Subscription.objects.create(address="never@example.com", language="en")
    release = published(sam=sam, area=ideas.area())
    told = sent()
    assert told.keys() == {DEE, "kim@example.com"}
    assert "[Northwind] Version 5" in told[DEE]
    assert "New: A night theme" in told[DEE]
    assert "Dark at last." in told[DEE]
    assert "/changelog/5-0/" in told[DEE]
    assert "New:" not in told["kim@example.com"]
    announce(release.pk)  # its worker was killed before it could say that it was done
    tell_subscribers(release.pk)
    write_entry(release, Line("fixed", "One thing more", ""), by=sam)
    assert not sent()
    assert Delivery.objects.count() == 2


def test_a_task_that_is_killed_half_way_leaves_nobody_out(sam: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        subscribed(f"d{number}@example.com")
    monkeypatch.setattr("roadmap.subscriptions.tell.CHUNK", 3)
    release = published(sam=sam)
    OrmQ.objects.all().delete()
    make_rows, calls = Delivery.objects.bulk_create, []

    def die(rows: Any, **options: Any) -> None:
        calls.append(make_rows(rows, **options))
        if len(calls) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Delivery.objects, "bulk_create", die)
        with pytest.raises(KeyboardInterrupt):
            tell_subscribers(release.pk)
    assert Delivery.objects.count() == 6
    tell_subscribers(release.pk)
    assert len(sent()) == 7
    claimed = Delivery.objects.order_by("pk")[0]  # killed while it was handed over
    Delivery.objects.filter(pk=claimed.pk).update(
        state="waiting", claimed_until=timezone.now() + timedelta(minutes=1), ended_at=None
    )
    assert not sent()
    Delivery.objects.filter(pk=claimed.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert sent().keys() == {claimed.subscription.address}
    assert (
        mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{name_of(claimed.pk, claimed.subscription_id, 's')}@")
    )


def test_areas_that_not_everybody_sees_are_in_no_mail(sam: Member, bo: Member) -> None:
    app, pay = ideas.area("app"), ideas.area("pay")
    cellar = ideas.area("cellar", audience="group", group=make.group("beta", bo))
    subscribed()
    subscribed("app@example.com", "en", app)
    subscribed("pay@example.com", "en", pay)
    secret = ideas.idea("Secret plan", by=bo, area=cellar)
    release = draft_release(Told("Version 5", "Words.", "5.0"), by=sam)
    write_entry(release, Line("new", "Of the app", area=app), by=sam)
    write_entry(release, Line("new", "Of the cellar", area=cellar, ideas=(secret,)), by=sam)
    publish(release, by=sam)
    told = sent()
    assert told.keys() == {DEE, "app@example.com"}
    assert all("Of the app" in one and "cellar" not in one and "Secret" not in one for one in told.values())
    published("Version 6", sam=sam, entry="Of the cellar", area=cellar)
    assert not sent()
    published("Version 7", sam=sam, entry="Of nothing")
    assert sent().keys() == {DEE, "app@example.com", "pay@example.com"}


def test_who_is_told_personally_gets_no_second_mail(ann: Member, bo: Member, sam: Member) -> None:
    make.confirmed(ann, bo)
    subscribed(ann.email)
    subscribed(bo.email)
    published(sam=sam, ideas=(ideas.idea(by=ann),))
    told = sent()
    assert "You asked for" in told[ann.email]
    assert "You get this because you subscribed" in told[bo.email]
    assert len(mail.outbox) == 2
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent", "dropped"}


def test_who_confirms_later_and_what_is_old_or_gone_is_sent_nobody(sam: Member) -> None:
    release = published(sam=sam)
    Subscription.objects.create(address=DEE, language="en", confirmed_at=timezone.now())
    assert not sent()
    subscribed("first@example.com")
    old = timezone.now() - timedelta(days=31)
    Subscription.objects.update(confirmed_at=old - timedelta(days=1))
    type(release).objects.update(published_at=old)
    tell_subscribers(release.pk)
    assert not Delivery.objects.exists()
    gone = published("Version 6", sam=sam)
    tasks.run_all()
    signed_in(sam).post(f"/releases/{gone.pk}/removal/")
    assert not sent()


def test_G92_one_click_ends_it_and_get_only_asks(sam: Member) -> None:
    subscribed()
    published(sam=sam)
    sent()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    program = Client(enforce_csrf_checks=True)
    assert program.get(address).status_code == 200
    assert Subscription.objects.exists()
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()
    assert program.post(address).status_code == 200  # a second click
    assert program.post(f"{PATH}end/x/").status_code == 404


def test_an_address_that_takes_no_mail_is_forgotten(sam: Member) -> None:
    first, third = subscribed(), subscribed("f@example.com")
    subscribed("e@example.com")
    outsiders.get("s").end(first.pk)  # type: ignore[union-attr]
    end_outsiders("E@example.com")
    assert list(Subscription.objects.all()) == [third]
    Suppression.objects.create(address="f@example.com", reason="complaint")
    published(sam=sam)
    assert not sent()


def test_a_member_takes_it_along_and_it_goes_with_them(ann: Member) -> None:
    make.confirmed(ann)
    subscribed(ann.email)
    subscribed()
    export = exporters.get("changelog-by-mail")
    assert export is not None
    assert [one["address"] for one in export(ann)] == [ann.email]
    leave(ann, erases=False)
    assert [one.address for one in Subscription.objects.all()] == [DEE]


def test_many_subscribers_cost_few_queries(sam: Member) -> None:
    def cost() -> int:
        release = published(sam=sam)
        with CaptureQueriesContext(connection) as caught:
            tell_subscribers(release.pk)
        return len(caught)

    subscribed()
    few = cost()
    for number in range(60):
        subscribed(f"d{number}@example.com")
    assert cost() == few


def test_what_is_meant_for_one_person_goes_before_what_goes_to_many(ann: Member, bo: Member, sam: Member) -> None:
    make.confirmed(ann)
    subscribed()
    published(sam=sam)
    make.reply(make.thread(by=ann), by=bo)
    assert list(sent()) == [ann.email, DEE]


@pytest.mark.parametrize("said", ["99999999999999999999", "-99999999999999999999", "abc", "1e5", "\0"])
def test_C42_an_area_that_is_no_number_is_said(said: str, client: Client) -> None:
    ideas.area("app"), ideas.area("pay")
    answer = client.post(PATH, {"address": DEE, "language": "en", "areas": said})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert f'value="{DEE}"' in answer.content.decode()


def test_who_chose_an_area_that_is_gone_does_not_get_everything(sam: Member) -> None:
    app, pay = ideas.area("app"), ideas.area("pay")
    subscribed(DEE, "en", pay)
    pay.delete()
    published("Version 5", sam=sam, area=app)
    assert sent() == {}
    published("Version 6", sam=sam, area=None)
    assert set(sent()) == {DEE}


def test_a_change_that_was_confirmed_is_done_when_it_is_asked_again(client: Client) -> None:
    app, pay = ideas.area("app"), ideas.area("pay")
    there = subscribed(DEE, "en", app)
    client.post(PATH, {"address": DEE, "language": "pl", "areas": [str(pay.pk)]})
    url = link()
    for ask in (client.post, client.post, client.get):
        page = ask(url)
        assert page.status_code == 200
        assert '<html lang="pl"' in page.content.decode()
        assert "<form method" not in page.content.decode().split("<main")[1]
    changed = Subscription.objects.get()
    assert (changed.pk, changed.language, changed.is_of_areas, list(changed.areas.all())) == (
        there.pk,
        "pl",
        True,
        [pay],
    )
    client.post(PATH, {"address": DEE, "language": "en"})
    newest = link()
    assert client.post(newest).status_code == client.get(newest).status_code == 200
    assert client.get(url).status_code == 404  # the newest one counts
    assert not Subscription.objects.get().is_of_areas
