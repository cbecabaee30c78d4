"""The words of old posts as ours: links lead here, names are those that people have now, and nothing is refused."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from community.discussions.import_discourse.report import Report
from community.discussions.import_discourse.survey import Survey
from community.lib import discourse_raw, html_to_markdown, markdown
from community.lib.brought_words import cleaned, rendered
from community.lib.discourse_topics import ArchivedPost
from community.lib.markdown_escape import escape_words, link
from community.lib.plain_text import excerpt
from community.members.models import Member

_FENCE = re.compile(r"^[\s>]*(`{3,}|~{3,})")
_TARGET = re.compile(r"\]\(<?([^()\s<>]+)>?(?=[\s)])")
_LABELLED = re.compile(r"!?\[([^\[\]\n]*)\]\(/(?!go/)[^()\s]*\)")
_TOPIC = re.compile(r"/t/(?:[^/\s?#]*[^/\d\s?#][^/\s?#]*/)?(\d{1,15})(?:/(\d{1,9}))?/?(?:[?#].*)?")
_MENTION = re.compile(r"(?<![\w@/`.])@([A-Za-z0-9_](?:[\w.-]*\w)?)")


@dataclass(frozen=True, slots=True)
class Written:
    body: str
    html: str
    waits: bool  # a link leads to a post of the archive that is not written yet


class Words:
    """Turns one post after another; `pks` is filled by whoever writes the items."""

    def __init__(
        self, pks: dict[str, int], survey: Survey, members: dict[str, Member], base_url: str, report: Report
    ) -> None:
        self.pks = pks
        self.survey = survey
        self.base_url = base_url.rstrip("/")
        self.host = urlsplit(self.base_url).netloc.lower()
        bare = rf"(?<![\w(\[<\"/=])https?://{re.escape(self.host)}/t/[^\s()<>\[\]]*[\w/]"
        self.bare = re.compile(bare, re.I) if self.host else None
        self.report = report
        # Only people of the old forum: @ann of old is not our ann.
        self.handles = frozenset(member.handle for member in members.values() if member.is_active)
        self.renamed = {name: member.handle for name, member in members.items() if member.handle != name}
        self.waits = False

    def title(self, words: str, body: str, topic_id: int) -> str:
        clean = markdown.check_text(self._clean(words))
        return excerpt(clean, 200) or excerpt(body, 80) or f"Topic {topic_id}"

    def of(self, post: ArchivedPost) -> Written:
        self.waits = False

        def quote_link(topic_id: int | None, number: int | None) -> str | None:
            if topic_id is None and number is None:
                return None
            return self._address(topic_id or post.topic_id, number or 1)

        if post.raw is not None and not discourse_raw.says_more_when_cooked(post.raw, post.cooked):
            body = discourse_raw.to_markdown(
                post.raw, cooked=post.cooked, base_url=self.base_url, quote_link=quote_link
            )
        else:
            converted = html_to_markdown.to_markdown(post.cooked, base_url=self.base_url, quote_link=quote_link)
            self.report.not_understood.update(converted.not_understood)
            body = converted.markdown
        body = "\n".join(self._outside_code(self._clean(body, f"post {post.id}")))
        body, html = self._rendered(body.strip("\n"), f"post {post.id}")
        return Written(body, html, self.waits)

    def _clean(self, words: str, where: str = "") -> str:
        clean, is_cleaned = cleaned(words)
        if where and is_cleaned:
            self.report.note("characters cleaned", where)
        return clean

    def _outside_code(self, body: str) -> Iterable[str]:
        """The lines, with links and names turned where they are no code."""
        fence = ""
        for line in body.split("\n"):
            marks = _FENCE.match(line)
            if fence:
                if marks and marks[1].startswith(fence):
                    fence = ""
            elif marks:
                fence = marks[1]
            else:
                line = _MENTION.sub(self._mention, _TARGET.sub(self._target, line))
                if self.bare and self.host in line:
                    line = self.bare.sub(self._bare, line)
                if not self.base_url and "](/" in line:
                    line = _LABELLED.sub(self._label, line)
            yield line

    def _target(self, found: re.Match[str]) -> str:
        address = found[1]
        ours = self._here(address)
        if ours:
            return f"]({ours}"
        if self.base_url and address.startswith("/") and not address.startswith(("//", "/go/")):
            return f"]({urljoin(self.base_url, address)}"
        return found[0]

    def _bare(self, found: re.Match[str]) -> str:
        """An address alone gets the title of the topic, as the old forum showed it."""
        ours = self._here(found[0])
        if not ours:
            return found[0]
        topic = _TOPIC.fullmatch(urlsplit(found[0]).path)
        title = self.survey.titles.get(int(topic[1]), "") if topic else ""
        label = escape_words(excerpt(self._clean(title), 120)).replace("[", "\\[").replace("]", "\\]")
        return link(label or found[0], ours)

    def _here(self, address: str) -> str | None:
        """Our address of what the old forum's address names; None for any other."""
        if not address.startswith(("http://", "https://", "/t/")):
            return None
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.netloc and parts.netloc.lower() != self.host:
            return None
        topic = _TOPIC.fullmatch(parts.path)
        return self._address(int(topic[1]), int(topic[2] or 1)) if topic else None

    def _address(self, topic_id: int, number: int) -> str | None:
        external_id = self.survey.external_ids.get((topic_id, number))
        if external_id is None:
            self.report.counts["links not found"] += 1
            return None
        self.report.counts["links led here"] += 1
        pk = self.pks.get(external_id)
        self.waits |= pk is None
        return f"/go/{pk}" if pk is not None else None

    def _label(self, found: re.Match[str]) -> str:
        # A path of the old forum would name something else here.
        self.report.counts["links without --base-url"] += 1
        return found[1]

    def _mention(self, found: re.Match[str]) -> str:
        handle = self.renamed.get(found[1].lower())
        return f"@{handle}" if handle else found[0]

    def _known(self, candidates: frozenset[str]) -> Iterable[str]:
        return candidates & self.handles

    def _rendered(self, body: str, where: str) -> tuple[str, str]:
        words, html, way = rendered(body, lambda words: markdown.render(words, known_handles=self._known).html)
        if way:
            self.report.note(way, where)
        return words, html
