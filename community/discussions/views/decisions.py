"""Pin, closure, solution, removal, approval, consent and publication: each a noun, each by POST."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from community.conversations.models import Reply
from community.discussions import decide, permissions
from community.discussions.models import Thread
from community.discussions.views.threads import visible_thread
from community.feedback.models import Item
from community.lib.answers import back, refuse
from community.members.models import Member
from community.members.requests import MemberRequest

View = Callable[..., HttpResponse]
_ONLY_STAFF = _("Only staff can do this.")
_ONLY_THE_ASKER = _("Only the asker and staff choose the solution.")


def _is_staff(_thread: Thread, viewer: Member) -> bool:
    return viewer.may("moderate")


def _is_author(thread: Thread, viewer: Member) -> bool:
    return thread.item.author_id == viewer.pk


def _decision(
    verb: Callable[..., None],
    may: Callable[[Thread, Member], bool] = _is_staff,
    why_not: str | Promise = _ONLY_STAFF,
) -> View:
    """A view that decides about a thread, for those who may, and goes back to it."""

    @require_POST
    @login_required
    def view(request: MemberRequest, pk: int) -> HttpResponse:
        thread = visible_thread(request, pk)
        if not may(thread, request.user):
            refuse(why_not)
        verb(thread, by=request.user)
        return back(request, thread.item.path)

    return view


pin = _decision(decide.pin)
pin_everywhere = _decision(partial(decide.pin, everywhere=True))
unpin = _decision(decide.unpin)
lock = _decision(partial(decide.close, lock=True))
restore = _decision(decide.restore)
approve = _decision(decide.approve)
close = _decision(decide.close, permissions.may_close, _("Only its author and staff can close this thread."))
reopen = _decision(decide.reopen, permissions.may_close, _("Staff locked this thread: only staff can open it again."))
unsolve = _decision(decide.unsolve, permissions.may_solve, _ONLY_THE_ASKER)
consent = _decision(decide.allow_publication, _is_author, _("Only its author can allow this."))
publish = _decision(
    decide.publish,
    permissions.may_publish,
    _("Staff can publish a private question once its author has allowed it."),
)


@require_POST
@login_required
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    if not permissions.may_edit(thread, request.user):
        refuse(_("Only its author and staff can remove this thread."))
    if thread.item.reply_count and not request.user.may("moderate"):
        refuse(_("Others have replied, so this thread stays. Close it, or ask staff to remove it."))
    decide.remove(thread, by=request.user)
    messages.success(request, _("The thread is removed."))
    # Its author cannot see it any more; staff can, and may undo it there.
    return back(request, thread.item.path if request.user.may("moderate") else "/discussions/")


@require_POST
@login_required
def solve(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    if not permissions.may_solve(thread, request.user):
        refuse(_ONLY_THE_ASKER)
    visible = Reply.objects.filter(item__state=Item.State.VISIBLE)
    reply = get_object_or_404(visible.select_related("item"), about=thread.pk, number=number)
    decide.solve(thread, reply, by=request.user)
    return back(request, thread.item.path)
