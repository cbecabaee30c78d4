"""The spine: one row for everything a person said or staff published, and what hangs on it."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.feedback.places import Audience, Place, Viewer
from community.feedback.visibility import OWN, State, Visibility, condition_for
from community.lib.avatars import COLOURS
from community.lib.by_language import check_words, named
from community.lib.compiled_where import CompiledWhere
from community.lib.literals import Literal
from community.lib.slots import Slot
from community.members.models import Company, Group, Member, Product, Site

__all__ = ["Audience", "Draft", "Event", "Item", "Label", "Link", "Listed", "Place", "Revision", "Vote"]

consumers: Slot[Callable[["Event"], None]] = Slot("consumers of events")
# By kind, for items that hang on another: its id. Such an item is as visible as what it hangs on.
parents: Slot[Callable[["Item"], int | None]] = Slot("what an item hangs on")
# The same for many at once, in one query: their ids → the item that each hangs on.
parents_of_many: Slot[Callable[[list[int]], dict[int, "Item"]]] = Slot("what many items hang on")


class Label(models.Model):
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    translations = models.JSONField(
        _("translations"), default=dict, blank=True, help_text=_('Name by language: {"pl": "…"}')
    )
    colour = models.CharField(_("colour"), max_length=10, choices=[(c, c) for c in COLOURS], default="slate")

    class Meta:
        ordering = ["name"]
        verbose_name = _("label")
        verbose_name_plural = _("labels")

    def __str__(self) -> str:
        return self.local_name

    def get_absolute_url(self) -> str:
        return f"/labels/{self.slug}/"

    def clean(self) -> None:
        with named("translations"):
            self.translations = check_words(self.translations or {}, 60)

    @property
    def local_name(self) -> str:
        return self.translations.get((get_language() or "")[:2]) or self.name


class ItemQuerySet(models.QuerySet["Item"]):
    def visible_to(self, viewer: Viewer) -> "ItemQuerySet":
        """What the viewer may read: the one place where this is asked.

        Members see, besides what is visible, their own words while these are held or hidden; staff see
        everything but what others have not handed in yet. Of what hangs on another item, such as a
        reply, this asks only its own row: views ask `open_item`, lists ask for the parents too.
        """
        said, ids = condition_for(viewer)
        return self.filter(CompiledWhere(Item, said, **ids))

    def listed(self) -> "ItemQuerySet":
        """What stands in lists on its own: visible, with a title. The partial indexes hold exactly these."""
        return self.filter(state=Literal(State.VISIBLE), title__gt=Literal(""))

    def held(self) -> "ItemQuerySet":
        """What waits for approval; a partial index holds exactly these."""
        return self.filter(state=Literal(State.HELD))

    def unanswered(self) -> "ItemQuerySet":
        return self.filter(reply_count=Literal(0))

    def without_words(self) -> "ItemQuerySet":
        """For rows of a list, which show neither body nor html."""
        return self.defer("body", "html")


# The source of a thread in which somebody asks staff to look again at what they decided.
APPEAL = "appeal"
LISTED = Q(state="visible", title__gt="")
STAGED = LISTED & Q(stage__gt="")


class Item(models.Model):
    """One row for everything that was said: kinds keep only their particulars in tables of their own."""

    Visibility = Visibility
    State = State

    kind = models.CharField(max_length=20)
    title = models.CharField(_("title"), max_length=200, blank=True)
    path = models.CharField(max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    author = models.ForeignKey(
        Member, models.SET_NULL, null=True, related_name="items", db_index=False, verbose_name=_("author")
    )
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="items", db_index=False)
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True, related_name="+")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.VISIBLE)
    stage = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=60, default="web")
    external_id = models.CharField(max_length=120, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    # When something last happened here that brings it up in lists, and who did it.
    active_at = models.DateTimeField(default=timezone.now)
    active_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+", db_index=False)
    vote_count = models.IntegerField(default=0)
    imported_votes = models.IntegerField(default=0)  # of vote_count, those whose voters another forum kept
    reply_count = models.IntegerField(default=0)  # those that are visible
    reply_serial = models.IntegerField(default=0)  # the number given to the latest reply
    view_count = models.IntegerField(default=0)
    labels = models.ManyToManyField(Label, blank=True, related_name="items", verbose_name=_("labels"))
    renderer = models.PositiveSmallIntegerField(default=0)
    # Last in the row: SQLite reads a row from its beginning, and lists need none of this.
    body = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)

    # Set on the rows of a list by whoever makes it; not in the database.
    shown_labels: list[Label]
    unread: int
    read_to: int

    objects = ItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("kind", "active_at", "id", name="item_latest", condition=LISTED),
            models.Index("kind", "created_at", "id", name="item_new", condition=LISTED),
            models.Index("kind", "vote_count", "id", name="item_top", condition=LISTED),
            models.Index("kind", "created_at", "id", name="item_unanswered", condition=LISTED & Q(reply_count=0)),
            models.Index("place", "kind", "active_at", "id", name="item_place_latest", condition=LISTED),
            # What has a stage: ideas and features, of which there are few among posts.
            models.Index("kind", "stage", "vote_count", "id", name="item_stage_top", condition=STAGED),
            models.Index("kind", "stage", "created_at", "id", name="item_stage_new", condition=STAGED),
            models.Index("author", "created_at", "id", name="item_author"),
            models.Index("created_at", "id", name="item_held", condition=Q(state="held")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="item_external_id_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="item_state_known"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="item_visibility_known"),
            models.CheckConstraint(
                condition=~Q(visibility="group") | Q(group__isnull=False), name="item_group_with_visibility"
            ),
            models.CheckConstraint(
                condition=Q(vote_count__gte=0, reply_count__gte=0, reply_serial__gte=0, view_count__gte=0),
                name="item_counts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return self.path or f"/go/{self.pk}"

    @property
    def is_visible(self) -> bool:
        return self.state == State.VISIBLE

    @property
    def is_public(self) -> bool:
        """Whether any guest may read it, its place included."""
        place_is_public = self.place is None or self.place.audience == Audience.PUBLIC
        return self.is_visible and self.visibility == Visibility.PUBLIC and place_is_public

    def is_visible_to(self, viewer: Viewer) -> bool:
        """The same rule as `visible_to`, for a row at hand with its place and author: building that query costs more
        than reading the row."""
        if not viewer.is_authenticated:
            return self.is_public
        own = self.author_id == viewer.pk
        unfinished = self.state in (State.DRAFT, State.SCHEDULED)
        if viewer.is_staff:
            return own or not unfinished
        shown = self.state == State.VISIBLE or (own and (unfinished or self.state in OWN))
        return shown and (self.place is None or self.place.is_visible_to(viewer)) and self._lets_in(viewer)

    def _lets_in(self, member: Member) -> bool:
        """By its own visibility alone."""
        if self.visibility in (Visibility.PUBLIC, Visibility.MEMBERS):
            return True
        if self.author_id == member.pk:
            return self.visibility != Visibility.STAFF
        if self.visibility == Visibility.GROUP:
            return self.group_id in member.group_ids
        company = self.author.company_id if self.visibility == Visibility.COMPANY and self.author else None
        return company is not None and company == member.company_id

    def record(self, verb: str, *, by: Member | None, **detail: Any) -> "Event":
        """Write the Event of a change, in the change's transaction, and outdate the pages that show it."""
        if self.place_id:
            Place.objects.filter(pk=self.place_id).update(changes=F("changes") + 1)
        elif self.visibility == Visibility.PUBLIC:
            Site.touch()  # pages that are kept for guests have no other number to follow
        event = Event.objects.create(item=self, verb=verb, by=by, detail=detail)
        for consume in consumers:
            consume(event)
        return event


