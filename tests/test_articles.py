"""Articles as readers see them: help page, sections, languages, what helped; and their budgets."""

import json
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from community.discussions.views.feeds import SITEMAP_SIZE
from community.feedback.models import Item, Label, Link
from community.knowledge.models import Article, Highlight, Verdict
from community.knowledge.publish import withdraw
from community.knowledge.settle import change_settings
from community.knowledge.verdict import REMARK
from community.members.models import Member, Site
from community.search.learn import learn
from tests import make
from tests.conftest import signed_in
from tests.knowledge import changed, drafted, published, section, writer

pytestmark = pytest.mark.django_db
LONG = "\n\n".join(f"## Part {n}\n\nWords of part {n}." for n in range(1, 5))


def test_an_article_is_read_with_contents_and_links_to_its_headings(client: Client) -> None:
    article = published("How do I sync?", f"{LONG}\n\n## Part 1\n\nAgain.", comment="first")
    page = client.get(article.item.path)
    html = page.content.decode()
    assert page.status_code == 200
    assert 'id="h-part-1"' in html
    assert 'id="h-part-1-2"' in html
    assert '<a href="#h-part-4" dir="auto">Part 4</a>' in html
    assert "Set-Cookie" not in page.headers
    assert "csrfmiddlewaretoken" not in html
    described = json.loads(re.search(r'ld\+json">(.*?)</script>', html, re.DOTALL)[1])  # type: ignore[index]
    assert described["@type"] == "TechArticle"
    assert described["inLanguage"] == "en"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("> [!WARNING]\n> Save first.", '<div class="callout colour-amber"'),
        ("> [!note]\n>\n> Save first.\n>\n> > quoted", '<div class="callout colour-blue"'),
        (
            "https://www.youtube.com/watch?v=abc_DEF-123",
            'data-video="https://www.youtube-nocookie.com/embed/abc_DEF-123"',
        ),
        ("https://vimeo.com/12345", 'data-video="https://player.vimeo.com/video/12345"'),
    ],
)
def test_callouts_and_videos(client: Client, body: str, shown: str) -> None:
    html = client.get(published(body=body).item.path).content.decode()
    assert shown in html
    assert "[!" not in html


@pytest.mark.parametrize(
    "body", ["https://youtube.com.evil.example/watch?v=abc", 'https://www.youtube.com/watch?v=a"b', "> [!OTHER]\n> x"]
)
def test_what_is_no_video_or_callout_stays_what_it_is(client: Client, body: str) -> None:
    html = client.get(published(body=body).item.path).content.decode()
    assert "data-video" not in html
    assert "callout" not in html


def test_an_old_slug_leads_to_the_article_and_a_draft_is_nowhere(client: Client) -> None:
    article = published()
    answer = client.get(f"/help/a/{article.pk}/other-words/")
    assert (answer.status_code, answer.headers["Location"]) == (301, article.item.path)
    draft = drafted("Not ready")
    for browser in (client, signed_in(make.member("ann")), signed_in(writer())):
        assert browser.get(f"/help/a/{draft.pk}/not-ready/").status_code == 404
    assert "Not ready" not in client.get("/help/start/").content.decode()


def test_a_reader_gets_their_language_where_there_is_one(client: Client) -> None:
    article = published("Set up sync")
    polish = published("Włącz synchronizację", language="pl", original=article, true_to=1)
    client.cookies["language"] = "pl"
    html = client.get("/help/start/").content.decode()
    assert polish.item.title in html
    assert article.item.title not in html
    html = client.get(article.item.path).content.decode()
    assert f'hreflang="pl" href="http://localhost:8000{polish.item.path}"' in html
    assert "colour-blue" in html  # it is there in your language too
    client.cookies["language"] = "ko"
    html = client.get("/help/start/").content.decode()
    assert article.item.title in html
    assert "English" in html


def test_a_major_edit_warns_readers_of_translations_and_a_new_translation_ends_it(client: Client) -> None:
    article = published("Set up sync")
    polish = published("Włącz synchronizację", language="pl", original=article, true_to=1)
    changed(article, "Open the new settings.", significance="normal", saves=0)
    assert "has changed since" not in client.get(polish.item.path).content.decode()
    changed(article, "Open the newest settings.", significance="major", saves=0)
    html = client.get(polish.item.path).content.decode()
    assert "has changed since" in html
    assert article.item.path in html
    changed(polish, "Otwórz nowe ustawienia.", true_to=3)
    assert "has changed since" not in client.get(polish.item.path).content.decode()


