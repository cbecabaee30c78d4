"""What is new, in other people's products: the button with its count, and the lines by which it comes there."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.desk.links import DeskLink
from community.members.models import Site
from community.search.loader import script_for
from roadmap.releases.page import published

MOST = 9  # more are told as "9+"
RECENT = timedelta(days=30)  # what counts for whoever never looked
PATH = "/desk/changelog/"


def loader_for(site: Site) -> str:
    """It knows when the latest releases came, so that it counts without asking. One query."""
    times = published().order_by("-published_at", "-pk").prefetch_related(None)[: MOST + 1]
    latest = [int(at.timestamp()) for at in times.values_list("published_at", flat=True) if at]
    known = {"latest": latest, "most": MOST, "recent": int(RECENT.total_seconds())}
    return script_for(site, "roadmap/embed/changelog.js", "changelog", "HearbackChangelog", _words, **known)


def _words(site: Site) -> list[str]:
    return [
        pgettext("opens the changelog", "What’s new"),
        pgettext("a window", "Close"),
        _("What is new at %(name)s") % {"name": site.name},
        pgettext("before a number of releases", "new"),
    ]


def snippet(site: Site) -> dict[str, object]:
    """What staff paste into their own pages, and what it may say."""
    words = pgettext("opens the changelog", "What’s new")
    return {
        "script": f'<script src="{settings.SITE_URL}/embed/changelog.js" async></script>',
        "link": f'<a href="{settings.SITE_URL}/embed/changelog/" data-hearback-changelog>{words}</a>',
        "options": [
            ('data-language="pl"', _("The language; without it, that of the page.")),
            ('data-theme="dark"', _("Light or dark; without it, as the device has it.")),
            ('data-side="end"', _("The other corner.")),
            ('data-label="…"', _("The words on the button.")),
            (
                'data-launcher="none"',
                _("No button: only your own links open it. They carry the number in data-hearback-count."),
            ),
        ],
        "embedders": site.embedders,
    }


def link() -> DeskLink:
    return DeskLink(_("What is new, in your product"), PATH)
