from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.conversations.models import Reply
from community.discussions import permissions, relocate
from community.discussions.forms import MergeForm, MoveForm, SplitForm
from community.discussions.models import Relocation, Thread
from community.discussions.page import visible_thread_in_full
from community.discussions.relocate import RelocationRefused
from community.discussions.views.threads import visible_thread
from community.feedback.models import Item
from community.lib.answers import back, refuse
from community.members.requests import MemberRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(FORM_METHODS)
def move(request: MemberRequest, pk: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    if not permissions.may_move(thread, request.user):
        refuse(_("Only champions and staff can move this thread."))
    form = MoveForm(_said(request), initial={"place": thread.item.place_id}, request=request)

    def moved() -> str:
        relocate.move(thread, form.cleaned_data["place"].category, by=request.user)
        return thread.item.path

    return _answer(request, thread, form, moved, blamed="place", heading=_("Move"), submit=_("Move"))


@login_required
@require_http_methods(FORM_METHODS)
def merge(request: MemberRequest, pk: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    _staff_only(request)
    form = MergeForm(_said(request))

    def merged() -> str:
        target = visible_thread_in_full(request.user, form.cleaned_data["into"])
        if target is None:
            raise RelocationRefused(_("There is no thread with this number."))
        relocate.merge(thread, target, by=request.user)
        messages.success(request, _("The threads are merged. You can undo it here."))
        return target.item.path

    return _answer(request, thread, form, merged, blamed="into", heading=_("Merge into another"), submit=_("Merge"))


@login_required
@require_http_methods(FORM_METHODS)
def split(request: MemberRequest, pk: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    _staff_only(request)
    there = Reply.objects.filter(about=thread.pk, item__state=Item.State.VISIBLE).select_related("item__author")
    form = SplitForm(_said(request), replies=there.filter(number__gt=_last_number_before(request)))

    def split_off() -> str:
        chosen = there.filter(pk__in=form.cleaned_data["replies"])
        return relocate.split(thread, chosen, form.cleaned_data["title"], by=request.user).target.path

    return _answer(request, thread, form, split_off, blamed="replies", heading=_("Split"), submit=_("Split"))


@require_POST
@login_required
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    _staff_only(request)
    relocation = get_object_or_404(Relocation.objects.select_related("source", "target"), pk=pk)
    try:
        relocate.undo(relocation, by=request.user)
    except RelocationRefused as refusal:
        messages.error(request, str(refusal))
    return back(request, relocation.source.path)


def _staff_only(request: MemberRequest) -> None:
    if not request.user.may("moderate"):
        refuse(_("Only staff can do this."))


def _said(request: MemberRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _last_number_before(request: MemberRequest) -> int:
    """The number of the last reply on the pages before the one that is asked for."""
    page = request.GET.get("page", "1")
    return (int(page) - 1) * 20 if page.isascii() and page.isdigit() and len(page) < 9 else 0


def _answer(
    request: MemberRequest,
    thread: Thread,
    form: Form,
    relocated: Callable[[], str],
    *,
    blamed: str,
    heading: str,
    submit: str,
) -> HttpResponse:
    """Relocate what the form says and go there; a refusal is said at the field `blamed`."""
    if form.is_valid():
        try:
            return back(request, relocated())
        except RelocationRefused as refusal:
            form.add_error(blamed, str(refusal))
    context = {"thread": thread, "form": form, "heading": heading, "submit": submit}
    return render(request, "discussions/relocation.html", context, status=422 if form.errors else 200)
