"""People, their companies, groups and products, and the site they share."""

import json
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.lib.avatars import Avatar, colour_of, initials_of
from community.members import roles
from community.members.roles import STAFF, Role

THEMES = [
    ("system", pgettext_lazy("theme", "Like my device")),
    ("light", pgettext_lazy("theme", "Light")),
    ("dark", pgettext_lazy("theme", "Dark")),
]


# As Django salts it: sessions from before anybody was suspended go on.
SESSION_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"


def face_path(member: "Member", name: str) -> str:
    """A name that nobody guesses, and that changes with the picture so that it may be kept for long."""
    return f"faces/{secrets.token_urlsafe(12)}.webp"


class Product(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name


class Company(models.Model):
    name = models.CharField(_("name"), max_length=120)
    plan = models.CharField(_("plan"), max_length=60, blank=True)
    monthly_revenue = models.DecimalField(_("monthly revenue"), max_digits=12, decimal_places=2, null=True, blank=True)
    products = models.ManyToManyField(Product, blank=True, verbose_name=_("products"))
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="company_name_once"),
            models.CheckConstraint(
                condition=models.Q(monthly_revenue__isnull=True) | models.Q(monthly_revenue__gte=0),
                name="company_revenue_not_negative",
            ),
        ]
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.attributes = self.attributes or {}
        # PostgreSQL takes no NUL, not even inside JSON (ABUSE A14).
        if not isinstance(self.attributes, dict) or "\\u0000" in json.dumps(self.attributes):
            raise ValidationError({"attributes": _("Write it like %(example)s.") % {"example": '{"region": "…"}'}})


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(handle=(username or "").lower())

    def create_user(self, handle: str, email: str = "", password: str | None = None, **fields: Any) -> "Member":
        member = self.model(handle=handle, email=email or None, **fields)
        member.set_password(password)
        member.save()
        return member

    def create_superuser(self, handle: str, email: str = "", password: str | None = None, **fields: Any) -> "Member":
        return self.create_user(handle, email, password, role=Role.ADMIN, **fields)


