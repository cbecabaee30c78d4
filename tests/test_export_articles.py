"""Exporting all articles, and that an import of the export gives them again."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from community.feedback.attachments import Attachment
from community.feedback.models import Item
from community.feedback.places import Place
from community.knowledge.models import Article, Highlight
from community.lib import front_matter
from tests.articles import bring, markdown_folder, zendesk_folder

pytestmark = pytest.mark.django_db


def story() -> list[tuple[object, ...]]:
    """All that is said, without the ids that our own rows happen to have."""
    titles = {str(pk): title for pk, title in Item.objects.values_list("pk", "title")}
    rows = Article.objects.select_related("item__place__parent", "original__item").order_by("item__title")
    found = []
    for one in rows:
        body = one.item.body or one.edits.first().body
        for pk, title in titles.items():
            body = body.replace(f"/go/{pk})", f"/go/{title})")
        for file in Attachment.objects.filter(item=one.item):
            body = body.replace(f"/files/{file.pk}/{file.name}", f"/files/{file.name}")
        found.append((
            one.item.title, body, one.language, one.original.item.title if one.original else "", one.item.state,
            one.item.visibility, one.item.created_at, one.item.active_at, one.is_out_of_date, one.item.place.name,
            one.item.place.slug, one.item.place.parent.name if one.item.place.parent else "",
            sorted(label.name for label in one.item.labels.all()),
            sorted(address.path for address in one.old_addresses.all()),
            Highlight.objects.filter(article=one, is_featured=True).exists(),
        ))  # fmt: skip
    return found


def test_an_export_comes_back_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bring(markdown_folder(tmp_path / "docs"))
    bring(zendesk_folder(tmp_path / "acme"), name="acme")
    first = story()
    call_command("export_articles", tmp_path / "out")
    assert "12 articles and 2 files" in capsys.readouterr().out
    Item.objects.all().delete()
    Place.objects.filter(parent__isnull=False).delete()
    Place.objects.all().delete()
    report = bring(tmp_path / "out", name="back")
    assert not report.examples
    assert story() == first


def test_files_say_what_they_are(tmp_path: Path) -> None:
    bring(markdown_folder(tmp_path / "docs"))
    call_command("export_articles", tmp_path / "out")
    article = Article.objects.get(item__external_id="refunds")
    file = tmp_path / "out" / "billing" / "money-back" / f"{article.pk}-refunds-when-and-how.en.md"
    fields, body = front_matter.read(file.read_text("utf-8"))
    assert fields["title"] == "Refunds: when and how"
    assert fields["section"] == "Billing / Money back"
    assert fields["source"] == "markdown:old"
    assert fields["redirect_from"] == ["/billing/refunds", "/old/refunds", "/older/refunds.html"]
    assert "](../../files/" in body
    assert "your-invoices.en.md)" in body


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(CommandError, match="holds something already"):
        call_command("export_articles", tmp_path)
    with pytest.raises(CommandError, match="is a file"):
        call_command("export_articles", tmp_path / "mine.txt")
