"""Importing articles: what is kept, that twice is once, that it can be undone, and that nobody hears of it."""

import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django_q.models import OrmQ

from community.conversations.post import post_reply
from community.feedback.attachments import Attachment
from community.feedback.models import Event, Item, Label, consumers
from community.feedback.places import Place
from community.knowledge.draft import Said, begin_article, save_edit
from community.knowledge.import_articles import run
from community.knowledge.models import Article, Edit, OldAddress, Section
from community.knowledge.publish import publish
from community.knowledge.settle import change_settings, highlight
from community.lib.made_titles import made_title
from community.members.models import Member
from community.notifications.models import Notification
from community.search.drift import check
from community.search.find import find
from community.search.grammar import Asked
from community.search.models import Corpus, Frequency
from tests import make
from tests.articles import article, bring, markdown_folder, write_lines, zendesk, zendesk_article, zendesk_folder

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


def everything() -> dict[str, list[tuple[object, ...]]]:
    return {
        model._meta.label: list(model.objects.order_by("pk").values_list())
        for model in apps.get_app_config("community").get_models(include_auto_created=True)
    }


def found(query: str, language: str = "en") -> list[str | None]:
    hits = find(Asked(query), GUEST, (language,))
    return [hits.items[hit.item_id].external_id for hit in hits.hits]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return write_lines(
        tmp_path / "faq.jsonl",
        {"id": 7, "title": "Refunds", "text": "Within *14* days.\n1. is a number"},
        {"id": "b-8", "title": None, "text": "Can I pay by card? Yes, by any card that you have."},
        {"id": "c", "text": "ทีมรับของแพนเธอร์สถอดใจ", "language": "th-TH", "section": "กีฬา"},
        {"id": "d", "title": "Form", "html": "<p>A <b>bold</b> word</p>", "url": "https://a.example/old/form/?q=1"},
    )


def test_lines_are_published_and_found_at_once(lines: Path) -> None:
    report = bring(lines, language="sw")
    refunds = article("7")
    assert (refunds.item.title, refunds.item.source, refunds.item.language) == ("Refunds", "jsonl:old", "sw")
    assert (refunds.item.state, refunds.revision, refunds.item.author) == ("visible", 1, None)
    assert "*14*" in refunds.item.html
    assert "<ol" not in refunds.item.html
    assert refunds.item.place.slug == "articles"
    assert refunds.item.path == f"/help/a/{refunds.pk}/refunds/"
    assert article("b-8").item.title == "Can I pay by card?"
    assert article("c").item.language == "th"
    assert article("c").item.place.name == "กีฬา"
    assert "<strong>bold</strong>" in article("d").item.html
    assert report.counts["titles made"] == 2
    assert found("refund", "sw")[0] == "7"
    assert found("แพนเธอร์ส", "th")[0] == "c"
    assert check().is_none
    assert Corpus.all_entries() == 4
    assert Frequency.objects.exists()