def test_help_page_and_section_show_what_stands_first(client: Client) -> None:
    first, second = published("First"), published("Second")
    Highlight.objects.create(article=first, is_featured=True)
    section("inner", parent=section(), name="Inner")
    section("hidden", name="Backstage", audience="staff")
    html = client.get("/help/").content.decode()
    assert "First" in html
    assert "Second" not in html
    assert "Inner" in html
    assert "Backstage" not in html
    html = client.get("/help/start/").content.decode()
    assert html.index(first.item.path) < html.index(second.item.path)
    assert client.get("/help/hidden/").status_code == 404


def test_a_section_of_questions_says_so_to_machines(client: Client) -> None:
    published("How do I sync?", "Press **the button**.")
    html = client.get("/help/start/").content.decode()
    described = json.loads(re.search(r'ld\+json">(.*?)</script>', html, re.DOTALL)[1])  # type: ignore[index]
    assert described["mainEntity"][0]["acceptedAnswer"]["text"] == "Press the button."


def test_feeds_and_sitemap_tell_what_guests_may_read(client: Client) -> None:
    shown, hidden = published("Shown"), published("Hidden", section=section("hidden", audience="members"))
    feed = client.get("/feeds/help.atom").content.decode()
    assert shown.item.title in feed
    assert hidden.item.title not in feed
    assert client.get("/feeds/help/start.atom").status_code == 200
    assert client.get("/feeds/help/hidden.atom").status_code == 404
    sitemap = f"/sitemap-help-{shown.pk // SITEMAP_SIZE}.xml"  # a range of ids, and PostgreSQL goes on counting
    assert sitemap in client.get("/sitemap.xml").content.decode()
    listed = client.get(sitemap).content.decode()
    assert shown.item.path in listed
    assert hidden.item.path not in listed


@pytest.mark.parametrize("visibility", ["members", "group", "staff"])
def test_who_may_not_read_an_article_finds_it_nowhere(client: Client, visibility: str, ann: Member) -> None:
    article = published("Only for some")
    group = make.group("beta") if visibility == "group" else None
    Item.objects.filter(pk=article.pk).update(visibility=visibility, group=group)
    assert client.get(article.item.path).status_code == 404
    assert "Only for some" not in client.get("/help/start/").content.decode()
    expected = 200 if visibility == "members" else 404
    assert signed_in(ann).get(article.item.path).status_code == expected
    assert client.post(f"/articles/{article.pk}/helpful/", {"is": "yes"}).status_code == 404


# -- Did this help? ------------------------------------------------------------------------------


def test_a_guest_is_counted_once_and_may_change_their_mind(client: Client) -> None:
    article = published()
    page = client.get(f"/articles/{article.pk}/helpful/?is=yes")
    assert page.status_code == 200
    assert Verdict.objects.count() == 0
    for said in ("yes", "yes", "no"):
        assert client.post(f"/articles/{article.pk}/helpful/", {"is": said}).status_code == 200
    article.refresh_from_db()
    assert (article.helpful_count, article.unhelpful_count) == (0, 1)
    Client(HTTP_USER_AGENT="another").post(f"/articles/{article.pk}/helpful/", {"is": "yes"})
    article.refresh_from_db()
    assert (article.helpful_count, article.unhelpful_count) == (1, 1)
    assert "127.0.0.1" not in " ".join(Verdict.objects.values_list("voter", flat=True))


def test_why_it_did_not_help_lands_with_staff(client: Client, ann: Member) -> None:
    article = published()
    browser = signed_in(ann)
    browser.post(f"/articles/{article.pk}/helpful/", {"is": "no"})
    missing = browser.post(f"/articles/{article.pk}/helpful/reason/", {"words": "The menu moved."})
    assert missing.status_code == 422
    assert "The menu moved." in missing.content.decode()
    said = {"reason": "outdated", "words": "The menu moved."}
    assert browser.post(f"/articles/{article.pk}/helpful/reason/", said).status_code == 200
    remark = Item.objects.get(kind=REMARK)
    assert (remark.stage, remark.visibility, remark.author) == ("outdated", "staff", ann)
    assert Link.objects.filter(source=remark, target=article.item).exists()
    desk = signed_in(writer()).get("/desk/articles/").content.decode()
    assert "The menu moved." in desk
    assert remark.path in desk
    assert "The menu moved." in signed_in(writer()).get(f"/desk/articles/{article.pk}/edits/").content.decode()
    for reader in (client, browser):
        assert reader.get(f"/go/{remark.pk}").status_code == 404
        assert "menu moved" not in reader.get("/search/?q=menu+moved").content.decode().replace("menu+moved", "")[5000:]


