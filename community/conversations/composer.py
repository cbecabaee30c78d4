"""What the composer shows: its text from the form, the draft or the quoted reply, in this order."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from community.conversations.forms import ReplyForm
from community.conversations.models import Reply
from community.conversations.posts import author_name
from community.feedback.drafts import draft_of
from community.feedback.models import APPEAL, Draft, Item
from community.lib.isolate import isolated
from community.members.requests import Request
from community.members.sanctions import why_silenced


@dataclass
class Composer:
    action: str
    label: str
    submit_text: str
    placeholder: str = ""
    name: str = "body"
    body: str = ""
    help: str = ""
    error: str = ""
    reply_to: int | str = ""
    reply_text: str = ""
    draft_url: str = ""
    seq: int = 0
    restored: bool = False
    rows: int = 6
    may_be_official: bool = False
    is_official: bool = False
    or_log_in: bool = False
    is_edit: bool = False
    may_attach: bool = False


def reply_composer(
    request: Request, about: Item, form: ReplyForm | None = None, draft: Draft | None = None
) -> Composer:
    """The composer under a conversation; `?to=7` answers reply 7, `?quote=7` begins with its words."""
    viewer = request.user
    composer = Composer(
        action=f"/items/{about.pk}/reply/",
        label=_("Your reply"),
        placeholder=_("Write a reply. Markdown works; @ mentions somebody."),
        submit_text=_("Reply") if viewer.is_authenticated else _("Sign up and reply"),
        or_log_in=not viewer.is_authenticated,
        may_be_official=viewer.is_authenticated and viewer.may("reply officially"),
        may_attach=viewer.is_authenticated,
    )
    if viewer.is_authenticated:
        composer.draft_url = f"/drafts/reply:{about.pk}/"
        draft = draft or draft_of(viewer, f"reply:{about.pk}")
        composer.error = "" if about.source == APPEAL else why_silenced(viewer)
    _restore(composer, draft)
    _answer(composer, request, about)
    if form is not None and form.is_bound:
        _keep_typed(composer, form)
    return composer


def edit_composer(request: Request, item: Item, form: ReplyForm, *, action: str) -> Composer:
    composer = Composer(
        action=action,
        label=_("Your text"),
        submit_text=_("Save"),
        body=item.body,
        draft_url=f"/drafts/edit:{item.pk}/",
        rows=12,
        is_edit=True,
        may_attach=True,
    )
    _restore(composer, draft_of(request.user, f"edit:{item.pk}"))  # type: ignore[arg-type]
    if form.is_bound:
        _keep_typed(composer, form)
    return composer


def _restore(composer: Composer, draft: Draft | None) -> None:
    if draft:
        composer.body, composer.seq, composer.restored = draft.body, draft.seq, bool(draft.body)


def _answer(composer: Composer, request: Request, about: Item) -> None:
    wanted = request.GET.get("to") or request.GET.get("quote") or request.POST.get("reply_to") or ""
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 9:
        return
    answered = Reply.objects.select_related("item__author").filter(about=about, number=int(wanted)).first()
    if wanted == "0" and request.GET.get("quote"):
        composer.body = f"{quote(about, 0)}{composer.body}"
    if answered is None or not answered.item.is_visible:
        return
    composer.reply_to = answered.number
    words = _("In reply to %(name)s, #%(number)d")
    composer.reply_text = words % {"name": isolated(author_name(answered.item.author)), "number": answered.number}
    if request.GET.get("quote"):
        composer.body = f"{quote(answered.item, answered.number)}{composer.body}"


def quote(item: Item, number: int) -> str:
    """The words of a post as a Markdown quote that names its author and leads to it."""
    name = author_name(item.author).replace("[", "(").replace("]", ")")
    lines = [f"[{name}, #{number}](/go/{item.pk})", "", *item.body[:2_000].splitlines()]
    return "".join(f"> {line}\n" if line else ">\n" for line in lines) + "\n"


def _keep_typed(composer: Composer, form: ReplyForm) -> None:
    composer.body = form.data.get("body", "").replace("\0", "").encode("utf-8", "replace").decode()
    composer.restored = False
    composer.is_official = bool(form.data.get("is_official"))
    composer.error = " ".join(str(error) for errors in form.errors.values() for error in errors)
