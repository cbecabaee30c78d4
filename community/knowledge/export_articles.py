"""All articles as a folder of Markdown with front matter, which `import_articles` reads again."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from community.feedback.attachments import Attachment
from community.feedback.models import State
from community.knowledge.draft import open_edit
from community.knowledge.models import Article
from community.lib import front_matter
from community.lib.progress import bar
from community.lib.slugs import words_of

FILES = "files"
_FILE = re.compile(r"\]\(/files/(\d{1,18})/[^()\s]*")
_ARTICLE = re.compile(r"\]\(/(?:go|help/a)/(\d{1,18})(?=[/)#?])[^()\s]*")


class NotEmpty(Exception):
    """The folder holds something already."""


@dataclass(slots=True)
class Exported:
    articles: int = 0
    files: int = 0


def export_articles(folder: Path, *, shows_bar: bool = False) -> Exported:
    """Write them; raises NotEmpty, and OSError where the disk refuses."""
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty
    names = {article.pk: _name(article) for article in _articles()}
    done = Exported()
    with bar(len(names), "articles", is_forced=shows_bar) as progress:
        for article in _articles():
            path = folder / names[article.pk]
            path.parent.mkdir(parents=True, exist_ok=True)
            body = _Links(folder, path, names, done).turned(article)
            path.write_text(front_matter.write(_fields(article), body), encoding="utf-8")
            done.articles += 1
            progress.update(1)
    return done


def _articles() -> Iterator[Article]:
    rows = Article.objects.select_related("item__place__parent", "original__item")
    rows = rows.prefetch_related("item__labels", "old_addresses", "edits").order_by("pk")
    return rows.iterator(500)


def _name(article: Article) -> str:
    """Where its file lies: in a folder for each section."""
    words = words_of(article.item.title)[:60].strip("-") or "article"
    slugs = [place.slug for place in _places(article)] or ["articles"]
    return "/".join([*slugs, f"{article.pk}-{words}.{article.language or 'en'}.md"])


def _places(article: Article) -> list:  # type: ignore[type-arg]
    place = article.item.place
    return [one for one in (place.parent if place else None, place) if one]


def _fields(article: Article) -> dict[str, str | list[str]]:
    item = article.item
    places = _places(article)
    highlight = getattr(article, "highlight", None)
    return {
        "title": item.title,
        "id": str(article.pk),
        "language": article.language,
        "translation_of": str(article.original_id or ""),
        "out_of_date": "true" if article.is_out_of_date else "",
        "section": " / ".join(place.name for place in places),
        "section_slug": "/".join(place.slug for place in places),
        "labels": [label.name for label in item.labels.all()],
        "state": "published" if item.state == State.VISIBLE else item.state,
        "visibility": item.visibility,
        "version": article.version,
        "featured": "true" if highlight and highlight.is_featured else "",
        "created": item.created_at.isoformat(),
        "updated": item.active_at.isoformat(),
        "revision": str(article.revision),
        "source": item.source,
        "external_id": item.external_id or "",
        "redirect_from": [quote(one.path) for one in article.old_addresses.all()],
    }


@dataclass(slots=True)
class _Links:
    """Turns links of one article to files of the folder."""

    folder: Path
    path: Path
    names: dict[int, str]
    done: Exported

    def turned(self, article: Article) -> str:
        body = article.item.body
        if not article.is_published:
            edit = open_edit(article)
            body = edit.body if edit else body
        body = _FILE.sub(lambda found: self._file(found, article), body)
        return _ARTICLE.sub(self._article, body)

    def _file(self, found: re.Match[str], article: Article) -> str:
        attachment = Attachment.objects.filter(pk=int(found[1]), item_id=article.pk).first()
        if attachment is None:
            return found[0]
        target = self.folder / FILES / str(attachment.pk) / attachment.name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with attachment.file.open("rb") as stored:
                target.write_bytes(stored.read())
            self.done.files += 1
        return f"]({self._from_here(target)}"

    def _article(self, found: re.Match[str]) -> str:
        name = self.names.get(int(found[1]))
        return f"]({self._from_here(self.folder / name)}" if name else found[0]

    def _from_here(self, target: Path) -> str:
        return quote(os.path.relpath(target, self.path.parent))
