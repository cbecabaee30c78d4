"""What a member said and did, for the copy of everything about them."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import IO

from community.feedback.attachments import Attachment
from community.feedback.models import Draft, Event, Item, Link, Revision, Vote
from community.members.models import Member
from community.members.privacy import Record, exported_files, exporters

BATCH = 500
FIELDS = (
    "id", "kind", "title", "body", "path", "language", "visibility", "state", "stage", "source", "created_at",
    "edited_at", "active_at", "vote_count", "reply_count", "view_count",
)  # fmt: skip


@exporters.filler("items")
def items(member: Member) -> Iterator[Record]:
    """Everything they wrote, whatever became of it."""
    rows = Item.objects.filter(author=member).select_related("place", "product", "group").prefetch_related("labels")
    for item in rows.order_by("pk").iterator(BATCH):
        yield {name: getattr(item, name) for name in FIELDS} | {
            "place": item.place and item.place.name,
            "product": item.product and item.product.name,
            "group": item.group and item.group.name,
            "labels": [label.name for label in item.labels.all()],
        }


@exporters.filler("revisions")
def revisions(member: Member) -> Iterator[Record]:
    """What their posts said before, and who changed it: they or somebody else."""
    rows = Revision.objects.filter(item__author=member).order_by("item_id", "number")
    for row in rows.iterator(BATCH):
        words = {name: getattr(row, name) for name in ("item_id", "number", "title", "body", "at")}
        yield words | {"changed_by_me": row.by_id == member.pk}


@exporters.filler("drafts")
def drafts(member: Member) -> Iterator[Record]:
    yield from Draft.objects.filter(member=member).values("key", "item_id", "title", "body", "saved_at").iterator(BATCH)


@exporters.filler("votes")
def votes(member: Member) -> Iterator[Record]:
    yield from (
        Vote.objects.filter(member=member).order_by("pk").values("item_id", "created_at", "is_own").iterator(BATCH)
    )


@exporters.filler("acts")
def acts(member: Member) -> Iterator[Record]:
    """What they did to posts, their own and others'."""
    yield from Event.objects.filter(by=member).order_by("pk").values("item_id", "verb", "at", "detail").iterator(BATCH)
    for link in Link.objects.filter(by=member).order_by("pk").iterator(BATCH):
        yield {"item_id": link.source_id, "verb": f"linked: {link.kind}", "at": link.at, "to": link.target_id}


@exporters.filler("files")
def files(member: Member) -> Iterator[Record]:
    names = ("id", "item_id", "name", "content_type", "alt", "size", "created_at")
    yield from Attachment.objects.filter(uploaded_by=member).order_by("pk").values(*names).iterator(BATCH)


@exported_files.filler("files")
def contents(member: Member) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    for one in Attachment.objects.filter(uploaded_by=member).order_by("pk").iterator(BATCH):
        name = one.file.name or ""
        if one.file.storage.exists(name):
            yield f"files/{one.pk}-{one.name}", partial(one.file.storage.open, name)