def test_helpfulness_is_told_for_each_revision(client: Client) -> None:
    article = published()
    client.post(f"/articles/{article.pk}/helpful/", {"is": "no"})
    changed(article, "Better words.", saves=0)
    client.post(f"/articles/{article.pk}/helpful/", {"is": "yes"})
    html = signed_in(writer()).get(f"/desk/articles/{article.pk}/edits/").content.decode()
    assert html.index("Helped 1, did not help 0") < html.index("Helped 0, did not help 1")


# -- Replies below an article --------------------------------------------------------------------


def test_customers_reply_where_the_section_lets_them(client: Client, ann: Member) -> None:
    quiet, open_ = published("Quiet"), published("Open", section=section("talk", takes_replies=True))
    browser = signed_in(ann)
    assert browser.post(f"/items/{quiet.pk}/reply/", {"body": "Hello"}).status_code == 403
    browser.post(f"/items/{open_.pk}/reply/", {"body": "It works on Linux too."})
    assert "It works on Linux too." in client.get(open_.item.path).content.decode()
    assert "What others say" not in client.get(quiet.item.path).content.decode()


# -- Budgets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("articles", [2, 12])
def test_pages_ask_a_constant_number_of_questions(
    articles: int, client: Client, ann: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(articles):
        one = published(f"Set up sync {number}", LONG)
        published(f"Włącz {number}", language="pl", original=one)
    Highlight.objects.create(article=one, is_featured=True)
    browser = signed_in(ann)
    for reader in (client, browser):
        for path, most in ((one.item.path, 8), ("/help/start/", 7), ("/help/", 7)):
            reader.get(path)  # sessions and places are known
            with django_assert_max_num_queries(most):
                assert reader.get(f"{path}?other={articles}").status_code in (200, 301)


def test_a_withdrawn_article_goes_with_its_translations_and_comes_back(client: Client) -> None:
    article = published()
    polish = published("Włącz", language="pl", original=article)
    withdraw(article, by=writer())
    for one in (article, polish):
        assert client.get(one.item.path).status_code == 404
    assert signed_in(writer()).get(article.item.path).status_code == 200
    signed_in(writer()).post(f"/desk/articles/{article.pk}/restoration/")
    assert client.get(polish.item.path).status_code == 200
    assert Article.objects.count() == 2


def test_guests_who_share_a_browser_overwrite_no_remark_and_a_reason_is_no_praise(client: Client) -> None:
    article = published()
    address = f"/articles/{article.pk}/helpful/"
    client.post(address, {"is": "yes"})
    for words in ("The menu moved.", "Which button?", "Which button?"):
        assert client.post(f"{address}reason/", {"reason": "wrong", "words": words}).status_code == 200
    assert Item.objects.get(kind=REMARK).body == "The menu moved.\n\nWhich button?"
    assert [one.is_helpful for one in Verdict.objects.all()] == [False]
    assert "Which button?" in signed_in(writer()).get(f"/desk/articles/{article.pk}/edits/").content.decode()


# -- Labels --------------------------------------------------------------------------------------


def labelled(title: str, *labels: Label, **fields: object) -> Article:
    article = published(title, **fields)
    article.item.labels.set(labels)
    return article


@pytest.mark.parametrize("act", ["withdrawn", "restricted"])
def test_what_a_guest_may_not_read_any_more_is_related_to_nothing(client: Client, act: str) -> None:
    article = published("Set up sync for calendars", "Open the calendar sync settings.")
    other = published("Calendar sync settings", "Open the calendar sync settings.", section=section("more"))
    assert other.item.title in client.get(article.item.path).content.decode()
    if act == "withdrawn":
        withdraw(other, by=writer())
    else:
        said = {"section": other.item.place, "visibility": "staff", "group": None, "owner": None, "version": ""}
        change_settings(other, said | {"labels": []}, by=writer())
    assert other.item.title not in client.get(article.item.path).content.decode()


def test_C42_a_label_that_is_no_number_is_said() -> None:
    article = published("Set up sync")
    form = {"section": article.item.place_id, "visibility": "public", "labels": ["9" * 20]}
    assert signed_in(writer()).post(f"/desk/articles/{article.pk}/settings/", form).status_code == 422


def test_staff_label_an_article_and_readers_see_it(client: Client) -> None:
    ios, sync = make.label("ios"), make.label("sync", translations={"pl": "Synchronizacja"})
    article = published("Set up sync")
    polish = published("Włącz synchronizację", language="pl", original=article)
    staff = signed_in(writer())
    form = {"section": article.item.place_id, "visibility": "public", "labels": [sync.pk, ios.pk]}
    assert staff.post(f"/desk/articles/{article.pk}/settings/", form).status_code == 302
    page = client.get(article.item.path).content.decode()
    assert page.index('href="/labels/ios/"') < page.index('href="/labels/sync/"')
    assert ">Synchronizacja</a>" in client.get(polish.item.path, headers={"Accept-Language": "pl"}).content.decode()
    korean = drafted("동기화", language="ko", original=article)
    assert set(korean.item.labels.all()) == {ios, sync}
    Label.objects.filter(pk=ios.pk).update(name="iPhone")
    Site.touch()
    assert ">iPhone</a>" in client.get(article.item.path).content.decode()
    staff.post(f"/desk/articles/{article.pk}/settings/", form | {"labels": []})
    assert "/labels/" not in client.get(article.item.path).content.decode()


def test_the_page_of_a_label_shows_its_articles_in_the_readers_language(client: Client, ann: Member) -> None:
    sync = make.label("sync")
    one = labelled("Set up sync", sync)
    labelled("Włącz synchronizację", sync, language="pl", original=one)
    labelled("Ustaw kalendarz", sync, language="pl")
    labelled("Behind the sync", sync, section=section("back", audience="staff"))
    published("Something else")
    thread = make.thread(by=ann, title="Sync of calendars", labels=(sync,))
    page = client.get("/labels/sync/").content.decode()
    assert "Set up sync" in page
    assert "Ustaw kalendarz" in page
    assert page.index("Set up sync") < page.index(thread.item.path)
    assert "Włącz synchronizację" not in page
    assert "Behind the sync" not in page
    assert "Something else" not in page
    assert "Behind the sync" in signed_in(writer()).get("/labels/sync/").content.decode()
    assert "Włącz synchronizację" in client.get("/labels/sync/", headers={"Accept-Language": "pl"}).content.decode()
    assert "Set up sync" not in client.get("/labels/sync/?order=new").content.decode()
    labelled("A later one", sync)
    assert "A later one" in client.get("/labels/sync/").content.decode()  # kept pages hear of it


def test_a_search_for_a_label_finds_articles(client: Client, ann: Member) -> None:
    sync = make.label("sync")
    labelled("Set up the wombat", sync)
    published("Feed the wombat")
    make.thread(by=ann, title="Wombats sync", labels=(sync,))
    learn()
    for query in ("/search/?q=label:sync", "/search/?q=wombat label:sync", "/search/?q=wombat&label=sync&kind=article"):
        page = client.get(query).content.decode()
        assert "/set-up-the-wombat/" in page, query
        assert "/feed-the-wombat/" not in page, query
    assert "Wombats sync" not in client.get("/search/?kind=article&label=sync").content.decode()


def test_labels_cost_no_further_question(
    client: Client, ann: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    labels = [make.label(f"label-{number}") for number in range(12)]
    for number in range(8):
        labelled(f"Włącz {number}", *labels, language="pl", original=labelled(f"Set up sync {number}", *labels))
    path = Article.objects.filter(original=None).order_by("pk")[0].item.path
    for reader in (client, signed_in(ann)):
        for address, most in ((path, 8), ("/labels/label-1/", 8)):
            reader.get(address)
            with django_assert_max_num_queries(most):
                assert reader.get(f"{address}?other=1").content.count(b"/labels/label-") >= 1
