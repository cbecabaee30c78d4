"""Pin, closure, solution, removal, approval, consent and publication: each a noun, each by POST."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.conversations.models import Reply
from community.discussions import decide, permissions
from community.discussions.models import Thread
from community.discussions.views.threads import visible_thread
from community.feedback.models import Item
from community.lib.answers import back, refuse
from community.members.requests import MemberRequest

View = Callable[..., HttpResponse]


def _staff_only(request: MemberRequest) -> None:
    if not request.user.may("moderate"):
        refuse(_("Only staff can do this."))


def _decision(act: Callable[[MemberRequest, Thread], None]) -> View:
    """A view that lets `act` check and decide, and goes back to the thread."""

    @require_POST
    @login_required
    def view(request: MemberRequest, pk: int) -> HttpResponse:
        thread = visible_thread(request, pk)
        act(request, thread)
        return back(request, thread.item.path)

    return view


def _pin(everywhere: bool) -> Callable[[MemberRequest, Thread], None]:
    def act(request: MemberRequest, thread: Thread) -> None:
        _staff_only(request)
        decide.pin(thread, by=request.user, everywhere=everywhere)

    return act


def _unpin(request: MemberRequest, thread: Thread) -> None:
    _staff_only(request)
    decide.unpin(thread, by=request.user)


def _close(request: MemberRequest, thread: Thread) -> None:
    if not permissions.may_close(thread, request.user):
        refuse(_("Only its author and staff can close this thread."))
    decide.close(thread, by=request.user)


def _lock(request: MemberRequest, thread: Thread) -> None:
    _staff_only(request)
    decide.close(thread, by=request.user, lock=True)


def _reopen(request: MemberRequest, thread: Thread) -> None:
    if not permissions.may_close(thread, request.user):
        refuse(_("Staff locked this thread: only staff can open it again."))
    decide.reopen(thread, by=request.user)


def _unsolve(request: MemberRequest, thread: Thread) -> None:
    if not permissions.may_solve(thread, request.user):
        refuse(_("Only the asker and staff choose the solution."))
    decide.unsolve(thread, by=request.user)


def _remove(request: MemberRequest, thread: Thread) -> None:
    if not permissions.may_edit(thread, request.user):
        refuse(_("Only its author and staff can remove this thread."))
    if thread.item.reply_count and not request.user.may("moderate"):
        refuse(_("Others have replied, so this thread stays. Close it, or ask staff to remove it."))
    decide.remove(thread, by=request.user)
    messages.success(request, _("The thread is removed."))


def _restore(request: MemberRequest, thread: Thread) -> None:
    _staff_only(request)
    decide.restore(thread, by=request.user)


def _approve(request: MemberRequest, thread: Thread) -> None:
    _staff_only(request)
    decide.approve(thread, by=request.user)


def _consent(request: MemberRequest, thread: Thread) -> None:
    if thread.item.author_id != request.user.pk:
        refuse(_("Only its author can allow this."))
    decide.allow_publication(thread, by=request.user)


def _publish(request: MemberRequest, thread: Thread) -> None:
    if not permissions.may_publish(thread, request.user):
        refuse(_("Staff can publish a private question once its author has allowed it."))
    decide.publish(thread, by=request.user)


pin = _decision(_pin(everywhere=False))
pin_everywhere = _decision(_pin(everywhere=True))
unpin = _decision(_unpin)
close = _decision(_close)
lock = _decision(_lock)
reopen = _decision(_reopen)
unsolve = _decision(_unsolve)
restore = _decision(_restore)
approve = _decision(_approve)
consent = _decision(_consent)
publish = _decision(_publish)


@require_POST
@login_required
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    _remove(request, thread)
    # Its author cannot see it any more; staff can, and may undo it there.
    return back(request, thread.item.path if request.user.may("moderate") else "/discussions/")


@require_POST
@login_required
def solve(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    if not permissions.may_solve(thread, request.user):
        refuse(_("Only the asker and staff choose the solution."))
    visible = Reply.objects.filter(item__state=Item.State.VISIBLE)
    reply = get_object_or_404(visible.select_related("item"), about=thread.pk, number=number)
    decide.solve(thread, reply, by=request.user)
    return back(request, thread.item.path)
