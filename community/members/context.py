"""What the shell of every page needs."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from community.lib.avatars import Avatar
from community.lib.slots import Slot
from community.members import live
from community.members.models import Member
from community.members.requests import Request


class Viewer:
    """The member as the shell shows them."""

    def __init__(self, member: Member) -> None:
        self.name: str = member.display_name
        self.handle: str = member.handle
        self.is_staff: bool = member.is_staff
        self.is_admin: bool = member.is_admin
        self.avatar: Avatar = member.avatar
        self.pages: list[tuple[str, Any, str]] = list(my_pages)


NOTIFICATIONS = "/me/notifications/"
SEARCH = "/search/"

# Filled by rooms with (path prefix, lazy label, icon) of what stands in the main navigation, in order.
navigation: Slot[tuple[str, Any, str]] = Slot("the main navigation")
# Filled by rooms with (path, lazy label, icon) of what members find about themselves in their menu.
my_pages: Slot[tuple[str, Any, str]] = Slot("pages about oneself")
# Filled by rooms with (path, lazy label) of what stands at the foot of every page.
about: Slot[tuple[str, Any]] = Slot("links at the foot")
IN_BAR = 3  # of those, on a phone


@lru_cache(maxsize=100)
def footer(language: str, is_member: bool, notifications_url: str) -> SafeString:
    """The foot of every page, made once for each language."""
    bar = list(navigation)[:IN_BAR]
    words = {"is_member": is_member, "notifications_url": notifications_url, "before": bar[:2], "after": bar[2:]}
    words["about"] = list(about)
    return render_to_string("components/footer.html", words)


def shell(request: Request) -> dict[str, Any]:
    site = getattr(request, "site", None)
    if site is None:  # an error page made before the site was read
        return {}
    member = request.user if request.user.is_authenticated else None
    path = request.path
    return {
        "viewer": Viewer(member) if member else None,
        "theme": request.theme,
        "keys_on": member.keys_on if member else request.COOKIES.get("keys") != "off",
        "languages": settings.LANGUAGES,
        "nav": [(label, href, path.startswith(href)) for href, label, _icon in navigation],
        "search_url": SEARCH,
        "notifications_url": NOTIFICATIONS,
        "live": live.token(member.pk) if member else "",
        "unread_count": member.unread_count if member else 0,
        "footer": footer(request.LANGUAGE_CODE, member is not None, NOTIFICATIONS if member else ""),
    }