class Listed(models.Model):
    """What every kind's own table begins with."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="%(class)s")

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return self.item.get_absolute_url()


class Event(models.Model):
    """That something happened to an item: what later rooms and tasks act upon. Holds no words of people."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="events")
    verb = models.CharField(max_length=30)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.verb}"


class Revision(models.Model):
    """What an item said before an edit."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return f"{self.item_id}: revision {self.number}"


class Vote(models.Model):
    """One of a member, or one that staff took down for a member or for a company without any of its people."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="votes", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="votes")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="votes")  # in the place of a member
    is_own = models.BooleanField(default=True, db_default=True)  # its member cast it
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index("item", "id", name="vote_item"),  # the latest of an item
            models.Index("item", "id", name="vote_on_behalf", condition=Q(is_own=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="vote_once"),
            models.UniqueConstraint("item", "company", name="vote_once_a_company", condition=Q(company__isnull=False)),
            models.CheckConstraint(condition=Q(member=None) | Q(company=None), name="vote_of_one"),
            # Without a company too when that is deleted: the vote stays counted.
            models.CheckConstraint(condition=Q(member__isnull=False) | Q(is_own=False), name="vote_own_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id or self.company} for {self.item_id}"


class Link(models.Model):
    """That one item led to another: the thread of evidence from a score to a release."""

    class Kind(models.TextChoices):
        RAISED = "raised"
        BECAME = "became"
        PART_OF = "part_of"
        SHIPPED_IN = "shipped_in"
        ANSWERS = "answers"
        DUPLICATES = "duplicates"

    source = models.ForeignKey(Item, models.CASCADE, related_name="links_on")
    target = models.ForeignKey(Item, models.CASCADE, related_name="links_back")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Draft(models.Model):
    """What somebody typed and has not sent, with a sequence number so that two tabs cannot overwrite each other."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="drafts", db_index=False)
    key = models.CharField(max_length=60)  # reply:12, edit:45, thread:new
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="drafts")
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    seq = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.key}"
