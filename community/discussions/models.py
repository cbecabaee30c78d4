"""Categories, threads and what staff or askers decide about them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.conversations.models import Reply
from community.feedback.models import Item, Listed
from community.feedback.places import Place, addresses
from community.lib.slugs import words_of
from community.members.models import Member


class Kind(models.TextChoices):
    QUESTION = "question", pgettext_lazy("kind of thread", "Question")
    DISCUSSION = "discussion", pgettext_lazy("kind of thread", "Discussion")
    ANNOUNCEMENT = "announcement", pgettext_lazy("kind of thread", "Announcement")


class Category(models.Model):
    """The particulars of a Place that holds threads."""

    KIND = "category"

    place = models.OneToOneField(Place, models.CASCADE, primary_key=True, related_name="category")
    default_kind = models.CharField(_("default kind"), max_length=12, choices=Kind.choices, default=Kind.QUESTION)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.place.local_name

    def get_absolute_url(self) -> str:
        return self.place.get_absolute_url()


def address_of_category(place: Place) -> str:
    return f"/c/{place.slug}/"


addresses.fill(Category.KIND, address_of_category)


class Thread(Listed):
    KIND = "thread"

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.QUESTION)

    def __str__(self) -> str:
        return self.item.title

    @staticmethod
    def path_for(pk: int, title: str) -> str:
        """The address of a thread: its words help people, its number decides."""
        return f"/t/{pk}/{words_of(title)}/"


class Decision(models.Model):
    """Something somebody decided about a thread, and when: the row is the state."""

    thread = models.OneToOneField(Thread, models.CASCADE, primary_key=True, related_name="%(class)s")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class Solution(Decision):
    """The reply that solved a question, chosen by the asker or by staff."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="solves")

    def __str__(self) -> str:
        return f"{self.reply_id} solves {self.thread_id}"


class Pin(Decision):
    """Stands first: in its category, or everywhere."""

    is_everywhere = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"pin of {self.thread_id}"


class Closure(Decision):
    """Settled: nobody but staff replies any more. Its asker may close and open it again, a lock only staff."""

    is_lock = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{'lock' if self.is_lock else 'closure'} of {self.thread_id}"


class Relocation(models.Model):
    """A move, split or merge, with what it takes to undo it."""

    class Kind(models.TextChoices):
        MOVE = "move"
        SPLIT = "split"
        MERGE = "merge"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    source = models.ForeignKey(Item, models.CASCADE, related_name="+")
    target = models.ForeignKey(Item, models.CASCADE, related_name="+")
    numbers = models.JSONField(default=dict)  # reply id → its number before
    before = models.JSONField(default=dict)  # what else changed: ids of places and kinds, never words
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["source", "at"]), models.Index(fields=["target", "at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=False) | Q(undone_by__isnull=True), name="relocation_undone_when"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id} → {self.target_id}"


class Consent(Decision):
    """The author of a private question allows staff to publish it."""

    def __str__(self) -> str:
        return f"{self.thread_id} may be published"
