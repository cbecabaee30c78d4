"""The words of an article as ours: links lead here, files are those beside it, and nothing is refused."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from community.feedback.attach import FileRefused
from community.feedback.attachments import Attachment
from community.knowledge.import_articles import files
from community.knowledge.import_articles.brought import Brought, host_of, old_path
from community.knowledge.import_articles.report import Report
from community.lib import markdown
from community.lib.brought_words import cleaned, rendered
from community.lib.made_titles import made_title
from community.lib.plain_text import excerpt
from community.search.write import plain

_FENCE = re.compile(r"^[\s>]*(`{3,}|~{3,})")
_TARGET = re.compile(r"(!?)\[([^\[\]\n]*)\]\(<?([^()\s<>]+(?:\([^()\s<>]*\)[^()\s<>]*)*)>?(?=[\s)])")


@dataclass(slots=True)
class Written:
    title: str
    body: str
    html: str
    attachments: list[Attachment] = field(default_factory=list)


class Words:
    """Turns one article after another. `addresses` gives ids of articles by their old paths and their names."""

    def __init__(self, addresses: Mapping[str, int], hosts: frozenset[str], report: Report, *, is_dry: bool) -> None:
        self.addresses = addresses
        self.hosts = hosts
        self.report = report
        self.is_dry = is_dry

    def of(self, brought: Brought) -> Written:
        body = self._clean(brought.to_markdown(brought.said), brought.external_id)
        kept: dict[str, Attachment] = {}
        if "](" in body:
            body = "\n".join(self._outside_code(body, brought, kept))
        body, html = self._rendered(body.strip("\n"), brought.external_id, list(kept.values()))
        title = excerpt(cleaned(brought.title)[0], 200)
        if not title:
            title = made_title(plain(html)) or brought.external_id
            self.report.counts["titles made"] += 1
        return Written(markdown.check_text(title), body, html, list(kept.values()))

    def _clean(self, words: str, where: str) -> str:
        clean, is_cleaned = cleaned(words)
        if is_cleaned:
            self.report.note("characters cleaned", where)
        return clean

    def _outside_code(self, body: str, brought: Brought, kept: dict[str, Attachment]) -> Iterator[str]:
        fence = ""
        for line in body.split("\n"):
            marks = _FENCE.match(line)
            if fence:
                if marks and marks[1].startswith(fence):
                    fence = ""
            elif marks:
                fence = marks[1]
            else:
                line = _TARGET.sub(lambda found: self._target(found, brought, kept), line)
            yield line

    def _target(self, found: re.Match[str], brought: Brought, kept: dict[str, Attachment]) -> str:
        sign, label, address = found.groups()
        path = brought.folder.find(address) if brought.folder else None
        if path and path.suffix.lower() not in files.ARTICLES:
            attachment = kept.get(address) or self._keep(path, brought)
            if attachment:
                kept[address] = attachment
                return f"{sign if attachment.is_picture else ''}[{label}]({files.address_of(attachment)}"
        elif not sign and (pk := self._article(address, brought)) is not None:
            self.report.counts["links led here"] += 1
            return f"[{label}](/go/{pk}"
        if sign:
            self.report.counts["pictures left"] += 1
        return found[0]

    def _article(self, address: str, brought: Brought) -> int | None:
        name = brought.folder.article(address) if brought.folder else ""
        if name:
            return self.addresses.get(name)
        return self.addresses.get(old_path(address)) if host_of(address) in self.hosts or address[:1] == "/" else None

    def _keep(self, path: Path, brought: Brought) -> Attachment | None:
        if self.is_dry:
            self.report.counts["files kept"] += 1
            return None
        try:
            attachment = files.keep(path)
        except FileRefused as refusal:
            self.report.note("files refused", f"{path.name} of {brought.external_id}: {refusal}")
            return None
        self.report.counts["files kept"] += 1
        return attachment

    def _rendered(self, body: str, where: str, attachments: list[Attachment]) -> tuple[str, str]:
        shown = {one.pk: one.shown for one in attachments}

        def render(words: str) -> str:
            return markdown.render(words, known_files=lambda named: {pk: shown[pk] for pk in named & shown.keys()}).html

        words, html, way = rendered(body, render)
        if way:
            self.report.note(way, where)
        return words, html
