"""What the site knows of a member as a person, for the copy of everything about them."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import IO

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.members.pages import Acceptance
from community.members.privacy import Record, exported_files, exporters

BATCH = 500
FIELDS = (
    "id", "handle", "name", "email", "role", "bio", "language", "time_zone", "theme", "keys_on", "is_active",
    "joined_at", "last_login", "all_read_at", "post_count", "source", "external_id",
)  # fmt: skip


@exporters.filler("profile")
def profile(member: Member) -> Iterator[Record]:
    company = member.company
    yield {name: getattr(member, name) for name in FIELDS} | {
        "has_password": bool(member.password) and member.has_usable_password(),
        "picture": member.picture.name or None,
        "groups": sorted(member.groups.values_list("name", flat=True)),
        "company": company and {"name": company.name, "plan": company.plan},
    }


@exporters.filler("addresses")
def addresses(member: Member) -> Iterator[Record]:
    yield from EmailAddress.objects.filter(user=member).order_by("pk").values("email", "verified", "primary")


@exporters.filler("log-ins")
def log_ins(member: Member) -> Iterator[Record]:
    """How they can log in and where they are logged in; no secrets, which are no information about anybody."""
    for one in Authenticator.objects.filter(user=member).order_by("pk"):
        yield {"kind": one.type, "created_at": one.created_at, "last_used_at": one.last_used_at}
    for account in SocialAccount.objects.filter(user=member).order_by("pk"):
        told = {"id": account.uid, "said": account.extra_data, "last_used_at": account.last_login}
        yield {"kind": account.provider, **told}
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator(BATCH):
        if store.decode(session.session_data).get("_auth_user_id") == str(member.pk):
            yield {"kind": "session", "ends_at": session.expire_date}


@exporters.filler("acceptances")
def acceptances(member: Member) -> Iterator[Record]:
    yield from Acceptance.objects.filter(member=member).order_by("pk").values("slug", "language", "version", "at")


@exporters.filler("mails")
def mails(member: Member) -> Iterator[Record]:
    """Those on their way to them; what was sent is not kept."""
    known = {member.email or "", *EmailAddress.objects.filter(user=member).values_list("email", flat=True)} - {""}
    yield from OutgoingMail.objects.filter(to__in=known).order_by("pk").values("to", "subject", "created_at", "sent_at")


@exported_files.filler("picture")
def picture(member: Member) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    name = member.picture.name
    if name and member.picture.storage.exists(name):
        yield "picture.webp", lambda: member.picture.storage.open(name)
