"""What a request carries once our middleware has seen it; for types only, Django makes the object."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from community.members.models import Member, Site


class Request(HttpRequest):
    """Anybody's."""

    site: Site  # type: ignore[assignment]
    user: Member | AnonymousUser
    theme: str
    htmx: HtmxDetails
    LANGUAGE_CODE: str
    # What feedback.guestpages notes on the way.
    _kept: tuple[int | None, tuple[int, int] | None, int | None]
    _is_guest_page: bool
    _messages: Any


class MemberRequest(Request):
    """That of somebody who is logged in: what `login_required` lets through."""

    user: Member
