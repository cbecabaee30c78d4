"""A folder of Markdown files with front matter, as static sites and our own export have them."""

import re
from collections.abc import Iterator
from pathlib import Path

from community.feedback.models import Visibility
from community.knowledge.import_articles.brought import (
    Brought,
    SectionWords,
    external_id,
    host_of,
    language_of,
    moment,
    old_path,
)
from community.knowledge.import_articles.files import Folder
from community.lib import front_matter
from community.lib.discourse_topics import Problems
from community.lib.front_matter import Field

ENDINGS = (".md", ".markdown", ".mdx")
PUBLISHED = ("", "published", "visible", "public")  # states; whatever another one means, it is not for readers
LARGEST_FILE = 4 * 1024 * 1024  # bytes
_HEADING = re.compile(r"\A\s*#[ \t]+(?P<words>[^\n]+?)[ \t]*#*[ \t]*(?:\n|\Z)")
_IN_NAME = re.compile(r"\.([a-z]{2,3}(?:-[a-z]{2,4})?)$", re.I)
_VISIBLE = {Visibility.PUBLIC, Visibility.MEMBERS, Visibility.STAFF}


def files_of(path: Path) -> list[Path]:
    """Hidden ones and links out of the folder are not ours."""
    if path.is_file():
        return [path]
    found = [file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file()]
    visible = (file for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts))
    return sorted(file for file in visible if file.name.lower() not in ("readme.md", "license.md", "changelog.md"))


def read(path: Path, problems: Problems) -> Iterator[Brought]:
    root = path.resolve() if path.is_dir() else path.resolve().parent
    for file in files_of(path):
        if not file.resolve().is_relative_to(root):
            problems.add("outside the folder", file.name)
        elif file.stat().st_size > LARGEST_FILE:
            problems.add("too large", file.name)
        else:
            try:
                yield _article(file.resolve(), root, file.read_text(encoding="utf-8-sig"))
            except UnicodeDecodeError:
                problems.add("no UTF-8", file.name)


def _article(file: Path, root: Path, text: str) -> Brought:
    fields, body = front_matter.read(text)
    name = file.relative_to(root).as_posix()
    title, body = _titled(_words(fields, "title"), body)
    addresses = [_words(fields, "url"), _words(fields, "permalink")]
    addresses += [one for key in ("redirect_from", "aliases") for one in _list(fields, key)]
    in_name = _IN_NAME.search(file.stem)
    language = _words(fields, "language", "lang", "locale") or (in_name[1] if in_name else "")
    return Brought(
        external_id=external_id(_words(fields, "id") or file.relative_to(root).with_suffix("").as_posix()),
        title=title,
        said=body,
        to_markdown=str,
        language=language_of(language),
        original=external_id(_words(fields, "translation_of")),
        section=_section(fields, file, root),
        labels=tuple(_list(fields, "labels") or _list(fields, "tags")),
        addresses=tuple(dict.fromkeys(filter(None, map(old_path, addresses)))),
        created_at=moment(_words(fields, "created", "date")),
        updated_at=moment(_words(fields, "updated", "last_modified_at", "lastmod", "modified")),
        visibility=_visibility(_words(fields, "visibility")),
        is_draft=_is(fields, "draft") or _words(fields, "state").lower() not in PUBLISHED,
        is_featured=_is(fields, "featured"),
        is_out_of_date=_is(fields, "out_of_date"),
        version=_words(fields, "version")[:40],
        folder=Folder(file.parent, root),
        name=name,
        host=next((host_of(one) for one in addresses if "://" in one), ""),
    )


def _titled(title: str, body: str) -> tuple[str, str]:
    """The title, and the words without a first heading that says it again."""
    heading = _HEADING.match(body)
    if heading and (not title or " ".join(title.split()) == heading["words"]):
        return title or heading["words"], body[heading.end() :].lstrip("\n")
    return title, body


def _section(fields: dict[str, Field], file: Path, root: Path) -> SectionWords | None:
    """The one that it names, else the folder it lies in; `Billing / Invoices` is a section inside another."""
    said = _words(fields, "section", "category")
    parts = [part.strip() for part in said.split(" / ")] if said else list(file.relative_to(root).parent.parts)
    slugs = _words(fields, "section_slug").split("/")
    section: SectionWords | None = None
    for at, name in enumerate(parts[:2]):
        slug = slugs[at] if at < len(slugs) else ""
        section = SectionWords(key=" / ".join(parts[: at + 1]), name=name, slug=slug, parent=section)
    return section


def _visibility(said: str) -> str:
    """What is for some only and we do not know for whom is for staff."""
    return said if said in _VISIBLE else (Visibility.STAFF if said else Visibility.PUBLIC)


def _words(fields: dict[str, Field], *keys: str) -> str:
    for key in keys:
        value = fields.get(key, "")
        if value:
            return value if isinstance(value, str) else value[0]
    return ""


def _list(fields: dict[str, Field], key: str) -> list[str]:
    value = fields.get(key, "")
    if isinstance(value, str):
        return [piece.strip() for piece in value.split(",") if piece.strip()]
    return value


def _is(fields: dict[str, Field], key: str) -> bool:
    return _words(fields, key).lower() in ("true", "yes", "1", "on")
