from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.conversations import change
from community.conversations.access import why_no_reply
from community.conversations.composer import edit_composer, reply_composer
from community.conversations.forms import ReplyForm
from community.conversations.models import Reply
from community.conversations.permissions import may_edit, may_remove, may_restore
from community.conversations.post import ReplyRefused, post_reply
from community.feedback.access import open_item
from community.feedback.attach_button import attached
from community.feedback.begun import begin
from community.feedback.drafts import discard_draft
from community.feedback.models import Item
from community.lib.answers import back, refuse
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.requests import MemberRequest, Request


def visible_reply(request: Request, pk: int) -> Reply:
    open_item(request.user, pk)
    return get_object_or_404(Reply.objects.select_related("item__author", "item__place", "about"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: Request, pk: int) -> HttpResponse:
    """GET is the composer on its own, where guests and those without script write; POST sends it."""
    about = open_item(request.user, pk, Item.objects.select_related("place"))
    reason = why_no_reply(about, request.user)
    if reason:
        refuse(reason)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if not attached(request, form) and form.is_valid():
        answer = _send(request, about, form)
        if answer:
            return answer
    composer = reply_composer(request, about, form)
    if request.htmx and request.method == "GET":
        return render(request, "components/composer.html", {"composer": composer})
    status = 422 if form.errors else 200
    return render(request, "conversations/reply.html", {"about": about, "composer": composer}, status=status)


def _send(request: Request, about: Item, form: ReplyForm) -> HttpResponse | None:
    said = form.cleaned_data
    body, number, is_trapped = said["body"], said["reply_to"], said["homepage"]
    if not request.user.is_authenticated:
        return begin(request, "reply", item=about, body=body, reply_to=number, is_trapped=is_trapped)
    answered = Reply.objects.filter(about=about, number=number).first() if number else None
    try:
        posted = post_reply(
            about, by=request.user, body=body, in_reply_to=answered, is_official=said["is_official"],
            is_trapped=is_trapped,
        )  # fmt: skip
    except (MarkdownRefused, LimitReached, ReplyRefused) as refusal:
        form.add_error("body", str(refusal))
        return None
    if posted.reply.item.state == Item.State.HELD:
        messages.info(request, _("Thank you. Your reply appears as soon as it is approved."))
    return back(request, posted.reply.item.path)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    reply = visible_reply(request, pk)
    if not may_edit(reply, request.user):
        refuse(_("Only its author and staff can edit this reply."))
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if not attached(request, form) and form.is_valid():
        try:
            change.edit(reply, by=request.user, body=form.cleaned_data["body"])
            if reply.item.state == Item.State.HELD and not request.user.is_staff:
                messages.info(request, _("Thank you. Your changes appear as soon as they are approved."))
            discard_draft(request.user, f"edit:{pk}")
            return back(request, reply.item.path)
        except (MarkdownRefused, LimitReached) as refusal:
            form.add_error("body", str(refusal))
    composer = edit_composer(request, reply.item, form, action=f"/replies/{pk}/edit/")
    status = 422 if form.errors else 200
    context = {"about": reply.about, "composer": composer, "number": reply.number}
    return render(request, "conversations/edit.html", context, status=status)


@require_POST
@login_required
def removal(request: MemberRequest, pk: int) -> HttpResponse:
    reply = visible_reply(request, pk)
    if not may_remove(reply, request.user):
        refuse(_("Only its author and staff can remove this reply."))
    change.remove(reply, by=request.user)
    messages.success(request, _("The reply is removed. You can still undo it where it stood."))
    return back(request, reply.item.path)


@require_POST
@login_required
def restoration(request: MemberRequest, pk: int) -> HttpResponse:
    # Removed words are not visible to their author any more, so visible_to would hide the undo.
    reply = get_object_or_404(Reply.objects.select_related("item", "about"), pk=pk)
    get_object_or_404(Item.objects.visible_to(request.user), pk=reply.about_id)
    if not may_restore(reply, request.user):
        refuse(_("Authors can undo a removal within a day, staff always."))
    change.restore(reply, by=request.user)
    return back(request, reply.item.path)


@require_POST
@login_required
def approval(request: MemberRequest, pk: int) -> HttpResponse:
    reply = visible_reply(request, pk)
    if not request.user.may("moderate"):
        refuse(_("Only staff approve replies."))
    change.approve(reply, by=request.user)
    return back(request, reply.item.path)
