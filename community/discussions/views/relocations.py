from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.conversations.models import Reply
from community.conversations.posts import author_name
from community.discussions import permissions, relocate
from community.discussions.forms import MergeForm, MoveForm, SplitForm
from community.discussions.models import Relocation
from community.discussions.page import threads_in_full
from community.discussions.relocate import RelocationRefused
from community.discussions.views.threads import visible_thread
from community.feedback.models import Item
from community.lib.answers import back, refuse
from community.lib.isolate import isolated
from community.lib.markdown import excerpt
from community.members.requests import MemberRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(FORM_METHODS)
def move(request: MemberRequest, pk: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    if not permissions.may_move(thread, request.user):
        refuse(_("Only champions and staff can move this thread."))
    begun = {"place": thread.item.place_id}
    form = MoveForm(request.POST if request.method == "POST" else None, initial=begun, request=request)
    if form.is_valid():
        try:
            relocate.move(thread, form.cleaned_data["place"].category, by=request.user)
            return back(request, thread.item.path)
        except RelocationRefused as refusal:
            form.add_error("place", str(refusal))
    return _form(request, thread, form, heading=_("Move"), submit=_("Move"))


@login_required
@require_http_methods(FORM_METHODS)
def merge(request: MemberRequest, pk: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    if not request.user.may("moderate"):
        refuse(_("Only staff can do this."))
    form = MergeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        visible = Item.objects.visible_to(request.user).values("pk")
        target = threads_in_full().filter(pk=form.cleaned_data["into"], item__in=visible).first()
        try:
            if target is None:
                raise RelocationRefused(_("There is no thread with this number."))
            relocate.merge(thread, target, by=request.user)
            messages.success(request, _("The threads are merged. You can undo it here."))
            return back(request, target.item.path)
        except RelocationRefused as refusal:
            form.add_error("into", str(refusal))
    return _form(request, thread, form, heading=_("Merge into another"), submit=_("Merge"))


@login_required
@require_http_methods(FORM_METHODS)
def split(request: MemberRequest, pk: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    if not request.user.may("moderate"):
        refuse(_("Only staff can do this."))
    page = request.GET.get("page", "1")
    low = (int(page) - 1) * 20 if page.isascii() and page.isdigit() and len(page) < 9 else 0
    there = Reply.objects.filter(about=thread.pk, item__state=Item.State.VISIBLE).select_related("item__author")
    shown = there.filter(number__gt=low).order_by("number")[:100]
    form = SplitForm(request.POST if request.method == "POST" else None)
    form.fields["replies"].choices = [  # type: ignore[attr-defined]
        (reply.pk, f"#{reply.number} {isolated(author_name(reply.item.author))}: {excerpt(reply.item.body, 80)}")
        for reply in shown
    ]
    if form.is_valid():
        chosen = there.filter(pk__in=form.cleaned_data["replies"])
        try:
            relocation = relocate.split(thread, chosen, form.cleaned_data["title"], by=request.user)
            return back(request, relocation.target.path)
        except RelocationRefused as refusal:
            form.add_error("replies", str(refusal))
    return _form(request, thread, form, heading=_("Split"), submit=_("Split"))


@require_POST
@login_required
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    if not request.user.may("moderate"):
        refuse(_("Only staff can do this."))
    relocation = get_object_or_404(Relocation.objects.select_related("source", "target"), pk=pk)
    try:
        relocate.undo(relocation, by=request.user)
    except RelocationRefused as refusal:
        messages.error(request, str(refusal))
    return back(request, relocation.source.path)


def _form(request: MemberRequest, thread: object, form: object, *, heading: str, submit: str) -> HttpResponse:
    context = {"thread": thread, "form": form, "heading": heading, "submit": submit}
    status = 422 if form.errors else 200  # type: ignore[attr-defined]
    return render(request, "discussions/relocation.html", context, status=status)
