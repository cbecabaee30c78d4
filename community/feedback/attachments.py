"""Files and pictures that people attach: who may read them follows the item whose words name them."""

import logging
import secrets
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.utils import timezone

from community.feedback.models import Item
from community.lib.markdown_escape import escape_words
from community.lib.markdown_files import ShownFile
from community.lib.slots import Slot
from community.members.models import Member

log = logging.getLogger(__name__)
_NO_BRACKETS = str.maketrans("", "", "[]\\\n")  # they would end the description before its end
KEPT_UNUSED = timedelta(days=1)  # long enough to finish a post


def path_of(attachment: "Attachment", name: str) -> str:
    """Nothing of the name that somebody gave it (ABUSE E72), and nothing that /media/ would serve."""
    token = secrets.token_hex(16)
    return f"files/{token[:2]}/{token}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def unused(self) -> "AttachmentQuerySet":
        """What no published words have named for a day."""
        return self.filter(item=None, unused_since__lt=timezone.now() - KEPT_UNUSED)


class Attachment(models.Model):
    """A file that somebody uploaded; until words that name it are posted it belongs to no item, and only to them."""

    class Kind(models.TextChoices):
        PICTURE = "picture"
        DOWNLOAD = "download"

    item = models.ForeignKey(Item, models.CASCADE, null=True, blank=True, related_name="attachments")
    uploaded_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="attachments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=60)
    alt = models.CharField(max_length=300, blank=True)
    size = models.PositiveIntegerField()  # bytes
    width = models.PositiveIntegerField(default=0)  # pixels, of pictures
    height = models.PositiveIntegerField(default=0)
    small_width = models.PositiveIntegerField(default=0)
    small_height = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to=path_of)
    small = models.FileField(upload_to=path_of, blank=True)  # empty where the whole is small enough
    created_at = models.DateTimeField(default=timezone.now)
    unused_since: Any = models.DateTimeField(null=True, blank=True, default=timezone.now)

    # Set by whoever made it from an animation; not in the database.
    was_moving = False

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("unused_since", name="attachment_unused", condition=Q(item=None))]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=("picture", "download")), name="attachment_kind_known"),
            models.CheckConstraint(
                condition=Q(item=None, unused_since__isnull=False) | Q(item__isnull=False, unused_since=None),
                name="attachment_used_or_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/files/{self.pk}/{quote(self.name)}"

    @property
    def is_picture(self) -> bool:
        return self.kind == self.Kind.PICTURE

    @property
    def small_url(self) -> str:
        return f"/files/{self.pk}/small/{quote(self.name)}" if self.is_picture else ""

    @property
    def markdown(self) -> str:
        """What names it in a text: the address as it reads, not as a browser writes it."""
        address = f"/files/{self.pk}/{self.name}"
        if self.is_picture:
            return f"![{self.alt.translate(_NO_BRACKETS)}]({address})"
        return f"[{escape_words(self.name)}]({address})"

    @property
    def shown(self) -> ShownFile:
        return ShownFile(
            self.get_absolute_url(), self.size, self.small_url, self.small_width, self.small_height, self.alt
        )


# Which of these files belong to words that several people write, and that are not published yet: staff read them.
shared: Slot[Callable[[Collection[Attachment]], set[int]]] = Slot("files of words that staff write together")


def shared_of(files: Collection[Attachment]) -> set[int]:
    return {pk for found in shared for pk in found(files)} if files else set()


def _forget_files(sender: Any, instance: Attachment, **details: Any) -> None:
    # Django deletes what hangs on a deleted item or member by itself, and says so by this signal alone.
    for name in filter(None, (instance.file.name, instance.small.name)):
        transaction.on_commit(partial(throw_away, name))


def throw_away(name: str) -> None:
    """Delete a stored file; one that cannot be deleted now is no reason to fail."""
    try:
        default_storage.delete(name)
    except OSError as error:
        log.error("a file of a deleted attachment could not be deleted: %s", error)


post_delete.connect(_forget_files, sender=Attachment)
