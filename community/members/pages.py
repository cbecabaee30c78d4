"""Terms, privacy, guidelines and imprint: ours until the site writes its own."""

from pathlib import Path

from community.members.models import Site, SitePage

SHIPPED = Path(__file__).parent / "default_pages"


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
