"""Terms, privacy, guidelines and imprint: ours until the site writes its own."""

from pathlib import Path

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.members.models import Member, Site

SHIPPED = Path(__file__).parent / "default_pages"


class SitePage(models.Model):
    """One version of terms, privacy, guidelines or imprint in one language; the newest is shown."""

    class Slug(models.TextChoices):
        TERMS = "terms", _("Terms")
        PRIVACY = "privacy", _("Privacy")
        GUIDELINES = "guidelines", _("Guidelines")
        IMPRINT = "imprint", _("Imprint")

    slug = models.CharField(_("page"), max_length=20, choices=Slug.choices)
    language = models.CharField(_("language"), max_length=10)
    version = models.PositiveIntegerField(_("version"), editable=False)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    published_at = models.DateTimeField(_("published"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["slug", "language", "-version"]
        constraints = [models.UniqueConstraint(fields=["slug", "language", "version"], name="sitepage_version_once")]
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def __str__(self) -> str:
        return f"{self.slug} ({self.language}) {self.version}"

    def get_absolute_url(self) -> str:
        return f"/pages/{self.slug}/"


class Acceptance(models.Model):
    """That a member accepted one version of a page, and when."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="acceptances")
    slug = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "slug", "language", "version"], name="acceptance_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.slug} {self.version}"


def newest_page(slug: str, language: str, site: Site) -> SitePage:
    """The page in this language, else in the site's, else ours; version 0 is ours.

    Raises KeyError for a slug that is no page.
    """
    if slug not in SitePage.Slug.values:
        raise KeyError(slug)
    for wanted in dict.fromkeys([language, site.language]):
        page = SitePage.objects.filter(slug=slug, language=wanted).order_by("-version").first()
        if page:
            return page
    return _shipped(slug, language, site)


def _shipped(slug: str, language: str, site: Site) -> SitePage:
    file = SHIPPED / f"{slug}.{language}.md"
    if not file.exists():
        language, file = "en", SHIPPED / f"{slug}.en.md"
    first, _newline, body = file.read_text(encoding="utf-8").replace("{site}", site.name).partition("\n")
    return SitePage(slug=slug, language=language, version=0, title=first.removeprefix("# ").strip(), body=body.strip())


def publish_page(slug: str, language: str, title: str, body: str) -> SitePage:
    """A new version of a page; the earlier ones stay, for whoever accepted them."""
    last = SitePage.objects.filter(slug=slug, language=language).order_by("-version").first()
    page = SitePage.objects.create(
        slug=slug, language=language, version=last.version + 1 if last else 1, title=title, body=body
    )
    Site.touch()
    return page
