"""The Attach button of a composer: how files come where no script sends them."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from community.feedback.attach import FileRefused, attach
from community.members.limits import LimitReached, count_upload
from community.members.requests import MemberRequest, Request


def attached(request: Request, form: forms.Form) -> bool:
    """Whether the button was pressed. Then nothing is sent: the form shows again what was typed, with the Markdown
    of the files behind it, and why a file was refused.
    """
    if request.method != "POST" or "attach" not in request.POST:
        return False
    form.errors.clear()  # what is missing is said when it is sent
    files = request.FILES.getlist("file")
    reasons = [] if files else [_("Choose a file first.")]
    lines = []
    for file in files:
        try:
            lines.append(_markdown_of(file, request))
        except (FileRefused, LimitReached) as refusal:
            reasons.append(f"{file.name}: {refusal}")
    words = request.POST.copy()
    words["body"] = "\n\n".join(filter(None, [words.get("body", "").rstrip(), *lines]))
    form.data = words
    for reason in reasons:
        form.add_error("body", reason)
    return True


def _markdown_of(file: UploadedFile, request: Request) -> str:
    if not request.user.is_authenticated:
        raise FileRefused(_("Log in to attach files. Your text is kept."), 403)
    member_request: MemberRequest = request  # type: ignore[assignment]
    count_upload(member_request)
    return attach(file, by=request.user, alt=request.POST.get("alt", "")).markdown
