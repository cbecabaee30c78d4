"""The changelog of the demo: what demo/releases.toml tells as rows, when ideas and features are there."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community.discussions.seed_demo import further
from community.feedback.models import Event, Item, Label, Link
from community.feedback.places import Place
from community.lib import markdown
from community.lib.row_ids import reserve
from community.members.models import Member
from roadmap.features.models import Feature
from roadmap.ideas.models import AREA, Idea
from roadmap.releases.models import Entry, Release

STORY = settings.BASE_DIR / "demo"


@transaction.atomic
def seed_releases(story: Path = STORY, now: datetime | None = None) -> dict[str, int]:
    """Write the releases of the demo and answer how many there are."""
    told = tomllib.loads((story / "releases.toml").read_text("utf-8"))["release"]
    for one in reversed(told):
        _release(one, story, now or timezone.now())
    return {"releases": len(told)}


def _release(told: dict[str, Any], story: Path, now: datetime) -> None:
    at, by = now - timedelta(days=told["days_ago"], hours=2), Member.objects.get(handle=told["by"])
    (pk,) = reserve(Item, 1)
    body = told["body"].strip("\n")
    item = Item.objects.create(
        pk=pk, kind=Release.KIND, title=told["title"], path=Release.path_for(told["slug"]), language=told["language"],
        created_at=at, active_at=at, active_by=by, renderer=markdown.RENDERER_VERSION, body=markdown.check_text(body),
        html=markdown.render(body).html,
    )  # fmt: skip
    Event.objects.create(item=item, verb="posted", by=by, at=at)
    release = Release.objects.create(
        item=item, slug=told["slug"], version=told["version"], published_at=at, published_by=by
    )
    for order, line in enumerate(told["entries"], 1):
        _entry(release, order, line, story, at, by)


def _entry(release: Release, order: int, told: dict[str, Any], story: Path, at: datetime, by: Member) -> None:
    entry = Entry.objects.create(
        release=release, kind=told["kind"], title=told["title"], body=told["body"], order=order,
        html=markdown.render(told["body"]).html, area=Place.objects.get(kind=AREA, slug=told["area"]),
    )  # fmt: skip
    entry.labels.set(Label.objects.filter(slug__in=told["labels"]))
    entry.features.set(
        Feature.objects.filter(item__title__in=_titles(story / "features.toml", "feature", told["features"]))
    )
    files = sorted((story / "ideas").glob("*.toml"))
    titles = [title for file in files for title in _titles(file, "idea", told["ideas"])]
    entry.ideas.set(Idea.objects.filter(item__title__in=titles))
    shipped = [*entry.features.values_list("pk", flat=True), *entry.ideas.values_list("pk", flat=True)]
    Link.objects.bulk_create(
        (Link(source_id=pk, target_id=release.pk, kind=Link.Kind.SHIPPED_IN, by=by, at=at) for pk in shipped),
        ignore_conflicts=True,
    )


def _titles(file: Path, name: str, keys: list[str]) -> list[str]:
    return [one["title"] for one in tomllib.loads(file.read_text("utf-8"))[name] if one["key"] in keys]


further.fill("releases", seed_releases)
