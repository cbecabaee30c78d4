"""Writing a release and its entries: a draft until it is published."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from community.feedback.access import files_shown_to
from community.feedback.attach import settle_files
from community.feedback.attachments import Attachment
from community.feedback.locks import lock_items
from community.feedback.models import Item, Label
from community.feedback.places import Place
from community.feedback.states import REMOVE, RESTORE, change_state
from community.feedback.write import known_handles, revise, set_words
from community.lib import markdown
from community.lib.markdown_files import files_named_in
from community.lib.slugs import words_of
from community.members.models import Member
from roadmap.features.models import Feature
from roadmap.ideas.models import Idea
from roadmap.releases import publish
from roadmap.releases.models import Entry, Release

RESERVED = ("new", "subscription", "-")


@dataclass(frozen=True)
class Told:
    """What the form of a release says."""

    title: str
    body: str
    version: str = ""
    language: str = ""
    publish_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """What the form of an entry says."""

    kind: str
    title: str
    body: str = ""
    area: Place | None = None
    labels: tuple[Label, ...] = ()
    features: tuple[Feature, ...] = ()
    ideas: tuple[Idea, ...] = ()


@transaction.atomic
def draft_release(told: Told, *, by: Member) -> Release:
    """A release that its staff see on the desk alone. Raises what `set_words` raises."""
    slug = _free_slug(told.version or told.title)
    now = timezone.now()
    # Staff write it together, so that it is theirs to see and not its author's alone.
    item = Item(
        kind=Release.KIND, title=told.title, language=told.language or by.language, visibility=Item.Visibility.STAFF,
        path=Release.path_for(slug), created_at=now, active_at=now, active_by=by,
    )  # fmt: skip
    set_words(item, told.body, by=by)
    return Release.objects.create(item=item, slug=slug, version=told.version, publish_at=told.publish_at)


@transaction.atomic
def change_release(release: Release, told: Told, *, by: Member) -> None:
    """Its address stays, for others link to it. Raises what `revise` raises."""
    in_entries = Attachment.objects.filter(item=release.pk, pk__in=files_named_in(_html_of_entries(release)))
    kept = list(in_entries.values_list("pk", flat=True))
    revise(release.item, by=by, title=told.title, body=told.body)
    Attachment.objects.filter(pk__in=kept).update(item=release.pk, unused_since=None)
    Item.objects.filter(pk=release.pk).update(language=told.language or release.item.language)
    release.version, release.publish_at = told.version, None if release.is_published else told.publish_at
    release.save(update_fields=["version", "publish_at"])


@transaction.atomic
def write_entry(release: Release, said: Line, *, by: Member, entry: Entry | None = None) -> Entry:
    """Add an entry, or change one: what it brings since ships at once, and is told, where everybody reads the release.

    Raises MarkdownRefused.
    """
    _lock(release)
    entry = entry or Entry(release=release, order=release.entries.count() + 1)
    entry.kind, entry.title, entry.area = said.kind, said.title, said.area
    rendered = markdown.render(said.body, known_handles=known_handles, known_files=files_shown_to(by))
    entry.body, entry.html = markdown.check_text(said.body), rendered.html
    entry.save()
    settle_files(release.item, by=by, also=_html_of_entries(release))
    entry.labels.set(said.labels)
    entry.features.set(said.features)
    entry.ideas.set(said.ideas)
    entry.taken_off = []
    if release.is_published:
        entry.taken_off = publish.take_off(release, by=by)
        new = publish.ship(release, by=by) if release.item.is_visible else []
        # Not "updated": that is what followers of articles are told.
        release.item.record("entries changed", by=by, entry=entry.pk)
        async_task(publish.ANNOUNCE, release.pk, new)
    return entry


@transaction.atomic
def remove_entry(entry: Entry, *, by: Member) -> list[Item]:
    """Delete it with its text; answers the ideas that it alone fulfilled, which stand at shipped."""
    release, number = entry.release, entry.pk
    _lock(release)
    entry.delete()
    taken_off = publish.take_off(release, by=by) if release.is_published else []
    release.item.record("entries changed", by=by, entry=number)
    return taken_off


@transaction.atomic
def withdraw_release(release: Release, *, by: Member) -> bool:
    """Take it off the changelog; what it shipped stays shipped. False when it was removed before."""
    return change_state(release.item, REMOVE, by=by)


@transaction.atomic
def restore_release(release: Release, *, by: Member) -> bool:
    """Put it back; what entries brought while it was away ships now. A time that has passed publishes nothing."""
    _lock(release)
    lock_items(publish.fulfilled(release))
    if not change_state(release.item, RESTORE, by=by):
        return False
    Release.objects.filter(pk=release.pk, publish_at__lte=timezone.now()).update(publish_at=None)
    if release.is_published:
        new = publish.ship(release, by=by)
        async_task(publish.ANNOUNCE, release.pk, new)
    return True


def _lock(release: Release) -> None:
    """The release before what it brings, as everybody takes them; with what it is behind the lock."""
    rows = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("place", "author")
    item = rows.get(pk=release.pk)
    release.refresh_from_db()
    release.item = item


def _html_of_entries(release: Release) -> str:
    return "".join(release.entries.values_list("html", flat=True))


def _free_slug(words: str) -> str:
    """From the version or the title, another for each release."""
    slug = words_of(words.replace(".", "-"))[:70]
    slug = "release" if slug in RESERVED else slug
    taken = set(Release.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(name for at in range(len(taken) + 1) if (name := f"{slug}-{at + 1}" if at else slug) not in taken)
