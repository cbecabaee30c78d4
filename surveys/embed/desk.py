"""Where staff put a survey into their own product."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.members.requests import MemberRequest
from surveys.campaigns.views import METHODS, one_of, surveyors_only
from surveys.embed.forms import WidgetForm
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


def _snippets(there: Widget) -> dict[str, str]:
    """What is pasted into pages, called there, and made on the server."""
    return {
        "script": f'<script async src="{settings.SITE_URL}/embed/hearback.js" data-key="{there.key}"></script>',
        "link": f"{settings.SITE_URL}{there.path}",
        "call": 'Hearback.identify({id: "42", hash: "…", traits: {name: "Ann", language: "en"}})',
        "sign": 'hash = hmac.new(SECRET, b"42", "sha256").hexdigest()',
    }
