"""Places: where things are said, and who may see and say them there."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from community.lib.avatars import COLOURS
from community.lib.by_language import check_parts, named
from community.lib.literals import Literal
from community.lib.slots import Slot
from community.members.models import Group, Member, Site

Viewer: TypeAlias = Member | AnonymousUser
GUEST = AnonymousUser()  # whoever looks at what everybody may read
# By kind of place: its address.
addresses: Slot[Callable[["Place"], str]] = Slot("addresses of places")


class Audience(models.TextChoices):
    PUBLIC = "public", pgettext_lazy("audience", "Everyone")
    MEMBERS = "members", pgettext_lazy("audience", "Members")
    GROUP = "group", pgettext_lazy("audience", "One group")
    STAFF = "staff", pgettext_lazy("audience", "Staff")


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, viewer: Viewer) -> "PlaceQuerySet":
        """Those whose name and content the viewer may see."""
        if not viewer.is_authenticated:
            return self.filter(audience=Literal(Audience.PUBLIC))
        return self if viewer.is_staff else self.filter(seen_by_member(viewer.pk))


def seen_by_member(member: int) -> Q:
    """What a member of this id sees of places, who is not staff."""
    open_to_all = Q(audience__in=(Literal(Audience.PUBLIC), Literal(Audience.MEMBERS)))
    return open_to_all | Q(audience=Literal(Audience.GROUP), group__in=groups_of(member))


def groups_of(member: int) -> QuerySet[Any, Any]:
    """The ids of a member's groups, for a subquery: their manager costs twice as much to make."""
    return Group.members.through.objects.filter(member=member).values("group")


class Place(models.Model):
    """A category, a section of the knowledge base or a product area."""

    class Posting(models.TextChoices):
        MEMBERS = "members", pgettext_lazy("who may post", "Whoever may see it")
        STAFF = "staff", pgettext_lazy("who may post", "Staff")

    kind = models.CharField(max_length=20, editable=False)
    slug = models.SlugField(_("address"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=300, blank=True)
    translations = models.JSONField(
        _("translations"),
        default=dict,
        blank=True,
        help_text=_('Name and description by language: {"pl": {"name": "…", "description": "…"}}'),
    )
    icon = models.CharField(_("icon"), max_length=8, blank=True, help_text=_("One emoji."))
    colour = models.CharField(_("colour"), max_length=10, choices=[(c, c) for c in COLOURS], default="blue")
    order = models.PositiveIntegerField(_("order"), default=0)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    audience = models.CharField(_("who may see"), max_length=10, choices=Audience.choices, default=Audience.PUBLIC)
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, verbose_name=_("group"))
    posting = models.CharField(_("who may post"), max_length=10, choices=Posting.choices, default=Posting.MEMBERS)
    is_premoderated = models.BooleanField(
        _("approve before showing"),
        default=False,
        help_text=_("What members write is held until one of the staff approves it."),
    )
    # Counts every change of anything in this place: see feedback.guestpages.
    changes = models.PositiveBigIntegerField(default=1, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="place_slug_once"),
            models.CheckConstraint(
                condition=Q(audience=Audience.GROUP, group__isnull=False)
                | (~Q(audience=Audience.GROUP) & Q(group__isnull=True)),
                name="place_group_with_audience",
                violation_error_message=_("Choose a group if, and only if, one group may see it."),
            ),
        ]
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return self.local_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Site.touch()

    def get_absolute_url(self) -> str:
        address = addresses.get(self.kind)
        return address(self) if address else "/"

    def clean(self) -> None:
        with named("translations"):
            self.translations = check_parts(self.translations or {}, {"name": 80, "description": 300})

    @property
    def local_name(self) -> str:
        """The name in the language that the page is made in, or the one it was given first."""
        return self._in_language("name") or self.name

    @property
    def local_description(self) -> str:
        return self._in_language("description") or self.description

    def is_visible_to(self, viewer: Viewer) -> bool:
        """The same rule as `visible_to`, for a row at hand."""
        if self.audience == Audience.PUBLIC:
            return True
        if not viewer.is_authenticated:
            return False
        if viewer.is_staff or self.audience == Audience.MEMBERS:
            return True
        return self.audience == Audience.GROUP and self.group_id in viewer.group_ids

    def may_post(self, viewer: Viewer) -> bool:
        if not viewer.is_authenticated or not self.is_visible_to(viewer):
            return False
        return viewer.is_staff or self.posting == self.Posting.MEMBERS

    def holds_words_of(self, member: Member) -> bool:
        """Whether what the member writes here, or changes, waits for approval."""
        return self.is_premoderated and not member.is_staff

    def touch(self) -> None:
        """Say that something in this place has changed."""
        type(self).objects.filter(pk=self.pk).update(changes=F("changes") + 1)

    def _in_language(self, field: str) -> str:
        words = self.translations.get((get_language() or "")[:2])
        return words.get(field, "") if isinstance(words, dict) else ""