def test_twice_is_once_and_tells_nobody(lines: Path, ann: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    for name, _consumer in consumers.items():
        monkeypatch.setitem(consumers._filled, name, told.append)
    bring(lines)
    first = everything()
    OrmQ.objects.all().delete()
    report = bring(lines)
    assert everything() == first
    assert report.counts["known"] == 4
    assert report.counts["new"] == report.counts["changed"] == 0
    assert not told
    assert not Notification.objects.exists()
    assert not OrmQ.objects.exists()
    assert not mail.outbox


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    path = markdown_folder(tmp_path / "docs")
    before = everything()
    said = bring(path, is_dry=True)
    assert everything() == before
    done = bring(path)
    for name in ("read", "new", "translations", "drafts", "new sections", "new labels", "addresses", "files kept"):
        assert said.counts[name] == done.counts[name] > 0, name


def test_a_title_that_was_made_is_not_counted_twice(lines: Path) -> None:
    bring(lines)
    made, told = article("b-8").item.search_entry, article("7").item.search_entry
    assert made.title_words == ""
    assert told.title_words == "|refunds|"


def test_what_changed_becomes_a_revision(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "faq.jsonl", {"id": 1, "title": "Hours", "text": "From nine."})
    bring(path)
    write_lines(path, {"id": 1, "title": "Hours", "text": "From ten o'clock."}, {"id": 2, "text": "More to say here."})
    report = bring(path)
    one = article("1")
    assert (report.counts["changed"], report.counts["new"]) == (1, 1)
    assert (one.revision, one.item.body) == (2, "From ten o'clock.")
    assert one.item.revisions.get().body == "From nine."
    assert list(one.edits.values_list("revision", "comment")) == [(2, "jsonl:old"), (1, "jsonl:old")]
    assert found("ten o'clock") == ["1"]
    assert check().is_none
    before = everything()
    bring(path)
    assert everything() == before


def test_what_was_edited_here_stays(tmp_path: Path, sam: Member) -> None:
    path = write_lines(
        tmp_path / "faq.jsonl",
        *({"id": n, "title": f"T{n}", "text": "Old words."} for n in (1, 2)),
        {"id": 3, "title": "T3", "text": "Unread.", "draft": True},
    )
    bring(path)
    save_edit(article("1"), Said("T1", "Better words."), by=sam)
    publish(article("1"), by=sam)
    save_edit(article("2"), Said("T2", "Half a word"), by=sam)
    save_edit(article("3"), Said("T3", "Written on.", saves=1), by=sam)
    write_lines(path, *({"id": n, "title": f"T{n}", "text": "New words."} for n in (1, 2, 3)))
    report = bring(path)
    assert report.counts["edited here"] == 3
    assert [article(str(n)).item.body for n in (1, 2, 3)] == ["Better words.", "Old words.", ""]


def readers(folder: Path, said: str, words: str = "Words.") -> None:
    folder.mkdir(exist_ok=True)
    (folder / "a.md").write_text(f"---\nid: a\ntitle: Prices\nvisibility: {said}\n---\n{words}\n")
    (folder / "b.md").write_text(
        f"---\nid: b\ntitle: Ceny\nlanguage: pl\ntranslation_of: a\nvisibility: {said}\n---\n{words}\n"
    )


def visibilities() -> list[str]:
    return [article(name).item.visibility for name in ("a", "b")]


def forget_what_was_set() -> None:
    """As imports did that did not keep it."""
    for event in Event.objects.filter(verb="imported"):
        del event.detail["visibility"]
        event.save()


@pytest.mark.parametrize("is_old", [True, False])
@pytest.mark.parametrize("is_edited", [True, False])
def test_what_is_restricted_over_there_is_restricted_here(
    tmp_path: Path, sam: Member, *, is_old: bool, is_edited: bool
) -> None:
    folder = tmp_path / "docs"
    readers(folder, "public")
    bring(folder)
    made_here = begin_article(Said("가격", "말"), section=article("a").item.place, language="ko", by=sam,
                              original=article("a"))  # fmt: skip
    if is_old:
        forget_what_was_set()
    if is_edited:
        save_edit(article("a"), Said("Prices", "Better."), by=sam)
    before = everything()
    bring(folder)
    assert everything() == before
    readers(folder, "staff")
    assert bring(folder, is_dry=True).counts["readers changed"] > 0
    assert everything() == before
    bring(folder)
    assert visibilities() == ["staff", "staff"]
    assert Item.objects.get(pk=made_here.pk).visibility == "staff"
    before = everything()
    report = bring(folder)
    assert everything() == before
    assert report.counts["known"] == 2
    readers(folder, "members")
    bring(folder)
    assert visibilities() == ["members", "members"]


@pytest.mark.parametrize("is_old", [True, False])
def test_readers_that_were_chosen_here_stay(tmp_path: Path, *, is_old: bool) -> None:
    folder = tmp_path / "docs"
    readers(folder, "members")
    bring(folder)
    if is_old:
        forget_what_was_set()
    Item.objects.update(visibility="staff")
    readers(folder, "public", "Other words.")
    report = bring(folder)
    assert visibilities() == ["staff", "staff"]
    assert article("a").item.body == "Other words."
    assert report.counts["changed"] == 2
    before = everything()
    bring(folder)
    assert everything() == before


def test_a_translation_that_comes_later_has_no_more_readers_than_its_original(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    readers(folder, "public")
    (folder / "b.md").unlink()
    bring(folder)
    Item.objects.update(visibility="staff")
    readers(folder, "public")
    for _again in range(2):
        bring(folder)
        assert visibilities() == ["staff", "staff"]


def test_drafts_are_read_by_nobody_until_they_are_published(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "faq.jsonl", {"id": 1, "title": "Soon", "text": "Secret words."})
    bring(path, is_draft=True)
    soon = article("1")
    assert (soon.item.state, soon.revision, soon.item.body) == ("draft", 0, "")
    assert soon.edits.get().body == "Secret words."
    assert not Item.objects.visible_to(GUEST).exists()
    assert found("secret") == []
    write_lines(path, {"id": 1, "title": "Now", "text": "Known words."})
    bring(path)
    now = article("1")
    assert (now.item.state, now.revision, now.item.title) == ("visible", 1, "Now")
    assert now.edits.get().revision == 1
    assert found("known words") == ["1"]


@pytest.mark.parametrize("fields", [{"draft": True}, {}])
def test_a_draft_changes_nothing_that_is_published(tmp_path: Path, fields: dict[str, object]) -> None:
    path = write_lines(tmp_path / "faq.jsonl", {"id": 1, "title": "Invoices", "text": "Open Settings."})
    bring(path)
    write_lines(path, {"id": 1, "title": "Invoices", "text": "Not for anybody yet."} | fields)
    report = bring(path, is_draft=not fields)
    assert article("1").item.body == "Open Settings."
    assert (report.counts["published here"], report.counts["changed"]) == (1, 0)


def test_a_help_centre_of_zendesk(tmp_path: Path) -> None:
    report = bring(zendesk_folder(tmp_path / "acme"))
    invoices = article("101")
    assert invoices.item.title == "Where are my invoices?"
    assert invoices.item.place.name == "Paying"
    assert invoices.item.place.parent.name == "Account"
    assert invoices.item.created_at.year == 2023
    assert invoices.item.active_at.year == 2024
    assert invoices.highlight.is_featured
    assert [label.name for label in invoices.item.labels.all()] == ["billing"]
    assert f"[refunds](/go/{article('102').pk})" in invoices.item.body
    picture = Attachment.objects.get()
    assert (picture.item_id, picture.uploaded_by) == (invoices.pk, None)
    assert f"/files/{picture.pk}/" in invoices.item.html
    languages = {one.language: one for one in invoices.translations.select_related("item")}
    assert set(languages) == {"pl", "th", "ko"}
    assert [languages[code].is_out_of_date for code in ("pl", "th")] == [True, False]
    assert languages["ko"].item.state == "draft"
    assert "script" not in article("102").item.html
    assert "alert" not in article("102").item.html
    assert report.counts["translations"] == 3
    assert not report.problems.counts


def test_restricted_articles_stay_restricted(tmp_path: Path, ann: Member, sam: Member) -> None:
    bring(zendesk_folder(tmp_path / "acme"))

    def read_by(viewer: object) -> set[str | None]:
        seen = Item.objects.visible_to(viewer).filter(external_id__in=["103", "104", "105"])
        return set(seen.values_list("external_id", flat=True))

    assert read_by(GUEST) == set()
    assert read_by(ann) == {"104"}
    assert read_by(sam) == {"103", "104"}
    assert "103" not in found("secret discount")


def test_a_zendesk_file_twice_is_once(tmp_path: Path) -> None:
    path = zendesk_folder(tmp_path / "acme")
    bring(path)
    first = everything()
    bring(path)
    assert everything() == first
    page = zendesk()["articles-1.json"]
    page["articles"][0]["translations"][1] |= {"body": "<p>Nowe słowa.</p>", "outdated": False}
    (path / "articles-1.json").write_text(json.dumps(page), "utf-8")
    assert bring(path).counts["changed"] == 1
    polish = article("101:pl")
    assert (polish.item.body, polish.revision, polish.is_out_of_date) == ("Nowe słowa.", 2, False)


def test_a_folder_of_markdown(tmp_path: Path) -> None:
    path = markdown_folder(tmp_path / "docs")
    bring(path)
    refunds, polish, invoices = article("refunds"), article("billing/refunds.pl"), article("invoices")
    assert refunds.item.title == "Refunds: when and how"
    assert refunds.item.body.startswith("Within 14 days")
    assert (refunds.item.place.name, refunds.item.place.parent.name) == ("Money back", "Billing")
    assert {label.name for label in refunds.item.labels.all()} == {"billing", "pay, later"}
    assert f"[invoices](/go/{invoices.pk})" in refunds.item.body
    assert "[not a link](../invoices.md)" in refunds.item.body
    assert f"![the menu](/files/{Attachment.objects.get().pk}/menu." in refunds.item.body
    assert (polish.original, polish.language, polish.is_out_of_date) == (refunds, "pl", True)
    assert (invoices.item.title, invoices.language) == ("Your invoices", "en")
    assert f"(/go/{refunds.pk})" in invoices.item.body
    assert article("drafts/soon").item.state == "draft"
    assert Item.objects.filter(kind="article").count() == 4
    first = everything()
    bring(path)
    assert everything() == first


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("key")
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("![x](../secret.txt) and [y](/etc/passwd) and [z](link.txt)")
    (docs / "link.txt").symlink_to(tmp_path / "secret.txt")
    (docs / "b.md").symlink_to(tmp_path / "secret.txt")
    report = bring(docs)
    assert not Attachment.objects.exists()
    assert report.counts["new"] == 1
    assert report.problems.counts["outside the folder"] == 1


def test_undo_removes_what_was_brought_and_nothing_else(tmp_path: Path, sam: Member) -> None:
    make.label("billing")
    before = {name: rows for name, rows in everything().items() if name != "community.Site"}
    path = markdown_folder(tmp_path / "docs")
    bring(path)
    files = [one.file.name for one in Attachment.objects.all()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda act, *a, **k: act())
        call_command("import_articles", path, source="old", undo=True)
    after = {name: rows for name, rows in everything().items() if name != "community.Site"}
    assert Corpus.all_entries() == 0
    del before["community.Index"], after["community.Index"]
    assert after == before
    assert files
    assert not any(default_storage.exists(name) for name in files)
    assert check().is_none


def test_undo_keeps_what_people_worked_on(tmp_path: Path, ann: Member, sam: Member) -> None:
    path = write_lines(tmp_path / "faq.jsonl", *({"id": n, "title": f"T{n}", "text": "Words."} for n in range(1, 8)))
    bring(path, name="faq")
    save_edit(article("1"), Said("T1", "Better."), by=sam)
    publish(article("1"), by=sam)
    Section.objects.update(takes_replies=True)
    post_reply(article("2").item, by=ann, body="Thanks, that helped.")
    begin_article(
        Said("T3 po polsku", "Słowa."), section=article("3").item.place, language="pl", by=sam, original=article("3")
    )
    save_edit(article("4"), Said("T4", "Half"), by=sam)
    highlight(article("6"), "featured", by=sam)
    said = {"section": article("7").item.place, "visibility": "staff", "group": None, "owner": sam, "version": ""}
    change_settings(article("7"), said | {"labels": []}, by=sam)
    call_command("import_articles", path, undo=True, dry_run=True)
    assert Article.objects.count() == 8
    call_command("import_articles", tmp_path / "faq.jsonl", undo=True)
    left = set(Item.objects.filter(kind="article", source="jsonl:faq").values_list("external_id", flat=True))
    assert left == {"1", "2", "3", "4", "6", "7"}
    assert Place.objects.filter(slug="articles").exists()
    assert Label.objects.count() == 0
    assert check().is_none


def test_old_addresses_lead_to_the_article(tmp_path: Path, client: Client, ann: Member) -> None:
    bring(zendesk_folder(tmp_path / "acme"))
    refunds, polish = article("102").item.path, article("101:pl").item.path
    for old in ("/hc/en-us/articles/102-Refunds", "/hc/en-us/articles/102", "/hc/en-us/articles/102-Another-title/"):
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, refunds), old
    assert unquote(client.get("/hc/pl/articles/101")["Location"]) == polish
    assert client.post("/hc/en-us/articles/102").status_code == 404
    assert client.get("/hc/en-us/articles/999-Refunds").status_code == 404
    # What the reader may not read is not there.
    assert client.get("/hc/en-us/articles/104-For-customers").status_code == 404
    client.force_login(ann)
    assert client.get("/hc/en-us/articles/104-For-customers").status_code == 301
    assert client.get("/hc/en-us/articles/103-For-agents").status_code == 404


def test_the_first_keeps_an_address_that_two_had(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "faq.jsonl", *({"id": n, "title": f"T{n}", "text": "Words.", "url": "/faq"} for n in (1, 2))
    )
    bring(path)
    assert OldAddress.objects.get().article == article("1")


def test_a_run_that_broke_off_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_lines(tmp_path / "faq.jsonl", *({"id": n, "title": f"T{n}", "text": f"Word{n}."} for n in range(9)))
    real, calls = run.write, []

    def broken(rows: object) -> None:
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(rows)
        real(rows)

    monkeypatch.setattr(run, "write", broken)
    with pytest.raises(KeyboardInterrupt):
        bring(path, batch=3)
    assert Article.objects.count() == 6
    assert check().is_none
    monkeypatch.setattr(run, "write", real)
    report = bring(path, batch=3)
    assert (report.counts["known"], report.counts["new"]) == (6, 3)
    assert Corpus.all_entries() == 9
    assert check().is_none


def test_strange_files_break_nothing(tmp_path: Path) -> None:
    path = tmp_path / "faq.jsonl.gz"
    write_lines(
        path, {"id": 1, "text": "a\x00b\x1f words"}, {"id": 1, "text": "twice"}, {"id": 2, "text": "x" * 60_000},
        {"text": "no id"}, {"id": 3}, {"id": "9" * 300, "title": "t" * 500, "text": ""},
        {"id": 4, "title": "Lost", "text": "words", "translation_of": "nobody"},
        {"id": 5, "text": "> " * 500 + "deep"},
    )  # fmt: skip
    report = bring(path)
    assert report.counts["new"] == 5
    assert report.counts["twice"] == report.counts["cut"] == report.counts["without original"] == 1
    assert report.problems.counts["line not understood"] == 2
    assert len(Item.objects.get(title__startswith="ttt").title) <= 200
    assert check().is_none


def test_what_no_database_holds_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "faq.jsonl"
    lines = [
        r'{"id": "a\u0000b", "title": "\ud800Title", "text": "wo\ud800rds", "url": "/x/\ud800"}',
        r'{"id": "c\ud800", "title": "Two", "text": "words", "labels": ["l\u0000", "\ud800"], "section": "s\u0000\ud800"}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert bring(path).counts["new"] == 2
    assert [article("ab").item.title, article("c").item.place.name] == ["Title", "s"]  # type: ignore[union-attr]
    assert [label.name for label in article("c").item.labels.all()] == ["l"]
    assert bring(path).counts["known"] == 2


def test_addresses_and_numbers_that_are_none_break_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text('---\ntitle: A\nurl: "https://[bad"\n---\n\nWords.\n', encoding="utf-8")
    assert bring(folder).counts["new"] == 1
    section = {"id": 20, "name": "Billing", "position": 10**12}
    said = {"sections": [section, {"id": [1], "name": "Odd"}], "translations": [{"id": 1, "source_id": [1]}]}
    path = tmp_path / "help.json"
    path.write_text(json.dumps(said | {"articles": [zendesk_article(1, "One", "<p>Words.</p>")]}), encoding="utf-8")
    assert bring(path, name="zendesk").counts["new"] == 1


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    path = write_lines(tmp_path / "faq.jsonl", {"id": 1, "text": "Words that are here."})
    for arguments, says in (
        ({"path": tmp_path / "nothing"}, "There is no"),
        ({"path": tmp_path / "empty"}, "holds no articles"),
        ({"path": path, "language": "klingon!"}, "code such as"),
        ({"path": path, "section": "A b"}, "no address of a section"),
        ({"path": path, "undo": True}, "Nothing of 'faq' is here"),
    ):
        with pytest.raises(CommandError, match=says):
            call_command("import_articles", arguments.pop("path"), **arguments)
    call_command("import_articles", path, section="how-to", language="pt-BR", report=tmp_path / "report.json")
    assert "1  articles written" in capsys.readouterr().out
    assert json.loads((tmp_path / "report.json").read_text())["counts"]["new"] == 1
    assert article("1").item.place.name == "How to"
    assert article("1").language == "pt-BR"


def test_titles_are_made_of_the_first_sentence() -> None:
    assert made_title("Can I pay by card?\nYes.") == made_title("Can I pay\nby card? Yes.") == "Can I pay by card?"
    assert made_title("It is open. Come in.") == "It is open. Come in"
    assert made_title("The shop is open. Come in.") == "The shop is open"
    assert made_title("Version 4.18 is out. Now.") == "Version 4.18 is out"
    assert made_title("") == ""
    assert made_title("ก" * 300).endswith("…")
    assert Edit.State.DRAFT == "draft"
