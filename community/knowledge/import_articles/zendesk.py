"""Articles of a Zendesk help centre, as its API gives them out: pages of `articles`, or one file for each.

Sections, categories, user segments and translations are read from the same files, whichever they stand in.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from community.feedback.models import Visibility
from community.knowledge.import_articles.brought import (
    Brought,
    SectionWords,
    external_id,
    language_of,
    moment,
    old_path,
)
from community.knowledge.import_articles.files import Folder
from community.lib import html_to_markdown
from community.lib.discourse_topics import Problems

LARGEST_FILE = 512 * 1024 * 1024  # bytes
_LOCALE = re.compile(r"(/hc/)[a-z]{2,3}(?:-[a-z0-9]{2,4})?(?=/)", re.I)
_WORDS = re.compile(r"(/articles/\d+)-[^/]*$")

Json = dict[str, Any]


@dataclass
class _Around:
    """What articles name by its number."""

    sections: dict[int, Json] = field(default_factory=dict)
    categories: dict[int, Json] = field(default_factory=dict)
    segments: dict[int, Json] = field(default_factory=dict)
    translations: dict[int, list[Json]] = field(default_factory=dict)


def files_of(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(file for file in path.rglob("*.json") if file.is_file())


def read(path: Path, problems: Problems) -> Iterator[Brought]:
    around = _Around()
    for page in _pages(path, Problems()):
        _gather(page, around)
    root = (path if path.is_dir() else path.parent).resolve()
    for page in _pages(path, problems):
        for article in _articles(page):
            try:
                yield from _languages(article, around, Folder(root, root))
            except (KeyError, TypeError, ValueError, AttributeError) as broken:
                problems.add("article not understood", f"{article.get('id')}: {broken!r}"[:200])


def _pages(path: Path, problems: Problems) -> Iterator[Json]:
    for file in files_of(path):
        if file.stat().st_size > LARGEST_FILE:
            problems.add("too large", file.name)
            continue
        try:
            page = json.loads(file.read_text(encoding="utf-8-sig"))
        except (ValueError, OSError, RecursionError) as broken:
            problems.add("file not understood", f"{file.name}: {broken}"[:200])
            continue
        if isinstance(page, dict):
            yield page
        elif isinstance(page, list):
            yield {"articles": page}


def _all(page: Json, many: str, one: str) -> list[Json]:
    found = page.get(many)
    found = found if isinstance(found, list) else []
    single = page.get(one)
    return [entry for entry in [*found, single] if isinstance(entry, dict) and isinstance(entry.get("id"), int | str)]


def _articles(page: Json) -> list[Json]:
    """Of a page of many, of `{"article": …}`, or the article itself."""
    found = _all(page, "articles", "article")
    return found or ([page] if "id" in page and "body" in page and "source_id" not in page else [])


def _gather(page: Json, around: _Around) -> None:
    for many, one, into in (
        ("sections", "section", around.sections),
        ("categories", "category", around.categories),
        ("user_segments", "user_segment", around.segments),
    ):
        into.update({entry["id"]: entry for entry in _all(page, many, one)})
    for said in _all(page, "translations", "translation"):
        if isinstance(said.get("source_id"), int | str) and str(said.get("source_type") or "Article") == "Article":
            around.translations.setdefault(said["source_id"], []).append(said)


def _languages(article: Json, around: _Around, folder: Folder) -> Iterator[Brought]:
    """The article in the language it was written in, then its translations."""
    told = [*around.translations.get(article["id"], []), *(article.get("translations") or [])]
    by_locale = {str(one["locale"]).lower(): one for one in told if one.get("locale") and one.get("title")}
    source = str(article.get("source_locale") or article.get("locale") or "").lower()
    first = by_locale.pop(source, article)
    original = external_id(article["id"])
    yield _brought(article, first, around, folder, original=original, locale=source)
    for locale in sorted(by_locale):
        yield _brought(article, by_locale[locale], around, folder, original=original, locale=locale)


def _brought(article: Json, said: Json, around: _Around, folder: Folder, *, original: str, locale: str) -> Brought:
    is_first = locale == str(article.get("source_locale") or article.get("locale") or "").lower()
    address = str(said.get("html_url") or _LOCALE.sub(rf"\g<1>{locale}", str(article.get("html_url") or "")))
    parts = urlsplit(address)
    base_url = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return Brought(
        external_id=original if is_first else external_id(f"{original}:{locale}"),
        title=str(said.get("title") or said.get("name") or article.get("title") or article.get("name") or ""),
        said=str(said.get("body") or ""),
        to_markdown=partial(_markdown, base_url=base_url),
        language=language_of(locale),
        original="" if is_first else original,
        section=_section(article.get("section_id"), around),
        labels=tuple(str(label) for label in article.get("label_names") or () if label),
        addresses=tuple(filter(None, (old_path(address), old_path(_WORDS.sub(r"\1", address))))),
        created_at=moment(said.get("created_at") or article.get("created_at")),
        updated_at=moment(said.get("updated_at") or article.get("updated_at")),
        visibility=_visibility(article.get("user_segment_id"), around),
        is_draft=bool(said.get("draft") or (is_first and article.get("draft"))),
        is_featured=is_first and article.get("promoted") is True,
        is_out_of_date=not is_first and said.get("outdated") is True,
        folder=folder,
        host=parts.netloc.lower(),
    )


def _markdown(html: str, base_url: str) -> str:
    return html_to_markdown.to_markdown(html, base_url=base_url).markdown


def _visibility(segment: int | None, around: _Around) -> str:
    """Restricted articles stay so: for members where every signed-in user read them, else for staff."""
    if segment is None:
        return Visibility.PUBLIC
    known = around.segments.get(segment, {})
    tagged = known.get("tags") or known.get("or_tags") or known.get("group_ids") or known.get("organization_ids")
    is_everybody = known.get("user_type") == "signed_in_users" and not tagged
    return Visibility.MEMBERS if is_everybody else Visibility.STAFF


def _section(number: int | None, around: _Around) -> SectionWords | None:
    """A category and a section in it; sections inside sections stand in the category as well."""
    if number is None:
        return None
    said = around.sections.get(number, {})
    category = around.categories.get(said.get("category_id") or 0)
    return _described(
        f"section:{number}", said, _described(f"category:{category['id']}", category) if category else None
    )


def _described(key: str, said: Json, parent: SectionWords | None = None) -> SectionWords:
    return SectionWords(
        key=key, name=str(said.get("name") or ""), description=str(said.get("description") or ""),
        order=min(max(int(said.get("position") or 0), 0), 10_000), parent=parent,
    )  # fmt: skip
