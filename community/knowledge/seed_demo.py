"""The help centre of the demo: the articles in demo/articles/ as rows, the same every time but for the date."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community.feedback.models import Event, Item, Label, Link, Revision, State, Visibility
from community.feedback.places import Place
from community.knowledge.bulk import Rows, write
from community.knowledge.models import Article, Edit, Highlight, Section, Verdict
from community.knowledge.publish import REVIEW_AFTER
from community.knowledge.verdict import REMARK
from community.lib import front_matter, markdown
from community.lib.row_ids import reserve
from community.members.models import Member

STORY = settings.BASE_DIR / "demo" / "articles"
FIRST_LANGUAGE = "en"
TALKED_ABOUT = "api"  # the section where customers may reply
_LINK = re.compile(r"\]\(article:([a-z0-9-]+)\)")


@dataclass(frozen=True, slots=True)
class Told:
    """One file: an article in one language."""

    slug: str
    section: str
    language: str
    fields: dict[str, Any]
    body: str

    @property
    def name(self) -> str:
        return f"{self.section}/{self.slug}.{self.language}"

    @property
    def is_published(self) -> bool:
        return "state" not in self.fields


@transaction.atomic
def seed_articles(story: Path = STORY, now: datetime | None = None) -> dict[str, int]:
    """Write the articles of the demo, whose members are there, and answer how much of each there is."""
    seeder = _Seeder(now or timezone.now(), _sections(story), _told(story))
    for told in seeder.told:
        seeder.add(told)
    write(seeder.rows)
    Revision.objects.bulk_create(seeder.revisions)
    Verdict.objects.bulk_create(seeder.verdicts, batch_size=500)
    for remark in tomllib.loads((story / "remarks.toml").read_text("utf-8"))["remark"]:
        seeder.remark(remark)
    return {"articles": len(seeder.told), "sections": len(seeder.places)}


def _sections(story: Path) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for order, one in enumerate(tomllib.loads((story / "sections.toml").read_text("utf-8"))["section"]):
        names, descriptions = one["names"], one["descriptions"]
        place = Place.objects.create(
            kind=Section.KIND, slug=one["slug"], name=names[FIRST_LANGUAGE], description=descriptions[FIRST_LANGUAGE],
            icon=one["icon"], colour=one["colour"], order=order, parent=places.get(one["parent"]),
            posting=Place.Posting.STAFF,
            translations={
                language: {"name": names[language], "description": descriptions[language]}
                for language in names
                if language != FIRST_LANGUAGE
            },
        )  # fmt: skip
        Section.objects.create(place=place, takes_replies=place.slug == TALKED_ABOUT)
        places[place.slug] = place
    return places


def _told(story: Path) -> list[Told]:
    """Originals first, for translations name them."""
    found = []
    for file in sorted(story.glob("*/*.md")):
        slug, _dot, language = file.stem.rpartition(".")
        fields, body = front_matter.read(file.read_text("utf-8"))
        found.append(Told(slug, file.parent.name, language, dict(fields), body.strip()))
    return sorted(found, key=lambda told: (told.language != FIRST_LANGUAGE, told.name))


@dataclass
class _Seeder:
    now: datetime
    places: dict[str, Place]
    told: list[Told]
    rows: Rows = field(default_factory=Rows)
    revisions: list[Revision] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    articles: dict[str, Article] = field(default_factory=dict)  # by the names of their files
    originals: dict[str, Article] = field(default_factory=dict)  # by slug

    def __post_init__(self) -> None:
        self.members = {member.handle: member for member in Member.objects.all()}
        self.labels = {label.slug: label for label in Label.objects.all()}
        self.pks = dict(zip([told.name for told in self.told], reserve(Item, len(self.told)), strict=True))
        self.paths = {
            (told.slug, told.language): Article.path_for(self.pks[told.name], told.fields["title"])
            for told in self.told
        }

    def add(self, told: Told) -> None:
        item, owner = self._item(told), self.members[told.fields["owner"]]
        original = self.originals.get(told.slug)
        is_old = told.fields.get("out_of_date") == "true"
        last = 0 if not told.is_published else 2 if "revised" in told.fields else 1
        article = Article(
            item=item, original=original, language=told.language, owner=owner, revision=last, major_revision=last,
            version=told.fields.get("version", ""), reviewed_at=item.active_at if last else None,
            true_to=(1 if is_old else original.revision) if original else 0,
        )  # fmt: skip
        self.originals.setdefault(told.slug, article)
        self.articles[told.name] = article
        self.rows.items.append(item)
        self.rows.articles.append(article)
        self.rows.labels += [(item.pk, self.labels[slug]) for slug in told.fields.get("labels", "").split(", ") if slug]
        self.rows.places.add(item.place_id or 0)
        if not last:
            self._open(told, item, owner)
            return
        self._published(told, article, owner)
        self._judged(told, article)

    def _item(self, told: Told) -> Item:
        pk, title = self.pks[told.name], told.fields["title"]
        created_at = self._ago(told, "days_ago")
        active_at = self._ago(told, "revised") if "revised" in told.fields else created_at
        body = markdown.check_text(_LINK.sub(lambda found: f"]({self._path(found[1], told.language)})", told.body))
        item = Item(
            pk=pk, kind=Article.KIND, title=title, path=self.paths[told.slug, told.language], language=told.language,
            place=self.places[told.section], state=State.VISIBLE if told.is_published else State.DRAFT,
            view_count=int(told.fields.get("views", 0)), created_at=created_at, active_at=active_at,
            edited_at=active_at if active_at > created_at else None, renderer=markdown.RENDERER_VERSION,
        )  # fmt: skip
        if told.is_published:
            item.body, item.html = body, markdown.render(body).html
        return item

    def _path(self, slug: str, language: str) -> str:
        """In the language of the text that leads there, if it is there."""
        return self.paths.get((slug, language)) or self.paths[slug, FIRST_LANGUAGE]

    def _ago(self, told: Told, key: str) -> datetime:
        return self.now - timedelta(days=float(told.fields[key]))

    def _open(self, told: Told, item: Item, owner: Member) -> None:
        state = Edit.State.REVIEW if told.fields["state"] == "review" else Edit.State.DRAFT
        self.rows.edits.append(
            Edit(article_id=item.pk, state=state, title=item.title, body=told.body, by=owner, at=item.created_at)
        )

    def _published(self, told: Told, article: Article, owner: Member) -> None:
        item, by = article.item, self.members["mia" if owner.handle != "mia" else "root"]
        review_on = (item.active_at + REVIEW_AFTER).date()
        soon = (self.now + timedelta(days=1 + item.pk % 120)).date()
        article.review_on = max(review_on, soon)
        moments = [item.created_at] + ([item.active_at] if article.revision == 2 else [])
        for number, at in enumerate(moments, 1):
            self.rows.edits.append(
                Edit(
                    article_id=item.pk, state=Edit.State.PUBLISHED, revision=number, by=owner, reviewed_by=by, at=at,
                    significance="major" if number == 2 else "normal", true_to=article.true_to,
                )
            )  # fmt: skip
            self.rows.events.append(Event(item=item, verb="published" if number == 1 else "updated", by=by, at=at))
        if article.revision == 2:
            # Before its last part was written.
            before = item.body[: item.body.rindex("\n## ")].rstrip()
            at = item.created_at
            self.revisions.append(Revision(item=item, number=1, title=item.title, body=before, by=owner, at=at))
        if told.fields.get("featured") == "true":
            self.rows.highlights.append(Highlight(article=article, is_featured=True, by=by, at=item.active_at))

    def _judged(self, told: Told, article: Article) -> None:
        """By guests. What was written anew helps more than it did before."""
        helpful, unhelpful = map(int, told.fields["helpful"].split("/"))
        article.helpful_count, article.unhelpful_count = helpful, unhelpful
        reasons = islice(cycle(["", *Verdict.Reason.values, ""]), unhelpful)
        judged = [(True, "")] * helpful + [(False, reason) for reason in reasons]
        for number, (is_helpful, reason) in enumerate(judged):
            revision = article.revision if number % 3 == 0 and is_helpful else 1
            seconds = (self.now - article.item.created_at).total_seconds() * (number + 1) / (len(judged) + 2)
            self.verdicts.append(
                Verdict(
                    article=article, revision=revision, voter=f"g:{article.pk:016x}{number:016x}",
                    is_helpful=is_helpful, reason=reason, at=article.item.created_at + timedelta(seconds=seconds),
                )
            )  # fmt: skip

    def remark(self, told: dict[str, Any]) -> None:
        article = self.articles[told["article"]]
        at = self.now - timedelta(days=told["days_ago"])
        by = self.members.get(told["by"])
        item = Item.objects.create(
            kind=REMARK, title=article.item.title, author=by, place=article.item.place, language=article.language,
            visibility=Visibility.STAFF, stage=told["reason"], created_at=at, active_at=at, body=told["body"],
            html=markdown.render(told["body"]).html, renderer=markdown.RENDERER_VERSION,
        )  # fmt: skip
        Item.objects.filter(pk=item.pk).update(path=f"/desk/articles/{article.pk}/edits/#remark-{item.pk}")
        Link.objects.create(source=item, target=article.item, kind=Link.Kind.ANSWERS, by=by, at=at)
        Event.objects.create(item=item, verb="remarked", by=by, at=at)
        voter = f"m:{by.pk}" if by else f"g:{item.pk:032x}"
        Verdict.objects.create(
            article=article, revision=article.revision, voter=voter, is_helpful=False, reason=told["reason"],
            remark=item, at=at,
        )  # fmt: skip
        Article.objects.filter(pk=article.pk).update(unhelpful_count=article.unhelpful_count + 1)
