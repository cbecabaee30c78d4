"""What is new, in other people's products: a small script, a frame as guests see it, nothing kept about anybody."""

import gzip
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.members.models import Member
from roadmap.releases.models import Release
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from tests import ideas, make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def released(title: str, sam: Member, **line: Any) -> Release:
    release = draft_release(Told(title, "Words."), by=sam)
    write_entry(release, Line("new", f"Entry of {title}", "Dark.", **line), by=sam)
    publish(release, by=sam)
    return release


def known(client: Client) -> dict[str, Any]:
    script = client.get("/embed/changelog.js").content.decode()
    return json.loads(re.search(r" = ({.*})\n", script)[1])  # type: ignore[index, no-any-return]


def test_the_loader_is_small_and_the_same_for_everybody(ann: Member, sam: Member) -> None:
    make.site(name="Northwind “Süd”", brand_colour="#3355cc")
    for number in range(12):
        released(f"Release {number}", sam)
    answer = Client().get("/embed/changelog.js")
    script = answer.content
    assert len(gzip.compress(script, 6)) <= 5_000
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    assert script == signed_in(ann).get("/embed/changelog.js", headers={"Accept-Language": "th"}).content
    assert Client().get("/embed/changelog.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert b"innerHTML" not in script
    assert b"hearback:changelog" in script
    assert b"hearback:changelog" not in Client().get("/embed/help.js").content  # the help box keeps nothing
    told = known(Client())
    assert len(told["latest"]) == 10
    assert set(told["words"]) == {"en", "th", "pl", "ar", "ko"}
    assert len({tuple(words) for words in told["words"].values()}) == 5


def test_it_counts_what_is_published_alone(sam: Member, client: Client) -> None:
    assert known(client)["latest"] == []
    draft_release(Told("A draft", "Words.", publish_at=timezone.now() + timedelta(days=1)), by=sam)
    first, second = released("First", sam), released("Second", sam)
    at = [int(one.published_at.timestamp()) for one in (second, first) if one.published_at]
    assert known(client)["latest"] == at
    signed_in(sam).post(f"/releases/{second.pk}/removal/")
    assert known(client)["latest"] == at[1:]


def test_the_panel_shows_what_guests_may_read(bo: Member, sam: Member) -> None:
    cellar = ideas.area("cellar", audience="group", group=make.group("beta", bo))
    idea = ideas.idea("Secret plan", by=bo, area=cellar)
    release = released("Version 5", sam, area=ideas.area())
    write_entry(release, Line("new", "Of the cellar", area=cellar, ideas=(idea,)), by=sam)
    draft_release(Told("A draft", "Words."), by=sam)
    for browser in (Client(), signed_in(bo), signed_in(sam)):
        answer = browser.get("/embed/changelog/?language=ar&theme=dark")
        page = answer.content.decode()
        assert '<html lang="ar" dir="rtl" data-theme="dark"' in page
        assert "Entry of Version 5" in page
        for secret in ("Of the cellar", "Secret plan", "A draft", "csrfmiddlewaretoken", bo.display_name):
            assert secret not in page
        assert not answer.cookies


def test_only_named_sites_may_frame_it(client: Client) -> None:
    make.site(embed_origins="https://shop.example")
    policy = client.get("/embed/changelog/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://shop.example" in policy
    assert known(client)["embedders"] == ["https://shop.example"]
    assert "frame-ancestors 'none'" in client.get("/changelog/").headers["Content-Security-Policy"]


def test_it_costs_the_same_for_many(sam: Member, client: Client) -> None:
    def cost(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    released("Version 0", sam, area=ideas.area(), ideas=(ideas.idea(),))
    few = [cost(url) for url in ("/embed/changelog/", "/embed/changelog.js")]
    for number in range(1, 8):
        idea = ideas.idea(f"Idea {number}", f"Words {number}.", by=make.member(f"m{number}"))
        released(f"Version {number}", sam, area=ideas.area(), ideas=(idea,))
    many = [cost(url) for url in ("/embed/changelog/", "/embed/changelog.js")]
    assert many == few
    assert many[0] <= 9
    assert many[1] <= 2


def test_staff_see_how_it_comes_into_their_product(sam: Member, ann: Member) -> None:
    page = signed_in(sam).get("/desk/changelog/").content.decode()
    assert "/embed/changelog.js&quot; async&gt;&lt;/script&gt;" in page
    assert "On any site." in page
    assert "/desk/changelog/" in signed_in(sam).get("/desk/").content.decode()
    assert signed_in(ann).get("/desk/changelog/").status_code == 403
