"""The first minutes of a site without demo data."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.lib.slots import Slot
from community.members.forms import SetUpForm
from community.members.models import Member, Site
from community.members.requests import Request
from community.members.roles import Role

# Filled by the room that knows categories: makes one from each name.
first_categories: Slot[object] = Slot("making the first categories")


def set_up_key() -> str:
    """What proves that whoever sets the site up also started it: derived from its secret key."""
    return salted_hmac("hearback.setup", "key").hexdigest()[:12]


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: Request) -> HttpResponse:
    if request.site.set_up_at:
        return redirect("/")
    form = SetUpForm(request.POST or None, initial=_begun(request))
    if request.method == "POST" and form.is_valid() and _may_set_up(form):
        admin = _set_up(form)
        if admin is None:  # a second click, or somebody else was faster
            return redirect("/")
        login(request, admin, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect("/")
    return render(request, "members/setup.html", {"form": form}, status=422 if form.errors else 200)


def _begun(request: Request) -> dict[str, object]:
    """What the form begins with: the visitor's language, all of ours, and three example categories."""
    examples = [_("Announcements"), _("Questions"), _("Good to know")]
    return {
        "language": request.LANGUAGE_CODE,
        "languages": [code for code, _name in settings.LANGUAGES],
        "categories": "\n".join(examples),
    }


def _may_set_up(form: SetUpForm) -> bool:
    said = dict(form.cleaned_data)  # add_error takes out what it names
    if not constant_time_compare(said["key"].strip(), set_up_key()):
        form.add_error("key", _("This is not the key. Copy it from the terminal where the site was started."))
    elif _is_known(said["email"]):  # told to nobody without the key
        words = _("An imported member has this address. Use another one here, then make them administrator in /admin/.")
        form.add_error("email", words)
    if Member.objects.filter(handle=said["handle"].lower()).exists():  # people were imported before
        form.add_error("handle", _("This handle is taken, or looks like one of staff. Choose another one."))
    try:
        validate_password(said["password"], Member(handle=said["handle"], email=said["email"]))
    except ValidationError as error:
        form.add_error("password", error)
    return form.is_valid()


def _is_known(email: str) -> bool:
    further = EmailAddress.objects.filter(email__iexact=email)
    return further.exists() or Member.objects.filter(email__iexact=email).exists()


@transaction.atomic
def _set_up(form: SetUpForm) -> Member | None:
    said = form.cleaned_data
    site, _created = Site.objects.select_for_update().get_or_create(pk=1)
    if site.set_up_at:
        return None
    site.name, site.language, site.brand_colour = said["name"], said["language"], said["brand_colour"]
    site.languages = sorted({*said["languages"], said["language"]})
    site.set_up_at = timezone.now()
    site.save()
    admin = Member.objects.create_user(
        said["handle"].lower(), said["email"], said["password"], role=Role.ADMIN, language=said["language"]
    )
    EmailAddress.objects.create(user=admin, email=said["email"], verified=True, primary=True)
    for make in first_categories:
        make([name.strip()[:80] for name in said["categories"].splitlines() if name.strip()][:20])  # type: ignore[operator]
    Site.touch()
    return admin
