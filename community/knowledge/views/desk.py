"""Where staff write articles, review and publish them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.conversations.models import Reply
from community.feedback.access import open_item
from community.feedback.attach_button import attached
from community.feedback.drafts import discard_draft, draft_of
from community.feedback.models import Item
from community.knowledge import draft as drafts
from community.knowledge import publish as publishing
from community.knowledge.desk_lists import coverage as covered
from community.knowledge.desk_lists import interface_languages, queues
from community.knowledge.desk_page import begun_from, edit_rows, editor
from community.knowledge.draft import EditRefused, begin_article, open_edit, save_edit
from community.knowledge.forms import EditForm, NewArticleForm, NoteForm, ScheduleForm, SettingsForm, TranslationForm
from community.knowledge.languages import name_of
from community.knowledge.models import Article
from community.knowledge.permissions import may_publish, may_write
from community.knowledge.promote import promote
from community.knowledge.settle import change_settings, highlight
from community.lib.answers import back, refuse
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.requests import MemberRequest

FORM_METHODS = ["GET", "HEAD", "POST"]


def writers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    @login_required
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_write(request.user):
            refuse(_("Articles are written by staff."))
        return view(request, *args, **kwargs)

    return guarded


def workable(pk: int) -> Article:
    """Any article, in any state: for those who write them."""
    return get_object_or_404(Article.objects.select_related("item__place", "original__item", "highlight"), pk=pk)


@require_safe
@writers_only
def articles(request: MemberRequest) -> HttpResponse:
    return render(request, "knowledge/desk.html", {"queues": queues(request.user)})


@require_safe
@writers_only
def coverage(request: MemberRequest) -> HttpResponse:
    found = covered(interface_languages(), request.GET.get("after", ""))
    next_url = f"{request.path}?after={found.after}" if found.after else ""
    return render(request, "knowledge/coverage.html", {"coverage": found, "next_url": next_url})


@require_http_methods(FORM_METHODS)
@writers_only
def new(request: MemberRequest) -> HttpResponse:
    form = NewArticleForm(request.POST or None, initial=begun_from(request), request=request)

    def begin() -> Article:
        said = form.cleaned_data
        return begin_article(form.said(), section=said["section"], language=said["language"], by=request.user)

    return _begin(request, form, begin, heading=_("New article"), draft_key="article:new")


@require_http_methods(FORM_METHODS)
@writers_only
def promotion(request: MemberRequest, pk: int) -> HttpResponse:
    """An article of what somebody wrote."""
    item = open_item(request.user, pk, Item.objects.select_related("author", "place"))
    if item.kind not in (Reply.KIND, "thread") or not item.is_visible:
        raise Http404
    form = NewArticleForm(request.POST or None, initial=begun_from(request, item), request=request)

    def begin() -> Article:
        said = form.cleaned_data
        return promote(item, form.said(), section=said["section"], language=said["language"], by=request.user)

    heading = _("Make this an article")
    return _begin(request, form, begin, heading=heading, draft_key=f"article:{pk}", source=item)


@require_http_methods(FORM_METHODS)
@writers_only
def translation(request: MemberRequest, pk: int, language: str) -> HttpResponse:
    original = workable(pk)
    if original.original_id or language not in interface_languages() or language == original.language:
        raise Http404
    there = original.translations.filter(language=language).first()
    if there:
        return redirect(there.desk_url)
    begun = {"language": language, "true_to": original.revision}
    form = TranslationForm(request.POST or None, initial=begun, request=request)

    def begin() -> Article:
        place = original.item.place
        assert place is not None
        return begin_article(form.said(), section=place, language=language, by=request.user, original=original)

    heading = _("Translate into: %(language)s") % {"language": name_of(language)}
    key = f"article:{pk}:{language}"
    return _begin(request, form, begin, heading=heading, draft_key=key, original=original, language=language)


def _begin(request: MemberRequest, form: NewArticleForm, begin: Callable[[], Article], **context: Any) -> HttpResponse:
    if not attached(request, form) and form.is_valid():
        try:
            made = begin()
            discard_draft(request.user, context["draft_key"])
            return back(request, made.desk_url)
        except (EditRefused, MarkdownRefused) as refusal:
            form.add_error("body", str(refusal))
    draft = draft_of(request.user, context["draft_key"]) if not form.is_bound else None
    if draft and draft.body:
        form.initial = {**form.initial, "title": draft.title or form.initial.get("title"), "body": draft.body}
    context |= {"form": form, "seq": draft.seq if draft else 0, "restored": bool(draft and draft.body)}
    return render(request, "knowledge/new.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM_METHODS)
@writers_only
def article(request: MemberRequest, pk: int) -> HttpResponse:
    """The editor; what is saved here nobody reads before it is published."""
    article = workable(pk)
    edit = open_edit(article)
    form, context = editor(request, article, edit)
    if not attached(request, form) and form.is_valid():
        saved = _saved(request, article, form)
        if saved:
            return saved
        context["edit"] = edit = open_edit(article)
    context["may_publish"] = edit is not None and may_publish(edit, request.user)
    context["may_publish_own"] = request.user.may("publish own articles")
    return render(request, "knowledge/editor.html", context, status=422 if form.errors else 200)


def _saved(request: MemberRequest, article: Article, form: EditForm) -> HttpResponse | None:
    try:
        saved = save_edit(article, form.said(), by=request.user)
    except (EditRefused, MarkdownRefused) as refusal:
        form.add_error("body", str(refusal))
        there = open_edit(article)
        # The next try is made from what they are told now.
        form.data = {**request.POST.dict(), "saves": str(there.saves if there else 0)}
        return None
    discard_draft(request.user, f"article:{article.pk}")
    if "hand_in" in request.POST:
        drafts.hand_in(article, by=request.user)
        messages.success(request, _("Handed in. Somebody else reads and publishes it."))
    elif "publish" in request.POST:
        return _publish(request, article, read=saved.saves)
    else:
        messages.success(request, _("Saved. Readers see nothing of it yet."))
    return back(request, article.desk_url)


def _read(request: MemberRequest) -> int:
    """The saves of the edit that the page showed whose button was pressed."""
    said = request.POST.get("saves", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else -1


def _publish(request: MemberRequest, article: Article, *, read: int) -> HttpResponse:
    edit = open_edit(article)
    if edit is None:
        messages.info(request, _("There is nothing to publish."))
        return back(request, article.desk_url)
    if not may_publish(edit, request.user):
        refuse(_("Somebody else publishes what you wrote. Hand it in."))
    try:
        publishing.publish(article, by=request.user, read=read)
    except (EditRefused, MarkdownRefused, LimitReached) as refusal:
        messages.error(request, str(refusal))
        return back(request, article.desk_url)
    messages.success(request, _("Published."))
    article.item.refresh_from_db()
    return back(request, article.item.path)


@require_POST
@writers_only
def act(request: MemberRequest, pk: int, act: str) -> HttpResponse:
    """What a button does: each is a noun in the address."""
    article = workable(pk)
    if act == "publication":
        return _publish(request, article, read=_read(request))
    acts: dict[str, Callable[[], Any]] = {
        "review": lambda: drafts.hand_in(article, by=request.user),
        "withdrawal": lambda: publishing.withdraw(article, by=request.user),
        "restoration": lambda: publishing.bring_back(article, by=request.user),
        "correctness": lambda: publishing.still_right(article, by=request.user),
        "pin": lambda: highlight(article, "pinned", by=request.user),
        "feature": lambda: highlight(article, "featured", by=request.user),
        "pin-withdrawal": lambda: highlight(article, "", by=request.user),
        "discard": lambda: drafts.discard(article),
    }
    if act not in acts:
        raise Http404
    try:
        is_gone = acts[act]() is False and act == "discard"
    except EditRefused as refusal:
        messages.error(request, str(refusal))
        is_gone = False
    return back(request, "/desk/articles/" if is_gone else article.desk_url)


@require_POST
@writers_only
def note(request: MemberRequest, pk: int) -> HttpResponse:
    """Send an edit back with a sentence that says what is missing."""
    article, form = workable(pk), NoteForm(request.POST)
    edit = open_edit(article)
    if edit is None or not may_publish(edit, request.user):
        refuse(_("Somebody else reviews what you wrote."))
    if form.is_valid():
        drafts.send_back(article, form.cleaned_data["note"], by=request.user)
    else:
        messages.error(request, _("Say in a sentence what is missing."))
    return back(request, article.desk_url)


@require_POST
@writers_only
def schedule(request: MemberRequest, pk: int) -> HttpResponse:
    article, form = workable(pk), ScheduleForm(request.POST)
    edit = open_edit(article)
    if edit is None or not may_publish(edit, request.user):
        refuse(_("Somebody else publishes what you wrote. Hand it in."))
    if form.is_valid():
        try:
            drafts.schedule(article, form.cleaned_data["publish_at"], by=request.user, read=_read(request))
        except EditRefused as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, " ".join(str(error) for error in form.errors.get("publish_at", [])))
    return back(request, article.desk_url)


@require_http_methods(FORM_METHODS)
@writers_only
def settings(request: MemberRequest, pk: int) -> HttpResponse:
    article = workable(pk)
    form = SettingsForm(request.POST if request.method == "POST" else None, article=article, request=request)
    if form.is_valid():
        with transaction.atomic():
            change_settings(article, form.cleaned_data, by=request.user)
        return back(request, article.desk_url)
    context = {"article": article, "item": article.item, "form": form}
    return render(request, "knowledge/settings.html", context, status=422 if form.errors else 200)


@require_safe
@writers_only
def edits(request: MemberRequest, pk: int) -> HttpResponse:
    """What was published, by whom, whether it helped before and after, and what readers miss."""
    article = workable(pk)
    context = {"article": article, "item": article.item, **edit_rows(article)}
    return render(request, "knowledge/edits.html", context)
