"""The seam to allauth: mails are queued, handles checked, and what a guest had begun is completed."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_email
from allauth.core import context as allauth_context
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from community.lib.fields import LineField
from community.lib.slots import Slot
from community.members.lookalikes import looks_like_staff
from community.members.mail import queue_mail
from community.members.models import Member
from community.members.requests import MemberRequest, Request
from community.members.sanctions import Sanction, appeal_address, in_force

# Filled by rooms with what a guest can begin before signing up; each gets the request after the
# log-in, completes what is its own, and answers where to go, or None.
begun_as_guest: Slot[Callable[[MemberRequest], str | None]] = Slot("what a guest had begun")


GUESSES = "100/h/key"  # passwords tried for one account, right ones included


class SiteName:
    """What mail templates know as current_site."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.domain = urlsplit(settings.SITE_URL).netloc


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        request = allauth_context.request
        words = {
            "request": request,
            "email": email,
            **context,
            "current_site": SiteName(request.site.name),
            "site_url": settings.SITE_URL,
        }
        message = self.render_mail(template_prefix, email, words)
        queue_mail(message.to[0], str(message.subject), str(message.body))

    def clean_username(self, username: str, shallow: bool = False) -> str:
        handle = super().clean_username(username.lower(), shallow=shallow)
        # Shallow too: so are the handles checked that are made from what an identity provider says.
        if looks_like_staff(handle):
            raise ValidationError(_("This handle looks like that of a member of staff. Choose another one."))
        return handle

    def save_user(self, request: Request, user: Member, form: Any, commit: bool = True) -> Member:
        user.language = request.LANGUAGE_CODE
        user.theme = request.theme
        return super().save_user(request, user, form, commit=commit)

    def pre_login(self, request: Request, user: Member, **details: Any) -> HttpResponse | None:
        """Whoever proved to be a suspended member is told why and until when, and stays outside."""
        suspension = in_force(user, Sanction.Kind.SUSPENSION) if user.is_suspended else None
        if suspension:
            words = {"sanction": suspension, "appeal_url": appeal_address(suspension)}
            return render(request, "members/suspended.html", words, status=403)
        return super().pre_login(request, user, **details)

    def post_login(self, request: Request, user: Member, **details: Any) -> HttpResponse:
        response = super().post_login(request, user, **details)
        for complete in begun_as_guest:
            address = complete(request)  # type: ignore[arg-type]
            if address:
                response.headers["Location"] = iri_to_uri(address)
        return response

    def _get_login_attempts_cache_key(self, request: Request, **credentials: Any) -> str:
        # With the address: five wrong guesses from elsewhere must not lock out whose account it is (ABUSE D64).
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"

    def pre_authenticate(self, request: Request, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        # And guesses from many addresses at one account end too; a code by mail still logs in.
        key = super()._get_login_attempts_cache_key(request, **credentials)
        if not ratelimit.consume(request, app="community", action="guess", config={"guess": GUESSES}, key=key):
            raise self.validation_error("too_many_login_attempts")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return "/"


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Signing in by an identity provider never joins an account that has the same address by itself."""

    def populate_user(self, request: Request, sociallogin: Any, data: dict[str, Any]) -> Member:
        user = super().populate_user(request, sociallogin, data)
        with suppress(ValidationError):
            name = LineField(max_length=80, required=False).clean(str(data.get("name") or "")[:80])
            user.name = "" if looks_like_staff(name) else name
        user.language = request.LANGUAGE_CODE
        return user

    def is_open_for_signup(self, request: Request, sociallogin: Any) -> bool:
        return bool(user_email(sociallogin.user))