class Member(AbstractBaseUser):
    """A person with an account: a customer or one of the staff."""

    handle = models.CharField(_("handle"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), null=True, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("company")
    )
    bio = models.CharField(_("about me"), max_length=500, blank=True)
    picture = models.ImageField(_("picture"), upload_to=face_path, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    theme = models.CharField(_("theme"), max_length=6, choices=THEMES, default="system")
    keys_on = models.BooleanField(_("keyboard shortcuts"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    all_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    post_count = models.PositiveIntegerField(default=0, editable=False)
    # What the rows of Sanction and Ignore say, in short, so that pages need not ask them.
    silenced_until = models.DateTimeField(null=True, blank=True, editable=False)
    suspended_until = models.DateTimeField(null=True, blank=True, editable=False)
    sessions_ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_ignoring = models.BooleanField(default=False, db_default=False, editable=False)
    unread_count = models.PositiveIntegerField(
        db_default=0, default=0, editable=False
    )  # of notifications, counted by that room
    source = models.CharField(max_length=60, blank=True, editable=False)
    external_id = models.CharField(max_length=120, null=True, blank=True, editable=False)

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]
    objects = MemberManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="member_email_once"),
            models.UniqueConstraint(fields=["source", "external_id"], name="member_import_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role_known"),
            models.CheckConstraint(condition=models.Q(handle=Lower("handle")), name="member_handle_lower"),
        ]
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return f"/members/{self.handle}/"

    def clean(self) -> None:
        self.handle = self.handle.lower()
        self.email = self.email or None

    @property
    def display_name(self) -> str:
        return self.name or self.handle

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_champion(self) -> bool:
        return self.role == Role.CHAMPION

    @property
    def is_silenced(self) -> bool:
        return self.silenced_until is not None and self.silenced_until > timezone.now()

    @property
    def is_suspended(self) -> bool:
        return self.suspended_until is not None and self.suspended_until > timezone.now()

    def outranks(self, other: "Member") -> bool:
        """Whether this member may decide about the other: staff about those below them."""
        return self.may("moderate") and roles.rank(self.role) > roles.rank(other.role)

    def may(self, act: str) -> bool:
        """Whether this member's role may do an act of `roles.LEAST_ROLE`."""
        return self.is_active and roles.may(self.role, act)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session carries: it changes with the password, and when all sessions are ended."""
        stamp = self.sessions_ended_at.isoformat() if self.sessions_ended_at else ""
        return salted_hmac(SESSION_SALT, f"{self.password}{stamp}", secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, on: Any = None) -> bool:
        return self.is_active and self.is_admin

    def has_perms(self, perms: list[str], on: Any = None) -> bool:
        return self.has_perm("")

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm("")

    @cached_property
    def group_ids(self) -> frozenset[int]:
        return frozenset(self.groups.values_list("pk", flat=True))

    @property
    def avatar(self) -> Avatar:
        return Avatar(initials_of(self.display_name), colour_of(self.handle), self.picture.url if self.picture else "")


class Group(models.Model):
    """Members who may see or do something together, such as a beta programme."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    members = models.ManyToManyField(Member, blank=True, related_name="groups", verbose_name=_("members"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("group")
        verbose_name_plural = _("groups")

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """The one row with what this site is called and looks like."""

    name = models.CharField(_("name"), max_length=80, default="Hearback")
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    brand_colour = models.CharField(
        _("brand colour"), max_length=7, blank=True, help_text=_("Like #3355cc. Empty for our own.")
    )
    logo = models.ImageField(_("logo"), upload_to="brand/", blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    languages = models.JSONField(_("languages offered"), default=list, blank=True)
    held_first_posts = models.PositiveSmallIntegerField(
        _("first posts held"),
        default=1,
        help_text=_("So many posts of a new member wait for approval; 0 holds none."),
    )
    holds_new_links = models.BooleanField(
        _("hold links of new members"),
        default=True,
        help_text=_("What a new member writes waits for approval when it leads to other sites."),
    )
    flags_to_hide = models.PositiveSmallIntegerField(
        _("reports that hide"),
        default=3,
        help_text=_("So many reports by trusted members hide a post until staff have looked; 0 never does."),
    )
    shows_log = models.BooleanField(
        _("public log"), default=True, help_text=_("Everybody may read what was moderated and why, without names.")
    )
    champion_solutions = models.PositiveSmallIntegerField(
        _("solutions of a champion"),
        default=0,
        help_text=_("Whoever solved so many questions becomes a champion; 0 leaves it to staff."),
    )
    champion_days = models.PositiveSmallIntegerField(
        _("days of a champion"), default=60, help_text=_("And has been a member for so many days.")
    )
    embed_origins = models.TextField(
        _("sites with the help box"),
        default="*",
        blank=True,
        help_text=_("Addresses like https://shop.example, one a line; * is any site, nothing is none."),
    )
    is_demo = models.BooleanField(default=False, editable=False)
    set_up_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Counts every change that any page may show, such as a name or a category: see feedback.guestpages.
    changes = models.PositiveBigIntegerField(default=1, editable=False)
    _kept: ClassVar["Site | None"] = None

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="site_is_one")]
        verbose_name = _("site")
        verbose_name_plural = _("site")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.touch()

    @classmethod
    def current(cls) -> "Site":
        """The row, to be read only: kept in the process, and read anew when its change number is another."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT changes FROM community_site WHERE id = 1")
            found = cursor.fetchone()
        if found is None:
            return cls(pk=1)
        kept = cls._kept
        if kept is None or kept.changes != found[0]:
            kept = cls._kept = cls.objects.get(pk=1)
        return kept

    @classmethod
    def forget(cls) -> None:
        """Read the row anew: for tests, whose sites begin at the same change number."""
        cls._kept = None

    @classmethod
    def touch(cls) -> None:
        """Say that something which any page may show has changed."""
        if not cls.objects.filter(pk=1).update(changes=models.F("changes") + 1):
            cls.objects.create(pk=1, changes=2)

    @property
    def brand_url(self) -> str:
        return f"/brand.{self.brand_colour.removeprefix('#').lower()}.css" if self.brand_colour else ""

    @property
    def embedders(self) -> list[str]:
        """The sites that may show the help box in a frame: origins, or a single `*`."""
        return ["*"] if "*" in self.embed_origins.split() else self.embed_origins.split()

    @property
    def logo_url(self) -> str:
        return self.logo.url if self.logo else ""
