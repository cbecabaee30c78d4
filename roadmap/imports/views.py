from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.lib.answers import back, refuse
from community.lib.csv_files import FileRefused
from community.lib.times import moment
from community.members.requests import MemberRequest
from roadmap.imports import task
from roadmap.imports.export import MEDIA, export_of
from roadmap.imports.forms import MappingForm, UploadForm
from roadmap.imports.models import Import
from roadmap.imports.preview import preview
from roadmap.imports.report import count_lines, warning_lines
from roadmap.imports.upload import begin
from roadmap.imports.upload import discard as discard_upload

MOST = 50  # imports in the list
View = Callable[..., HttpResponseBase]


def for_managers(view: View) -> View:
    @wraps(view)
    @login_required
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.may("import ideas"):
            refuse(_("Only managers and administrators import ideas."))
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def index(request: MemberRequest) -> HttpResponse:
    """Upload a file; the imports so far."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            one = begin(form.cleaned_data["file"], by=request.user, format=form.cleaned_data["format"])
            return back(request, one.get_absolute_url())
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        except OSError:
            form.add_error("file", _("The file cannot be kept at the moment. Try again later."))
    imports = [(one, moment(one.at)) for one in Import.objects.select_related("by")[:MOST]]
    context = {"form": form, "imports": imports, "exports": list(MEDIA) if request.user.may("export ideas") else []}
    return render(request, "roadmap/imports.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def one(request: MemberRequest, pk: int) -> HttpResponse:
    """Before it is started what the file would become, and what its columns are; afterwards how far it is."""
    found = _open(pk)
    if not found.may_start or found.state != Import.State.DRAFT:
        return render(request, "roadmap/import_run.html", {"one": found, **_told(found)})
    refused = _map(request, found)
    return refused or back(request, found.get_absolute_url())


def _map(request: MemberRequest, found: Import) -> HttpResponse | None:
    """Keep what the form says about the file; the page, where it says nothing yet, or what cannot be."""
    seen = preview(found)
    form = MappingForm(request.POST if request.method == "POST" else None, one=found, seen=seen)
    if form.is_valid():
        said = form.cleaned_data
        found.put(
            columns=form.columns, stages=form.stages, area=said["area"], language=said["language"], name=said["name"]
        )
        return None
    context = {"one": found, "seen": seen, "form": form}
    return render(request, "roadmap/import.html", context, status=422 if form.errors else 200)


def _open(pk: int) -> Import:
    return get_object_or_404(Import.objects.select_related("area", "by"), pk=pk)


def _told(found: Import) -> dict[str, Any]:
    """Its progress and its report in words."""
    numbers = {"done": found.done, "total": found.total}
    text = _("%(done)s of %(total)s") % numbers if found.total else ""
    left = found.seconds_left
    if left is not None and found.is_under_way:
        minutes = max(round(left / 60), 1)
        text += ", " + ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes) % {"n": minutes}
    return {
        "progress": text,
        "counts": count_lines(found.report.get("counts", {})),
        "warnings": warning_lines(found.report.get("warnings", [])),
        "number_of_warnings": sum(found.report.get("warned", {}).values()),
        "at": moment(found.at),
    }


@require_POST
@for_managers
def run(request: MemberRequest, pk: int) -> HttpResponse:
    """Import it as the form beside the button says, or start it once more as it was."""
    found = _open(pk)
    if found.may_start and found.state == Import.State.DRAFT and "language" in request.POST:
        refused = _map(request, found)
        if refused:
            return refused
    if not task.start(found):
        messages.info(request, _("It was started already, or its file is gone. Upload it again if you need it."))
    return back(request, found.get_absolute_url())


@require_POST
@for_managers
def withdrawal(request: MemberRequest, pk: int) -> HttpResponse:
    """Undo this import."""
    found = _open(pk)
    if not task.start_undo(found):
        messages.info(request, _("This cannot be undone now: it is under way, or undone already."))
    return back(request, found.get_absolute_url())


@require_POST
@for_managers
def discard(request: MemberRequest, pk: int) -> HttpResponse:
    found = _open(pk)
    if found.state == Import.State.DRAFT:
        discard_upload(found)
        messages.success(request, _("The file is deleted. Nothing was imported."))
    return back(request, "/desk/import-ideas/")


@require_safe
@login_required
def export(request: MemberRequest) -> HttpResponseBase:
    """Everything about ideas as a file, written while it is sent."""
    if not request.user.may("export ideas"):
        refuse(_("Only administrators export ideas: the file holds addresses of people."))
    format = request.GET.get("format", "csv")
    if format not in MEDIA:
        raise Http404
    response = StreamingHttpResponse(export_of(format), content_type=MEDIA[format])
    response["Content-Disposition"] = f'attachment; filename="ideas-{timezone.now():%Y-%m-%d}.{format}"'
    response["Cache-Control"] = "private, no-store"
    return response
