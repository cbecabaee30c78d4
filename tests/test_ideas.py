"""Ideas: suggested, found before they are suggested twice, voted for, shown on the board and read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.feedback.models import Draft, Item, Vote
from community.members.models import Member, Product, Site
from community.search import learn
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.heat import heat_of
from roadmap.ideas.models import Idea, Importance
from tests import ideas, make
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
WORDS = {"title": "Dark mode at night", "body": "My eyes hurt.", "language": "en"}


def titles(answer: object) -> list[str]:
    """Those of the rows, in their order."""
    page = answer.content.decode()  # type: ignore[attr-defined]
    return [part.partition("<bdi>")[2].partition("</bdi>")[0] for part in page.split('class="row-title"')[1:]]


def test_an_idea_is_suggested_with_the_vote_of_its_author(ann: Member) -> None:
    area = ideas.area()
    answer = signed_in(ann).post("/ideas/new/", WORDS | {"area": area.pk}, follow=True)
    idea = Idea.objects.select_related("item").get()
    assert answer.redirect_chain[-1][0] == idea.item.path
    assert (idea.item.vote_count, idea.item.stage, idea.stage.kind, idea.item.place) == (1, "new", "new", area)
    page = answer.content.decode()
    assert "Upvote Dark mode at night, 1 vote" in page
    assert 'aria-pressed="true"' in page


def test_C48_two_clicks_are_one_idea(ann: Member) -> None:
    browser, words = signed_in(ann), WORDS | {"area": ideas.area().pk}
    paths = {browser.post("/ideas/new/", words).headers["Location"] for _ in range(2)}
    assert len(paths) == Idea.objects.count() == Vote.objects.count() == 1


def test_what_is_missing_is_said_and_nothing_typed_is_lost(ann: Member) -> None:
    ideas.area()
    answer = signed_in(ann).post("/ideas/new/", WORDS | {"body": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Dark mode at night" in page
    assert "This field is required" in page
    assert not Idea.objects.exists()


def test_a_site_without_areas_takes_ideas_too(ann: Member) -> None:
    page = signed_in(ann).get("/ideas/new/?title=Dark").content.decode()
    assert 'name="area"' not in page
    signed_in(ann).post("/ideas/new/", WORDS)
    assert Idea.objects.get().item.place is None
    assert titles(Client().get("/ideas/")) == ["Dark mode at night"]


def test_C41_numbers_and_stages_cannot_be_sent(ann: Member, bo: Member) -> None:
    sent = {"stage": "shipped", "vote_count": "99", "heat": "9", "author": bo.pk, "state": "hidden", "answered_at": "1"}
    signed_in(ann).post("/ideas/new/", WORDS | sent | {"area": ideas.area().pk})
    idea = Idea.objects.select_related("item").get()
    assert (idea.item.author, idea.item.state, idea.item.vote_count, idea.stage.kind) == (ann, "visible", 1, "new")
    assert idea.answered_at is None


def test_a_guest_suggests_and_is_asked_who_they_are_then(client: Client) -> None:
    area = ideas.area()
    assert client.get("/ideas/new/?title=Dark").status_code == 200
    answer = client.post("/ideas/new/", WORDS | {"area": area.pk})
    assert answer.headers["Location"].startswith("/accounts/signup/")
    assert not Idea.objects.exists()
    cy = make.member("cy")
    client.force_login(cy)  # as the log-in does, which completes what was begun
    from community.feedback.begun import complete

    request = client.get("/ideas/new/").wsgi_request
    assert complete(request) == Idea.objects.get().item.path
    assert Idea.objects.get().item.author == cy


def test_what_a_guest_cannot_suggest_after_all_becomes_a_draft(client: Client) -> None:
    area = ideas.area()
    client.post("/ideas/new/", WORDS | {"area": area.pk})
    area.posting = "staff"
    area.save()
    cy = make.member("cy")
    client.force_login(cy)
    from community.feedback.begun import complete

    assert complete(client.get("/ideas/new/").wsgi_request) == "/ideas/new/"
    assert Draft.objects.get(member=cy).title == "Dark mode at night"


def test_ideas_wait_for_approval_where_the_area_says_so(ann: Member, bo: Member, sam: Member) -> None:
    area = ideas.area(is_premoderated=True)
    answer = signed_in(ann).post("/ideas/new/", WORDS | {"area": area.pk}, follow=True)
    assert "as soon as it is approved" in answer.content.decode()
    idea = Idea.objects.select_related("item").get()
    assert idea.item.state == "held"
    assert signed_in(bo).get(idea.item.path).status_code == 404
    assert titles(signed_in(bo).get("/ideas/")) == []
    assert signed_in(sam).get(idea.item.path).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("ann", 200), ("bo", 200), ("sam", 200), ("cy", 404), ("", 404)])
def test_a_private_idea_is_read_by_its_author_their_company_and_staff(who: str, status: int) -> None:
    acme = make.company()
    people = {"ann": make.member("ann", company=acme), "bo": make.member("bo", company=acme), "cy": make.member("cy")}
    people["sam"] = make.member("sam", role="agent")
    idea = ideas.idea("Secret plan", by=people["ann"], is_private=True)
    browser = signed_in(people[who]) if who else Client()
    assert browser.get(idea.item.path).status_code == status
    for path in ("/ideas/", "/ideas/?view=list&order=new", "/ideas/similar/?title=Secret+pla"):
        assert titles(browser.get(path)) == (["Secret plan"] if status == 200 else [])
    assert "Secret plan" not in Client().get("/feeds/ideas.atom").content.decode()


def test_the_board_has_a_lane_for_each_area(ann: Member, client: Client) -> None:
    for slug in ("app", "pay"):
        for number in range(7):
            ideas.idea(f"{slug} {number}", area=ideas.area(slug), by=make.member(f"m{slug}{number}"))
    found = titles(client.get("/ideas/"))
    assert found == [f"{slug} {number}" for slug in ("app", "pay") for number in (6, 5, 4, 3, 2)]
    assert len(titles(client.get("/ideas/?view=list"))) == 14
    assert titles(client.get("/ideas/?area=pay&order=new")) == [f"pay {number}" for number in range(6, -1, -1)]


def test_orders_and_filters(ann: Member, bo: Member, cy: Member, sam: Member, client: Client) -> None:
    rota = Product.objects.create(name="Rota")
    old = ideas.idea("Old and wanted", labels=(make.label("sync"),))
    Item.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=200), product=rota)
    Site.touch()
    ideas.voted(old, bo, cy)
    new = ideas.idea("New", by=bo)
    done = ideas.idea("Done", by=cy)
    ideas.voted(done, ann, bo)
    ideas.moved(done, "shipped")
    ideas.moved(new, "planned")

    def found(query: str, browser: Client = client) -> list[str]:
        return titles(browser.get(f"/ideas/?view=list&{query}"))

    assert found("order=hot") == ["New", "Old and wanted", "Done"]
    assert found("order=top") == ["Done", "Old and wanted", "New"]
    assert found("order=new") == ["Done", "New", "Old and wanted"]
    assert found("order=moved")[:2] == ["New", "Done"]
    for order in ("hot", "top", "new", "moved"):
        assert found(f"order={order}&stage=planned") == ["New"]
        assert found(f"order={order}&label=sync") == ["Old and wanted"]
        assert found(f"order={order}&product={rota.pk}") == ["Old and wanted"]
        assert found(f"order={order}&show=unanswered") == ["Old and wanted"]
        assert found(f"order={order}&show=mine", signed_in(bo)) == ["New"]
        assert sorted(found(f"order={order}&show=voted", signed_in(ann))) == ["Done", "Old and wanted"]
    assert found("order=odd&stage=odd&product=99&label=odd&area=odd&show=mine") == []
    page = client.get("/ideas/?label=odd").content.decode()
    assert "No idea matches." in page or "No idea here matches." in page


def test_the_board_is_narrowed_to_a_label_which_is_named_and_taken_away(
    ann: Member, sam: Member, client: Client
) -> None:
    for slug, names in (("speed", {"pl": "Szybkość"}), ("unused", {}), ("secret", {}), ("thread", {})):
        make.label(slug, name=slug.title(), translations=names)
    make.thread(by=ann, labels=(make.label("thread"),))
    ideas.idea("Fast", by=ann, labels=(make.label("speed"),), area=ideas.area("pay"))
    ideas.idea("Slow", by=make.member())
    ideas.idea("Hidden", by=make.member(), labels=(make.label("secret"),), is_private=True)
    page = client.get("/ideas/").content.decode()
    assert '<option value="speed">Speed</option>' in page
    for other in ("unused", "secret", "thread"):  # of no idea that a guest may read
        assert f'value="{other}"' not in page
    assert '<option value="secret">Secret</option>' in signed_in(sam).get("/ideas/").content.decode()
    assert 'class="chip"' not in page
    answer = client.get("/ideas/?order=new&label=speed&view=list")
    assert titles(answer) == ["Fast"]
    page = answer.content.decode()
    assert '<option value="speed" selected>Speed</option>' in page
    assert '<a class="chip" href="/ideas/?order=new&amp;view=list">Label: <bdi>Speed</bdi>' in page
    assert "Take this filter away" in page
    assert 'type="hidden" name="label"' not in page
    polish = client.get("/ideas/?label=speed", headers={"Accept-Language": "pl"}).content.decode()
    assert polish.count("Szybkość") >= 3
    make.label("fresh", name="Fresh")  # known within a minute; one that is asked for at once
    Idea.objects.get(item__title="Slow").item.labels.add(make.label("fresh"))
    assert '<option value="fresh" selected>Fresh</option>' in client.get("/ideas/?label=fresh").content.decode()


@pytest.mark.parametrize("order", ["hot", "top", "new", "moved"])
def test_a_long_list_goes_on_without_repeating(order: str, client: Client) -> None:
    for number in range(45):
        ideas.idea(f"Idea {number}", by=make.member(f"m{number}"))
    Idea.objects.all().update(heat=5.25)  # rows of the same key follow each other by their ids
    seen: list[str] = []
    url = f"/ideas/?order={order}"
    for _ in range(3):
        page = client.get(url)
        seen += titles(page)
        more = page.content.decode().partition('id="more"')[2].partition('href="')[2].partition('"')[0]
        url = more.replace("&amp;", "&")
    assert not url
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("said", ["after=x", "after=W10", "page=-1", "product=1e9", "stage=%FF", "area=x&label=%27"])
def test_C44_odd_addresses_show_the_board(said: str, client: Client) -> None:
    ideas.idea()
    assert client.get(f"/ideas/?{said}").status_code == 200


def test_the_board_costs_the_same_for_many(client: Client, bo: Member) -> None:
    def cost(browser: Client, url: str) -> int:
        browser.get("/discussions/")
        browser.get("/ideas/?order=new&view=list")
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(url).status_code == 200
        return len(caught)

    urls = ["/ideas/", "/ideas/?view=list", "/ideas/?order=top&stage=new&view=list&label=sync"]
    ideas.idea("First", area=ideas.area("pay"), labels=(make.label("sync"),))
    few = [cost(signed_in(bo), url) for url in urls]
    for number in range(30):
        area = ideas.area(f"area{number % 3}")
        ideas.idea(f"More {number}", area=area, by=make.member(f"m{number}"), labels=(make.label("sync"),))
    many = [cost(signed_in(bo), url) for url in urls]
    assert max(few + many) <= 9
    assert many[1:] == few[1:]
    assert all(cost(Client(), f"{url}{'&' if '?' in url else '?'}x={at}") <= 6 for at, url in enumerate(urls))


def test_an_idea_costs_twelve_queries_at_most(bo: Member, sam: Member) -> None:
    idea = ideas.idea(labels=(make.label("sync"),))
    ideas.voted(idea, bo)
    for kind in ("considering", "planned", "building"):
        ideas.moved(idea, kind)
    make.replies(idea, 12)  # type: ignore[arg-type]
    path = Item.objects.get(pk=idea.pk).path
    for browser, most in ((signed_in(bo), 12), (signed_in(sam), 12), (Client(), 8)):
        browser.get("/ideas/")
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(path).status_code == 200
        assert len(caught) <= most


def test_voting_for_an_idea(ann: Member, bo: Member) -> None:
    idea = ideas.idea(by=ann)
    cold = Idea.objects.get(pk=idea.pk).heat
    button = (
        signed_in(bo).post(f"/items/{idea.pk}/vote/", {"flat": ""}, headers={"HX-Request": "true"}).content.decode()
    )
    assert "Upvote Dark mode, 2 votes" in button
    assert "vote-flat" not in button
    assert Idea.objects.get(pk=idea.pk).heat > cold
    signed_in(ann).post(f"/items/{idea.pk}/vote/withdrawal/")  # their own they may take back, and give again
    assert Item.objects.get(pk=idea.pk).vote_count == 1
    signed_in(ann).post(f"/items/{idea.pk}/vote/")
    assert Item.objects.get(pk=idea.pk).vote_count == 2


def test_nobody_votes_for_what_has_ended(ann: Member, bo: Member, client: Client) -> None:
    idea = ideas.idea(by=ann)
    ideas.moved(idea, "declined")
    answer = signed_in(bo).post(f"/items/{idea.pk}/vote/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Voting has ended" in answer.content.decode()
    for path in ("/ideas/", Item.objects.get(pk=idea.pk).path):
        assert "Voting has ended: this idea is at “Not planned”." in client.get(path).content.decode()
    assert Item.objects.get(pk=idea.pk).vote_count == 1


def test_how_much_it_matters_is_for_staff(ann: Member, bo: Member, sam: Member) -> None:
    idea = ideas.idea(by=ann)
    browser = signed_in(bo)
    address = f"/ideas/{idea.pk}/importance/"
    assert browser.post(address, {"level": "blocking"}).status_code == 404  # who did not vote
    ideas.voted(idea, bo)
    page = browser.get(idea.item.path).content.decode()
    assert "How much does this matter to you?" in page
    browser.post(address, {"level": "odd"})
    assert not Importance.objects.exists()
    browser.post(address, {"level": "blocking", "why": "We go back to paper."})
    assert Importance.objects.get().level == "blocking"
    assert "I cannot work without it" in browser.get(idea.item.path).content.decode()
    assert "back to paper" not in signed_in(ann).get(idea.item.path).content.decode()
    assert "We go back to paper." in signed_in(sam).get(idea.item.path).content.decode()
    browser.post(f"/items/{idea.pk}/vote/withdrawal/")
    assert not Importance.objects.exists()


def test_script_asks_for_the_form_of_whoever_voted(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    idea = ideas.idea(by=ann)
    browser, address, script = signed_in(bo), f"/ideas/{idea.pk}/importance/", {"HX-Request": "true"}

    def asked(browser: Client = browser) -> str:
        answer = browser.get(address, headers=script)
        assert answer.status_code == 200
        return answer.content.decode()

    assert asked() == ""
    ideas.voted(idea, bo)
    assert "You voted. How much does this matter to you?" in asked()
    assert "<html" not in asked()
    browser.post(address, {"level": "nice", "why": "Nights."})
    assert "How much this matters to you:" in asked()
    assert 'value="Nights."' in asked()
    assert browser.get(address).headers["Location"] == idea.item.path
    assert Client().get(address, headers=script).status_code == 302
    vote_for(Item.objects.get(pk=idea.pk), cy, Heard("call"), by=sam)
    assert asked(signed_in(cy)) == ""  # a vote that they did not cast
    ideas.moved(idea, "shipped")
    assert asked() == ""


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Dark mode for the night shift", "dark m"),
        ("โหมดมืดสำหรับกะกลางคืน", "โหมดมืด"),
        ("야간 근무자를 위한 다크 모드", "다크"),
        ("Ciemny motyw na nocną zmianę", "ciemny mot"),
        ("الوضع الداكن للعمل ليلًا", "الوضع الدا"),
    ],
)
def test_similar_ideas_are_found_while_typing_with_their_vote(title: str, typed: str, bo: Member) -> None:
    idea = ideas.idea(title)
    make.thread(title=title)  # of another kind
    ideas.idea("Something else", by=bo)
    ideas.moved(idea, "planned")
    learn.learn()
    browser = signed_in(bo)
    answer = browser.get("/ideas/similar/", {"title": typed}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert titles(answer) == [title]
    assert "Planned" in page
    assert f"/items/{idea.pk}/vote/" in page
    step = browser.get("/ideas/new/", {"title": typed}).content.decode()  # without script
    assert title in step
    assert 'name="body"' in step


@pytest.mark.parametrize("title", ["", "x", "%", '"', "a" * 5_000])
def test_nothing_is_similar_to_next_to_nothing(title: str, client: Client) -> None:
    ideas.idea()
    answer = client.get("/ideas/similar/", {"title": title})
    assert answer.status_code == 200
    assert titles(answer) == []


def test_editing(ann: Member, bo: Member, sam: Member) -> None:
    idea = ideas.idea(by=ann)
    address, pay = f"/ideas/{idea.pk}/edit/", ideas.area("pay")
    assert signed_in(bo).get(address).status_code == 403
    assert signed_in(ann).get(address).status_code == 200
    said = {"title": "Darker mode", "body": "Even darker.", "area": pay.pk, "language": "en", "is_private": "on"}
    make.reply(idea, by=bo)  # type: ignore[arg-type]
    answer = signed_in(ann).post(address, said)
    item = Item.objects.get(pk=idea.pk)
    assert answer.headers["Location"] == item.path == f"/ideas/{idea.pk}/darker-mode/"
    assert (item.title, item.place, item.visibility) == ("Darker mode", pay, "company")
    assert set(Item.objects.filter(reply__about=idea.pk).values_list("visibility", "place")) == {("company", pay.pk)}
    assert item.revisions.count() == 1
    ideas.moved(idea, "shipped")
    assert signed_in(ann).get(address).status_code == 403
    assert signed_in(sam).get(address).status_code == 200


def test_addresses(ann: Member, client: Client) -> None:
    idea = ideas.idea(by=ann)
    assert client.get(f"/ideas/{idea.pk}/x/").headers["Location"] == idea.item.path
    assert client.get(f"/go/{idea.pk}", follow=True).redirect_chain[-1][0] == idea.item.path
    assert client.get("/ideas/99999999/x/").status_code == 404
    assert idea.item.path in client.get("/feeds/ideas.atom").content.decode()
    assert idea.item.path in client.get("/feeds/ideas.atom?area=app").content.decode()
    assert client.get("/feeds/ideas.atom?area=none").status_code == 404
    assert idea.item.path in client.get(f"/sitemap-ideas-{idea.pk // 5000}.xml").content.decode()
    assert "/sitemap-ideas-0.xml" in client.get("/sitemap.xml").content.decode()
    for method in ("post", "put", "delete"):
        assert getattr(client, method)("/ideas/").status_code == 405


@pytest.mark.parametrize("is_placed", [True, False])
def test_a_page_kept_for_guests_follows_votes_and_replies(
    is_placed: bool, ann: Member, bo: Member, client: Client
) -> None:
    idea = ideas.idea(by=ann, area=ideas.area() if is_placed else None)
    assert "Upvote Dark mode, 1 vote" in client.get(idea.item.path).content.decode()
    assert "Upvote Dark mode, 1 vote" in client.get("/ideas/").content.decode()
    ideas.voted(idea, bo)
    make.reply(idea, by=bo, body="At last.")  # type: ignore[arg-type]
    assert "Upvote Dark mode, 2 votes" in client.get("/ideas/").content.decode()
    page = client.get(idea.item.path).content.decode()
    assert "Upvote Dark mode, 2 votes" in page
    assert "At last." in page


def test_an_idea_is_found_and_stands_under_its_label(ann: Member, client: Client) -> None:
    idea = ideas.idea(by=ann, labels=(make.label("sync"),))
    assert idea.item.path in client.get("/search/?q=dark+mode&kind=idea").content.decode()
    assert "Dark mode" in client.get("/labels/sync/").content.decode()


def test_heat() -> None:
    now = timezone.now()
    month = timedelta(days=30)
    assert heat_of(9, now - month, is_ended=False) == pytest.approx(heat_of(0, now, is_ended=False))
    assert heat_of(99, now - month, is_ended=False) == pytest.approx(heat_of(9, now, is_ended=False))
    assert heat_of(1_000_000, now, is_ended=True) < heat_of(0, now - 600 * month, is_ended=False)
    assert heat_of(-3, now, is_ended=False) == heat_of(0, now, is_ended=False)


def test_an_idea_names_its_product_where_there_are_any(ann: Member, client: Client) -> None:
    area = ideas.area()
    assert 'name="product"' not in signed_in(ann).get("/ideas/new/?title=Dark").content.decode()
    rota, kiosk = (Product.objects.create(name=name) for name in ("Rota", "Kiosk"))
    Site.touch()
    signed_in(ann).post("/ideas/new/", WORDS | {"area": area.pk, "product": rota.pk})
    assert titles(client.get(f"/ideas/?view=list&product={rota.pk}")) == ["Dark mode at night"]
    assert titles(client.get(f"/ideas/?view=list&product={kiosk.pk}")) == []
    idea = Idea.objects.get()
    signed_in(ann).post(f"/ideas/{idea.pk}/edit/", WORDS | {"area": area.pk, "product": kiosk.pk})
    assert titles(client.get(f"/ideas/?view=list&product={kiosk.pk}")) == ["Dark mode at night"]
