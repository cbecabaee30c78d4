"""Where staff put a survey into their own product."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.knowledge.languages import name_of
from community.members.requests import MemberRequest
from surveys.campaigns.views import METHODS, one_of, surveyors_only
from surveys.embed.forms import WidgetForm
from surveys.embed.link import address_of, png, svg
from surveys.embed.models import Widget, new_secret


@require_http_methods(METHODS)
@surveyors_only
def widget(request: MemberRequest, pk: int) -> HttpResponse:
    """Where and when it shows; once that is kept, what is pasted into the pages, and the survey itself to try."""
    campaign = one_of(pk)
    there = Widget.objects.filter(pk=pk).first()
    form = WidgetForm(request.POST or None, instance=there or Widget(campaign=campaign))
    if form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return redirect(request.path)
    kept = Widget.objects.filter(pk=pk).first() if form.errors else there
    context: dict[str, Any] = {"form": form, "campaign": campaign, "widget": kept, "is_tried": "try" in request.GET}
    if kept:
        context |= _snippets(kept)
    return render(request, "surveys/embed/widget.html", context, status=422 if form.errors else 200)


@require_POST
@surveyors_only
def secret(request: MemberRequest, pk: int) -> HttpResponse:
    """A new secret: signatures made with the old one count no more."""
    there = get_object_or_404(Widget, pk=pk)
    there.secret = new_secret()
    there.save(update_fields=["secret"])
    messages.success(request, _("The old secret counts no more. Put the new one into your product."))
    return redirect("desk-survey-embed", pk=pk)


@require_safe
@surveyors_only
def link(request: MemberRequest, pk: int) -> HttpResponse:
    """The address to be sent or printed, in any language, and why nobody can answer there, if so."""
    campaign, there = one_of(pk), Widget.objects.filter(pk=pk).first()
    language = _language(request)
    context: dict[str, Any] = {
        "campaign": campaign,
        "widget": there,
        "languages": _languages(request),
        "code": language,
    }
    if there:
        address = address_of(there, language)
        context |= {"address": address, "drawing": svg(address)}
    return render(request, "surveys/embed/link.html", context)


@require_POST
@surveyors_only
def make_link(request: MemberRequest, pk: int) -> HttpResponse:
    Widget.objects.get_or_create(campaign=one_of(pk))
    return redirect("desk-survey-link", pk=pk)


@require_safe
@surveyors_only
def code(request: MemberRequest, pk: int, kind: str) -> HttpResponse:
    """The drawing as a file to be printed."""
    address = address_of(get_object_or_404(Widget, pk=pk), _language(request))
    made, mime = (png(address), "image/png") if kind == "png" else (svg(address), "image/svg+xml")
    name = "-".join(filter(None, (f"survey-{pk}", _language(request))))
    return HttpResponse(made, mime, headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'})


def _language(request: MemberRequest) -> str:
    said = request.GET.get("language", "")
    return said if said in dict(settings.LANGUAGES) else ""


def _languages(request: MemberRequest) -> list[tuple[str, str, bool]]:
    """The reader's first, as components/tabs.html wants them."""
    chosen = _language(request)
    names = [("", _("The reader’s language")), *((code, name_of(code)) for code, _name in settings.LANGUAGES)]
    return [(name, f"?language={code}" if code else "?", code == chosen) for code, name in names]


def _snippets(there: Widget) -> dict[str, str]:
    """What is pasted into pages, called there, and made on the server."""
    return {
        "script": f'<script async src="{settings.SITE_URL}/embed/hearback.js" data-key="{there.key}"></script>',
        "call": 'Hearback.identify({id: "42", hash: "…", traits: {name: "Ann", language: "en"}})',
        "sign": 'hash = hmac.new(SECRET, b"42", "sha256").hexdigest()',
    }
