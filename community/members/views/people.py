from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from community.lib import markdown
from community.lib.answers import safe_next
from community.lib.slots import Slot
from community.lib.times import moment
from community.members import limits
from community.members.forms import PreferencesForm, SettingsForm
from community.members.ignoring import ignored_ids
from community.members.models import Member
from community.members.pages import newest_page
from community.members.preferences import THEME_COOKIE
from community.members.requests import MemberRequest, Request

# Filled by higher rooms: (member, request) → {"template": …, **context} of a section of a profile,
# with nothing in it that this viewer may not see.
profile_sections: Slot[Any] = Slot("sections of a profile")
YEAR = 60 * 60 * 24 * 365


@require_safe
def profile(request: Request, handle: str) -> HttpResponse:
    if handle != handle.lower():
        return redirect(f"/members/{handle.lower()}/", permanent=True)
    member = get_object_or_404(Member.objects.select_related("company"), handle=handle, is_active=True)
    sections = [section(member, request) for section in profile_sections]
    context = {"member": member, "joined": moment(member.joined_at), "sections": sections}
    if request.user.is_authenticated:
        context["is_ignored"] = member.pk in ignored_ids(request.user)
    return render(request, "members/profile.html", context)


@login_required
@require_safe
def me(request: MemberRequest) -> HttpResponse:
    """My activity: my own profile, with what waits for me."""
    return redirect(request.user.get_absolute_url())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_settings(request: MemberRequest) -> HttpResponse:
    member = Member.objects.get(pk=request.user.pk)
    form = SettingsForm(request.POST or None, request.FILES or None, instance=member)
    if request.method == "POST" and form.is_valid():
        form.save()
        with override(member.language):
            messages.success(request, _("Your settings are saved."))
        return redirect("/me/settings/")
    return render(request, "members/settings.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: Request) -> HttpResponse:
    """Language, theme and keys: cookies for guests, settings for members."""
    begun = {"language": request.LANGUAGE_CODE, "theme": request.theme, "keys_on": _keys_on(request)}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=begun, site=request.site)
    if not form.is_valid():
        context = {"form": form, "next": safe_next(request)}
        return render(request, "members/preferences.html", context, status=422 if form.errors else 200)
    chosen = form.cleaned_data
    response = redirect(safe_next(request))
    if request.user.is_authenticated:
        Member.objects.filter(pk=request.user.pk).update(**chosen)
    keys = "on" if chosen["keys_on"] else "off"
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, chosen["language"]), (THEME_COOKIE, chosen["theme"])):
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.IS_PRODUCTION)
    response.set_cookie("keys", keys, max_age=YEAR, samesite="Lax", secure=settings.IS_PRODUCTION)
    return response


def _keys_on(request: Request) -> bool:
    return request.user.keys_on if request.user.is_authenticated else request.COOKIES.get("keys") != "off"


@require_safe
def site_page(request: Request, slug: str) -> HttpResponse:
    try:
        page = newest_page(slug, request.LANGUAGE_CODE, request.site)
    except KeyError as error:
        raise Http404 from error
    html = markdown.render(page.body).html
    return render(request, "members/page.html", {"page": page, "html": html, "at": moment(page.published_at)})


@require_safe
def limits_page(request: Request) -> HttpResponse:
    mine = limits.standing_of(request.user) if request.user.is_authenticated else None
    grades = [(standing, grade, standing == mine) for standing, grade in limits.LIMITS.items()]
    return render(request, "members/limits.html", {"grades": grades})


@require_safe
def keys(request: Request) -> HttpResponse:
    return render(request, "members/keys.html")


@require_safe
def brand(request: Request, colour: str) -> HttpResponse:
    """The stylesheet of a brand colour: its address holds the colour, so it is kept for ever."""
    response = HttpResponse(f":root{{--brand:#{colour}}}\n", content_type="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
