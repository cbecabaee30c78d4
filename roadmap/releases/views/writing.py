from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from community.feedback.attach_button import attached
from community.feedback.models import Item
from community.lib.answers import back, refuse
from community.lib.isolate import isolated
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.requests import MemberRequest
from roadmap.ideas.permissions import may_move
from roadmap.releases.forms import EntryForm, ReleaseForm
from roadmap.releases.models import Entry, Release
from roadmap.releases.publish import how_many, publish
from roadmap.releases.write import (
    change_release,
    draft_release,
    remove_entry,
    restore_release,
    withdraw_release,
    write_entry,
)

METHODS = ["GET", "HEAD", "POST"]


def _for_staff(request: MemberRequest, pk: int | None = None) -> Release | None:
    if not may_move(request.user):
        refuse(_("Only staff write releases."))
    return get_object_or_404(Release.objects.select_related("item"), pk=pk) if pk is not None else None


@login_required
@require_http_methods(METHODS)
def new(request: MemberRequest) -> HttpResponse:
    _for_staff(request)
    begun = {"language": request.LANGUAGE_CODE}
    form = ReleaseForm(request.POST if request.method == "POST" else None, initial=begun)
    if not attached(request, form) and form.is_valid():
        try:
            release = draft_release(form.told(), by=request.user)
            return back(request, release.item.path)
        except (MarkdownRefused, LimitReached) as refusal:
            form.add_error("body", str(refusal))
    return render(request, "roadmap/write.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(METHODS)
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    release = _for_staff(request, pk)
    assert release is not None
    form = ReleaseForm(request.POST if request.method == "POST" else None, release=release)
    if not attached(request, form) and form.is_valid():
        try:
            change_release(release, form.told(), by=request.user)
            return back(request, release.item.path)
        except (MarkdownRefused, LimitReached) as refusal:
            form.add_error("body", str(refusal))
    context = {"form": form, "item": release.item}
    return render(request, "roadmap/write.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(METHODS)
def entry(request: MemberRequest, pk: int, entry: int = 0) -> HttpResponse:
    """One more entry, or one that is there."""
    release = _for_staff(request, pk)
    assert release is not None
    there = get_object_or_404(Entry, pk=entry, release=release) if entry else None
    form = EntryForm(request.POST if request.method == "POST" else None, request=request, entry=there)
    if not attached(request, form) and form.is_valid():
        try:
            written = write_entry(release, form.line(), by=request.user, entry=there)
            _say_what_stays(request, written.taken_off)
            return back(request, release.item.path)
        except MarkdownRefused as refusal:
            form.add_error("body", str(refusal))
    context = {"form": form, "item": release.item, "entry": there}
    return render(request, "roadmap/entry.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(METHODS)
def entry_removal(request: MemberRequest, pk: int, entry: int) -> HttpResponse:
    """GET says what goes; POST deletes the entry with its text."""
    release = _for_staff(request, pk)
    assert release is not None
    there = get_object_or_404(Entry, pk=entry, release=release)
    if request.method != "POST":
        return render(request, "roadmap/removal.html", {"release": release, "item": release.item, "entry": there})
    _say_what_stays(request, remove_entry(there, by=request.user))
    messages.success(request, _("“%(title)s” is removed.") % {"title": there.title})
    return back(request, release.item.path)


def _say_what_stays(request: MemberRequest, taken_off: list[Item]) -> None:
    """Of what an entry fulfils no more: its stage is for staff to decide."""
    if taken_off:
        words = ngettext(
            "%(titles)s is taken off this release and still stands at “shipped”. Move it if it did not ship.",
            "%(titles)s are taken off this release and still stand at “shipped”. Move those that did not ship.",
            len(taken_off),
        )
        titles = pgettext("between two of a list", ", ").join(f"“{isolated(item.title)}”" for item in taken_off)
        messages.warning(request, words % {"titles": titles})


@login_required
@require_http_methods(METHODS)
def publication(request: MemberRequest, pk: int) -> HttpResponse:
    """GET says what will happen and how many hear of it; POST publishes."""
    release = _for_staff(request, pk)
    assert release is not None
    if request.method != "POST" and release.item.is_visible and not release.is_published:
        context = {"release": release, "item": release.item, "people": how_many(release, by=request.user)}
        return render(request, "roadmap/publication.html", context)
    if request.method == "POST" and publish(release, by=request.user):
        messages.success(request, _("“%(title)s” is published.") % {"title": release.item.title})
    else:
        messages.error(request, _("It is published already, or it was removed."))
    return back(request, release.item.path)


@login_required
@require_http_methods(METHODS)
def removal(request: MemberRequest, pk: int) -> HttpResponse:
    """GET says what goes out of sight; POST takes the release off the changelog."""
    release = _for_staff(request, pk)
    assert release is not None
    if request.method != "POST" and release.item.is_visible:
        return render(request, "roadmap/removal.html", {"release": release, "item": release.item, "entry": None})
    if request.method == "POST" and withdraw_release(release, by=request.user):
        messages.success(request, _("“%(title)s” is removed.") % {"title": release.item.title})
    return back(request, release.item.path)


@require_POST
@login_required
def restoration(request: MemberRequest, pk: int) -> HttpResponse:
    release = _for_staff(request, pk)
    assert release is not None
    if restore_release(release, by=request.user):
        messages.success(request, _("“%(title)s” is back.") % {"title": release.item.title})
    return back(request, release.item.path)
