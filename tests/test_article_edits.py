"""Articles as staff make them: drafts, review, publishing, significance, translations, promotion."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from community.feedback.attach import attach, throw_away_unused
from community.feedback.attachments import Attachment
from community.feedback.models import Draft, Item, Link, Place
from community.knowledge import publish as publishing
from community.knowledge.draft import EditRefused, Said, open_edit, save_edit, schedule
from community.knowledge.models import Article, Edit, Highlight
from community.knowledge.promote import promote
from community.knowledge.publish import publish, publish_due, withdraw
from community.knowledge.reminders import ask_owners
from community.lib.markdown import MarkdownRefused
from community.members.leave import leave
from community.members.models import Member
from community.notifications.models import Follow, Notification
from tests import make
from tests.conftest import signed_in
from tests.files import status
from tests.knowledge import changed, drafted, published, section, writer
from tests.tasks import run_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(db: None) -> Member:
    return make.member("mia", role="manager")


@pytest.fixture
def eve(db: None) -> Member:
    return make.member("eve", role="agent")


def words(article: Article, **said: object) -> dict[str, object]:
    edit = open_edit(article)
    begun = {"title": article.item.title, "body": "New words.", "significance": "normal"}
    return begun | {"saves": edit.saves if edit else 0} | said


def test_a_draft_is_handed_in_reviewed_and_published_by_somebody_else(client: Client, eve: Member) -> None:
    sam = signed_in(writer())
    place = section()
    begun = sam.post("/desk/articles/new/", {
        "title": "Set up sync", "body": "Open it.", "section": place.pk, "language": "en",
    })  # fmt: skip
    article = Article.objects.get()
    assert begun.headers["Location"] == article.desk_url
    sam.post(article.desk_url, words(article, hand_in=""))
    assert open_edit(article).state == Edit.State.REVIEW  # type: ignore[union-attr]
    refused = sam.post(f"{article.desk_url}publication/", {"saves": 2})
    assert refused.status_code == 403
    assert client.get(f"/help/a/{article.pk}/set-up-sync/").status_code == 404
    reviewer = signed_in(eve)
    page = reviewer.get(article.desk_url).content.decode()
    assert "New words." in page
    assert page.count('name="saves" value="2"') == 3
    reviewer.post(f"{article.desk_url}publication/", {"saves": 2})
    article.refresh_from_db()
    assert (article.revision, article.item.state, article.item.body) == (1, "visible", "New words.")
    assert "New words." in client.get(article.item.path).content.decode()
    edit = Edit.objects.get()
    assert (edit.by, edit.reviewed_by, edit.body) == (writer(), eve, "")


def test_a_reviewer_sends_back_with_a_sentence_and_the_writer_hears_of_it(eve: Member) -> None:
    article = drafted()
    signed_in(writer()).post(f"{article.desk_url}review/")
    signed_in(eve).post(f"{article.desk_url}note/", {"note": "Which menu?"})
    edit = open_edit(article)
    assert edit is not None
    assert (edit.state, edit.note) == ("draft", "Which menu?")
    assert Notification.objects.get(recipient=writer()).topic == "article_sent_back"
    assert "Which menu?" in signed_in(writer()).get(article.desk_url).content.decode()
    assert signed_in(writer()).post(f"{article.desk_url}note/", {"note": "x"}).status_code == 403


@pytest.mark.parametrize("act", ["publication", "schedule"])
def test_nobody_publishes_words_that_they_have_not_read(eve: Member, act: str) -> None:
    article = drafted()
    reviewer = signed_in(eve)
    read = {"saves": 1, "publish_at": "2999-01-01T12:00"}
    save_edit(article, Said("Set up sync", "Other words.", saves=1), by=writer())
    answer = reviewer.post(f"{article.desk_url}{act}/", read, follow=True)
    assert "Read it again" in answer.content.decode()
    assert open_edit(article).state == Edit.State.DRAFT  # type: ignore[union-attr]
    reviewer.post(f"{article.desk_url}{act}/", read | {"saves": 2})
    assert Edit.objects.get().state == {"publication": "published", "schedule": "scheduled"}[act]


def test_files_of_the_writer_go_through_review_with_the_article(client: Client, eve: Member, ann: Member) -> None:
    file = attach(SimpleUploadedFile("log.txt", b"hello", "text/plain"), by=writer())
    private = attach(SimpleUploadedFile("ann.txt", b"hers", "text/plain"), by=ann)
    article = drafted(body=f"See [log.txt](/files/{file.pk}/log.txt) and [hers](/files/{private.pk}/ann.txt).")
    address = f"/files/{file.pk}/log.txt"
    Attachment.objects.update(unused_since=timezone.now() - timedelta(days=3))
    throw_away_unused()
    assert status(signed_in(eve), address) == 200
    assert status(client, address) == 404
    publish(article, by=eve)
    assert status(client, address) == 200
    assert not Attachment.objects.filter(pk=private.pk).exists()


def test_a_file_of_a_customer_that_staff_name_stays_the_customers(eve: Member, ann: Member) -> None:
    private = attach(SimpleUploadedFile("ann.txt", b"hers", "text/plain"), by=ann)
    article = drafted(body=f"See [hers](/files/{private.pk}/ann.txt).")
    publish(article, by=eve)
    assert status(signed_in(eve), f"/files/{private.pk}/ann.txt") == 404
    private.refresh_from_db()
    assert private.item is None


def test_managers_publish_their_own(mia: Member) -> None:
    place = section()
    browser = signed_in(mia)
    browser.post("/desk/articles/new/", {"title": "Prices", "body": "One.", "section": place.pk, "language": "pl"})
    article = Article.objects.get()
    answer = browser.post(article.desk_url, words(article, publish=""))
    article.refresh_from_db()
    assert article.is_published
    assert answer.headers["Location"] == Item.objects.get(pk=article.pk).path


def test_two_who_write_at_once_lose_nothing(eve: Member) -> None:
    article = published()
    mine, theirs = words(article, body="Mine."), words(article, body="Theirs.")
    signed_in(eve).post(article.desk_url, theirs)
    answer = signed_in(writer()).post(article.desk_url, mine)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Mine." in html
    assert "Somebody saved this article meanwhile" in html
    assert open_edit(article).body == "Theirs."  # type: ignore[union-attr]
    assert 'name="saves" value="1"' in html  # saved again, it is on purpose
    with pytest.raises(EditRefused):
        save_edit(article, Said("x", "y", saves=0), by=eve)


def test_saving_takes_back_what_was_handed_in_or_scheduled(eve: Member) -> None:
    article = drafted()
    at = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    signed_in(eve).post(f"{article.desk_url}schedule/", {"publish_at": at, "saves": 1})
    assert open_edit(article).state == "scheduled"  # type: ignore[union-attr]
    signed_in(writer()).post(article.desk_url, words(article))
    edit = open_edit(article)
    assert edit is not None
    assert (edit.state, edit.publish_at) == ("draft", None)


def test_what_is_scheduled_appears_when_its_moment_has_come(client: Client, eve: Member) -> None:
    article = drafted()
    past = signed_in(eve).post(f"{article.desk_url}schedule/", {"publish_at": "2020-01-01T10:00"})
    assert past.status_code == 302
    assert open_edit(article).state == "draft"  # type: ignore[union-attr]
    at = timezone.now() + timedelta(hours=2)
    signed_in(eve).post(f"{article.desk_url}schedule/", {"publish_at": f"{at:%Y-%m-%dT%H:%M}", "saves": 1})
    publish_due()
    assert Item.objects.get(pk=article.pk).state == "scheduled"
    Edit.objects.update(publish_at=timezone.now() - timedelta(minutes=1))
    publish_due()
    publish_due()
    article.refresh_from_db()
    assert (article.revision, Item.objects.get(pk=article.pk).state) == (1, "visible")


def test_what_is_taken_back_while_others_are_published_does_not_appear(
    eve: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = drafted("First"), drafted("Second")  # the latest is published first
    past = timezone.now() - timedelta(minutes=1)
    for one in (first, second):
        schedule(one, past, by=eve)

    def slowly(article: Article, *, by: Member) -> bool:
        save_edit(first, Said("First", "Unread.", saves=1), by=writer())
        return publish(article, by=by)

    monkeypatch.setattr(publishing, "publish", slowly)
    publish_due()
    assert Item.objects.get(pk=second.pk).state == "visible"
    assert Item.objects.get(pk=first.pk).state == "draft"


def test_a_translation_that_was_scheduled_does_not_appear_without_its_original(eve: Member) -> None:
    original = published()
    translation = drafted("Ustaw", "Otwórz.", language="pl", original=original)
    schedule(translation, timezone.now() + timedelta(hours=1), by=eve)
    withdraw(original, by=eve)
    Edit.objects.filter(publish_at__isnull=False).update(publish_at=timezone.now() - timedelta(minutes=1))
    publish_due()
    edit = open_edit(translation)
    assert edit is not None
    assert (Item.objects.get(pk=translation.pk).state, edit.state) == ("draft", "review")


def test_publishing_what_was_withdrawn_brings_it_back(client: Client, mia: Member) -> None:
    article = published()
    withdraw(article, by=mia)
    edit = save_edit(article, Said(article.item.title, "Better words."), by=writer())
    signed_in(mia).post(f"{article.desk_url}publication/", {"saves": edit.saves})
    page = client.get(article.item.path)
    assert page.status_code == 200
    assert "Better words." in page.content.decode()


def test_what_cannot_be_published_when_it_is_due_is_a_draft_again(eve: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    article = drafted()
    schedule(article, timezone.now() + timedelta(hours=1), by=eve)
    Edit.objects.update(publish_at=timezone.now() - timedelta(minutes=1))

    def refused(*_words: object, **_by: object) -> None:
        raise MarkdownRefused("Too deep.", "deep")

    monkeypatch.setattr(publishing, "publish", refused)
    publish_due()
    edit = open_edit(article)
    assert edit is not None
    assert (Item.objects.get(pk=article.pk).state, edit.state, edit.note) == ("draft", "draft", "Too deep.")


@pytest.mark.parametrize(("significance", "is_told"), [("typo", False), ("normal", True), ("major", True)])
def test_significance_decides_who_hears(significance: str, is_told: bool, ann: Member) -> None:
    article = published()
    Follow.objects.create(member=ann, item=article.item, level="tracking")
    changed(article, "Other words.", significance=significance)
    run_all()
    run_all()
    assert Notification.objects.filter(recipient=ann, topic="updated").exists() == is_told
    page = signed_in(ann).get("/me/notifications/").content.decode()
    assert ("was updated" in page) == is_told


def test_followers_of_a_section_hear_of_a_new_article(ann: Member) -> None:
    Follow.objects.create(member=ann, place=section(), level="watching")
    published()
    run_all()
    assert Notification.objects.get(recipient=ann).topic == "article_new"
    assert "New article" in signed_in(ann).get("/me/notifications/").content.decode()


def test_a_translation_is_made_beside_its_original(client: Client, mia: Member) -> None:
    article = published("Set up sync", "Open the settings.")
    browser = signed_in(mia)
    page = browser.get(f"{article.desk_url}translation/pl/").content.decode()
    assert "Open the settings." in page
    said = {"title": "Włącz synchronizację", "body": "Otwórz ustawienia.", "language": "pl", "true_to": 1}
    browser.post(f"{article.desk_url}translation/pl/", said)
    polish = Article.objects.get(language="pl")
    assert (polish.original_id, polish.item.place_id) == (article.pk, article.item.place_id)
    publish(polish, by=mia)
    assert browser.get(f"{article.desk_url}translation/pl/").headers["Location"] == polish.desk_url
    changed(article, "Open the new settings.", significance="major")
    run_all()
    assert Notification.objects.filter(recipient=mia, topic="original_changed").exists()
    page = browser.get(polish.desk_url).content.decode()
    assert "What changed since" in page
    assert "Open the new settings." in page
    browser.post(polish.desk_url, words(polish, body="Otwórz nowe ustawienia.", true_to=2, publish=""))
    polish.refresh_from_db()
    assert not Article.objects.select_related("original").get(pk=polish.pk).is_out_of_date
    coverage = browser.get("/desk/articles/coverage/").content.decode()
    assert "Up to date" in coverage
    for wrong in ("en", "xx"):
        assert browser.get(f"{article.desk_url}translation/{wrong}/").status_code == 404


def test_the_draft_of_a_translation_is_its_own(mia: Member) -> None:
    article, browser = published("Set up sync"), signed_in(mia)
    begun = f"{article.desk_url}translation/pl/"
    assert f'data-draft-url="/drafts/article:{article.pk}:pl/"' in browser.get(begun).content.decode()
    kept = browser.post(f"/drafts/article:{article.pk}:pl/", {"seq": 0, "title": "Ustaw", "body": "Polskie."})
    assert kept.status_code == 200
    assert "Polskie." in browser.get(begun).content.decode()
    for other in (article.desk_url, f"{article.desk_url}translation/th/"):
        assert "Polskie." not in browser.get(other).content.decode()
    browser.post(begun, {"title": "Ustaw", "body": "Polskie.", "language": "pl"})
    assert not Draft.objects.exists()


def test_a_reply_becomes_an_article_that_thanks_its_author(
    client: Client, ann: Member, bo: Member, mia: Member
) -> None:
    thread = make.thread(by=ann, title="How do I sync?")
    reply = make.reply(thread, by=bo, body="Press **the** button.")
    place, browser = section(), signed_in(mia)
    assert f"/items/{reply.pk}/article/" in browser.get(thread.item.path).content.decode()
    assert "/article/" not in client.get(thread.item.path).content.decode()
    page = browser.get(f"/items/{reply.pk}/article/").content.decode()
    assert "Press **the** button." in page
    said = {"title": "How do I sync?", "body": "Press the button.", "section": place.pk, "language": "en"}
    browser.post(f"/items/{reply.pk}/article/", said)
    article = Article.objects.get()
    assert Link.objects.get(kind="became").target_id == article.pk
    publish(article, by=mia)
    html = client.get(Item.objects.get(pk=article.pk).path).content.decode()
    assert bo.display_name in html
    assert reply.item.path in html
    assert "In the help centre:" in client.get(thread.item.path).content.decode()
    assert Notification.objects.get(recipient=bo, topic="article_thanks")
    secret = make.thread(by=ann, is_private=True)
    assert signed_in(bo).get(f"/items/{secret.pk}/article/").status_code == 403


def test_nobody_is_named_for_what_they_said_in_private(client: Client, ann: Member, mia: Member) -> None:
    thread = make.thread(by=ann, title="Why was I charged twice", is_private=True)
    reply = make.reply(thread, by=ann, body="It was the card.")
    for said in (thread.item, reply.item):
        article = promote(said, Said("Card", "Words."), section=section(), language="en", by=mia)
        publish(article, by=mia)
        path = Item.objects.get(pk=article.pk).path
        for reader, is_named in ((client, False), (signed_in(ann), True), (signed_in(mia), True)):
            html = reader.get(path).content.decode()
            assert ("This article began as an answer by" in html) is is_named
            assert (f'href="{said.path}"' in html) is is_named


def test_settings_move_the_article_with_its_translations(client: Client, mia: Member) -> None:
    article = published()
    polish = published("Włącz", language="pl", original=article)
    other = section("other", audience="members")
    group = signed_in(mia).post(
        f"{article.desk_url}settings/", {"section": other.pk, "visibility": "group", "labels": []}
    )
    assert group.status_code == 422
    said = {"section": other.pk, "visibility": "public", "version": "4.2", "owner": mia.pk}
    assert signed_in(mia).post(f"{article.desk_url}settings/", said).status_code == 302
    assert Item.objects.get(pk=polish.pk).place_id == other.pk
    assert client.get(article.item.path).status_code == 404
    article.refresh_from_db()
    assert (article.version, article.owner) == ("4.2", mia)


def test_a_translation_stands_and_is_read_as_its_original(mia: Member) -> None:
    article = published()
    polish = published("Włącz", language="pl", original=article)
    Item.objects.filter(kind="article").update(visibility="staff")
    browser, address = signed_in(mia), f"{polish.desk_url}settings/"
    assert 'name="visibility"' not in browser.get(address).content.decode()
    said = {"section": section("other").pk, "visibility": "public", "version": "4.2", "labels": []}
    assert browser.post(address, said).status_code == 302
    item = Item.objects.get(pk=polish.pk)
    assert (item.visibility, item.place_id, item.article.version) == ("staff", article.item.place_id, "4.2")


def test_owners_are_asked_whether_it_is_still_correct(client: Client, mia: Member) -> None:
    article = published()
    ask_owners()
    assert not Notification.objects.filter(topic="article_review").exists()
    Article.objects.update(review_on=timezone.now().date(), owner=mia)
    ask_owners()
    ask_owners()
    assert Notification.objects.filter(recipient=mia, topic="article_review").count() == 1
    assert article.item.title in signed_in(mia).get("/desk/articles/").content.decode()
    signed_in(mia).post(f"{article.desk_url}correctness/")
    article.refresh_from_db()
    assert article.review_on > timezone.now().date() + timedelta(days=170)  # type: ignore[operator]


def test_pins_and_the_help_page(mia: Member) -> None:
    article = published()
    browser = signed_in(mia)
    browser.post(f"{article.desk_url}feature/")
    assert Highlight.objects.get().is_featured
    browser.post(f"{article.desk_url}pin/")
    assert not Highlight.objects.get().is_featured
    browser.post(f"{article.desk_url}pin-withdrawal/")
    assert not Highlight.objects.exists()
    assert browser.post(f"{article.desk_url}nothing/").status_code == 404


def test_a_discarded_draft_leaves_what_is_published(mia: Member) -> None:
    article, never = published(), drafted("Never")
    browser = signed_in(mia)
    browser.post(article.desk_url, words(article))
    browser.post(f"{article.desk_url}discard/")
    browser.post(f"{never.desk_url}discard/")
    assert list(Article.objects.values_list("pk", flat=True)) == [article.pk]
    assert open_edit(article) is None
    assert not Item.objects.filter(pk=never.pk).exists()


def test_an_article_with_translations_cannot_be_discarded(client: Client, mia: Member) -> None:
    original = drafted()
    translation = published("Ustaw synchronizację", "Otwórz.", language="pl", original=original)
    answer = signed_in(mia).post(f"{original.desk_url}discard/", follow=True)
    assert "cannot be discarded" in answer.content.decode()
    assert set(Article.objects.values_list("pk", flat=True)) == {original.pk, translation.pk}
    assert open_edit(original) is not None
    assert client.get("/api/v1/articles").json()["results"][0]["id"] == translation.pk


@pytest.mark.parametrize("erases", [False, True])
def test_articles_stay_when_their_writer_leaves(client: Client, erases: bool) -> None:
    article = published(body="By Samuel, ask @sam.")
    save_edit(article, Said("Ask @sam", "Write to sam@example.com", "as @sam said"), by=writer())
    Edit.objects.exclude(comment="").update(note=f"Ask @sam. {'x' * 400}")
    leave(writer(), erases=erases)
    html = client.get(article.item.path).content.decode()
    assert "By Samuel" in html
    assert "@sam" not in html
    edit = open_edit(Article.objects.get())
    assert edit is not None
    assert "sam" not in f"{edit.title}{edit.body}{edit.comment}{edit.note}".lower()
    assert edit.note.endswith("x" * 400)
    assert edit.by is None


def test_what_cannot_be_shown_is_refused_with_the_text_kept(mia: Member) -> None:
    article = published()
    body = "> " * 20_000 + "deep"
    answer = signed_in(mia).post(article.desk_url, words(article, body=body, publish=""))
    assert answer.status_code in (302, 422)
    assert open_edit(article) is not None or "deep" in answer.content.decode()
    assert Item.objects.get(pk=article.pk).body == "Open the settings."


def test_the_first_section_is_made_with_the_site(db: None) -> None:
    from community.knowledge.setup import make_first_section

    make_first_section([])
    make_first_section([])
    assert Place.objects.filter(kind="section").count() == 1
