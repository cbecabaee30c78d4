"""Sections and articles of the knowledge base, the edits that articles are made of, and what readers say of them."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.feedback.models import Item, Listed
from community.feedback.places import Place, addresses
from community.lib.slugs import words_of
from community.members.models import Member


class Section(models.Model):
    """The particulars of a Place that holds articles."""

    KIND = "section"

    place = models.OneToOneField(Place, models.CASCADE, primary_key=True, related_name="section")
    takes_replies = models.BooleanField(
        _("customers may reply"), default=False, help_text=_("Below each article, in public.")
    )
    is_by_hand = models.BooleanField(
        _("articles in an order of your own"),
        default=False,
        help_text=_("Else what is pinned comes first, then what was changed last."),
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return self.place.local_name

    def get_absolute_url(self) -> str:
        return self.place.get_absolute_url()


def address_of_section(place: Place) -> str:
    return f"/help/{place.slug}/"


addresses.fill(Section.KIND, address_of_section)


class Article(Listed):
    """One article in one language; its words belong to the company, so its Item has no author.

    A translation is an article of its own, with its own address, state and readers, that names its original.
    """

    KIND = "article"

    original = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="translations", db_index=False
    )
    language = models.CharField(max_length=10)  # as its Item's, for the constraint
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.CharField(_("product version"), max_length=40, blank=True)
    revision = models.PositiveIntegerField(default=0)  # that readers see; 0 before the first is published
    major_revision = models.PositiveIntegerField(default=0)  # the latest that translations must follow
    true_to = models.PositiveIntegerField(default=0)  # of a translation: the revision of its original that it says
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)  # when its owner is asked whether it is still right
    rank = models.PositiveIntegerField(default=0)  # in its section, where staff order it: the highest stands first
    is_promoted = models.BooleanField(default=False)  # it began as a reply: a Link says which
    helpful_count = models.PositiveIntegerField(default=0)
    unhelpful_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index("review_on", name="article_review", condition=Q(review_on__isnull=False)),
            # Of translations alone: where most articles have none, SQLite takes an index of all for one that tells
            # nothing, and reads every article instead.
            models.Index("original", name="article_of_original", condition=Q(original__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint("original", "language", name="article_translation_once"),
            models.CheckConstraint(condition=~Q(original=F("item")), name="article_not_its_own_original"),
        ]

    def __str__(self) -> str:
        return self.item.title

    @staticmethod
    def path_for(pk: int, title: str) -> str:
        """The address of an article: its words help people, its number decides."""
        return f"/help/a/{pk}/{words_of(title)}/"

    @property
    def is_published(self) -> bool:
        return self.revision > 0

    @property
    def is_out_of_date(self) -> bool:
        """Whether its original was changed in a way that this translation does not say yet."""
        return self.original is not None and self.original.major_revision > self.true_to

    @property
    def desk_url(self) -> str:
        return f"/desk/articles/{self.pk}/"


class Highlight(models.Model):
    """An article that stands first: in its section, or on the help page too."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="highlight")
    is_featured = models.BooleanField(default=False)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index("at", name="highlight_featured", condition=Q(is_featured=True))]

    def __str__(self) -> str:
        return f"highlight of {self.article_id}"


class Significance(models.TextChoices):
    """What an edit means to those who read the article before."""

    TYPO = "typo", pgettext_lazy("significance of an edit", "Small: nobody is told")
    NORMAL = "normal", pgettext_lazy("significance of an edit", "Normal: followers are told")
    MAJOR = "major", pgettext_lazy("significance of an edit", "Major: translations are out of date as well")


class Edit(models.Model):
    """What somebody makes of an article: a draft, handed in, and published as a revision by somebody else.

    Its words are here until it is published; after that the Item and its Revisions have them.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of an edit", "Draft")
        REVIEW = "review", pgettext_lazy("state of an edit", "In review")
        SCHEDULED = "scheduled", pgettext_lazy("state of an edit", "Scheduled")
        PUBLISHED = "published", pgettext_lazy("state of an edit", "Published")

    article = models.ForeignKey(Article, models.CASCADE, related_name="edits", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    comment = models.CharField(_("what changed"), max_length=200, blank=True)
    significance = models.CharField(max_length=8, choices=Significance.choices, default=Significance.NORMAL)
    true_to = models.PositiveIntegerField(default=0)  # the revision of the original that a translation follows
    revision = models.PositiveIntegerField(null=True)  # as which it was published
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)  # why it was sent back
    publish_at = models.DateTimeField(null=True, blank=True)
    saves = models.PositiveIntegerField(default=1)  # two people, or two tabs, do not overwrite each other

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index("publish_at", name="edit_scheduled", condition=Q(state="scheduled"))]
        constraints = [
            models.UniqueConstraint("article", condition=~Q(state="published"), name="edit_open_once"),
            models.UniqueConstraint("article", "revision", name="edit_revision_once"),
            models.CheckConstraint(condition=Q(state="published") ^ Q(revision=None), name="edit_published_as"),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(publish_at__isnull=False), name="edit_scheduled_when"
            ),
        ]

    def __str__(self) -> str:
        return f"edit of {self.article_id}"


class Verdict(models.Model):
    """What one reader, member or not, said of one revision: that it helped, or why it did not."""

    class Reason(models.TextChoices):
        WRONG = "wrong", pgettext_lazy("why an article did not help", "Something in it is wrong")
        UNCLEAR = "unclear", pgettext_lazy("why an article did not help", "It is hard to follow")
        OUTDATED = "outdated", pgettext_lazy("why an article did not help", "It is out of date")
        OTHER = "other", pgettext_lazy("why an article did not help", "It does not answer my question")

    article = models.ForeignKey(Article, models.CASCADE, related_name="verdicts", db_index=False)
    revision = models.PositiveIntegerField()
    # A member by their number, a guest by a keyed hash: the same reader is counted once.
    voter = models.CharField(max_length=40)
    is_helpful = models.BooleanField()
    reason = models.CharField(max_length=8, choices=Reason.choices, blank=True)
    remark = models.OneToOneField(Item, models.SET_NULL, null=True, related_name="+")  # their words, for staff
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("article", "revision", "voter", name="verdict_once")]

    def __str__(self) -> str:
        return f"{'helpful' if self.is_helpful else 'not helpful'}: {self.article_id}"


class OldAddress(models.Model):
    """Where an article was before it came here: whoever follows an old link is led on."""

    path = models.CharField(max_length=300, unique=True)
    article = models.ForeignKey(Article, models.CASCADE, related_name="old_addresses")

    def __str__(self) -> str:
        return self.path
