from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.conversations.posts import author_name
from community.discussions import permissions
from community.discussions.ask import DRAFT_KEY, start_thread
from community.discussions.edit import edit_thread
from community.discussions.forms import EditThreadForm, ThreadForm
from community.discussions.models import Thread
from community.discussions.nearest import suggest
from community.discussions.page import thread_page, visible_thread_in_full
from community.discussions.relocate import last_relocation, merged_into
from community.discussions.structured import structured
from community.feedback import directory
from community.feedback.attach_button import attached
from community.feedback.begun import begin
from community.feedback.drafts import discard_draft, draft_of
from community.feedback.guestpages import keep
from community.feedback.models import Draft, Item
from community.feedback.places import Place
from community.feedback.viewing import count_view
from community.lib.answers import back, refuse
from community.lib.markdown import MarkdownRefused, excerpt
from community.members import live
from community.members.limits import LimitReached
from community.members.requests import MemberRequest, Request
from community.notifications.follow import held_level
from community.notifications.follow_button import follow_button
from community.search.answers import answers
from community.search.learned import note_asked
from community.search.limit import count_search
from community.search.searches import new_key


def visible_thread(request: Request, pk: int) -> Thread:
    """The thread as this viewer may see it; a merged one is a 404 here, its page leads on."""
    thread = visible_thread_in_full(request.user, pk)
    if thread is None:
        raise Http404
    return thread


@require_safe
def thread(request: Request, pk: int, slug: str) -> HttpResponse:
    thread = visible_thread_in_full(request.user, pk)
    if thread is None:
        return _moved(request, pk)
    item = thread.item
    if item.state == Item.State.MERGED and not request.GET.get("stay"):
        return _moved(request, pk)
    if request.path != item.path:
        query = request.GET.urlencode()
        return redirect(f"{item.path}?{query}" if query else item.path, permanent=True)
    if item.is_public:
        keep(request, item.place, viewed=pk)
    count_view(request, pk)
    page = thread_page(request, thread, request.GET.get("page", "1"))
    context = {
        "page": page,
        "thread": thread,
        "item": item,
        "author_name": author_name(item.author),
        "place": next((one for one in directory.places(request.site) if one.pk == item.place_id), item.place),
        "relocation": last_relocation(item) if request.user.is_authenticated and request.user.may("moderate") else None,
        "may_publish": permissions.may_publish(thread, request.user),
        "follow": follow_button(item, held_level(item, request.user, getattr(thread, "followed", None))),
        "live": live.token(request.user.pk, pk, page.number),
        "structured": structured(page, settings.SITE_URL) if item.is_public else None,
        "description": excerpt(item.body, 200),
        "canonical": f"{settings.SITE_URL}{page.url(page.number)}",
    }
    return render(request, "discussions/thread.html", context)


def _moved(request: Request, pk: int) -> HttpResponse:
    """Where a merged thread went, for whoever may see that; else nothing is here (ABUSE B34)."""
    item = Item.objects.filter(pk=pk, kind=Thread.KIND, state=Item.State.MERGED).first()
    target = merged_into(item) if item else None
    if target and Item.objects.visible_to(request.user).filter(pk=target.pk).exists():
        return redirect(target.path)
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """The ask flow: the title first, then what answers it already, then the rest."""
    draft = draft_of(request.user, DRAFT_KEY) if request.user.is_authenticated else None
    if request.method == "POST":
        form = ThreadForm(request.POST, request=request)
        answer = _start(request, form) if not attached(request, form) and form.is_valid() else None
        if answer:
            note_asked(_search(request.POST))
            return answer
    else:
        form = ThreadForm(initial=_begun(request, draft), request=request)
    title = request.POST.get("title", "") if request.method == "POST" else form.initial.get("title", "")
    step = "write" if request.method == "POST" or title.strip() else "title"
    near = answers(title[:200], request) if step == "write" and not form.is_bound else []
    suggest(form, near)
    context = {
        "form": form,
        "step": step,
        "title": title,
        "near": near,
        "key": new_key(),
        "search": _search(request.POST or request.GET),
        "category": request.GET.get("category", "")[:60],
        "draft": draft,
        "seq": draft.seq if draft else 0,
        "restored": bool(draft and draft.body and not form.is_bound),
    }
    return render(request, "discussions/new.html", context, status=422 if form.errors else 200)


def _search(said: QueryDict) -> int:
    """The search whose results led here, 0 for none."""
    key = said.get("search", "")
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0


def _begun(request: Request, draft: Draft | None) -> dict[str, object]:
    """What the form begins with: the address, then the draft, then the reader's language."""
    slug = request.GET.get("category", "")[:60]
    places = directory.places(request.site)
    place: Place | None = next((one for one in places if one.slug == slug), None)
    title = request.GET.get("title", "").replace("\0", "")[:200]
    begun: dict[str, object] = {
        "title": title,
        "place": place.pk if place else None,
        "kind": place.category.default_kind if place else None,
        "language": request.LANGUAGE_CODE,
        "is_private": bool(request.GET.get("private")),
    }
    if draft and (not title or title == draft.title):
        begun |= {"title": draft.title, "body": draft.body}
    return begun


def _start(request: Request, form: ThreadForm) -> HttpResponse | None:
    if not request.user.is_authenticated:
        said = form.cleaned_data
        return begin(
            request, "thread", title=said["title"], body=said["body"], place=said["place"].pk,
            language=said["language"], is_private=said["is_private"], may_publish=said["may_publish"],
            labels=[label.pk for label in said["labels"]], kind=said["kind"], is_trapped=said["homepage"],
        )  # fmt: skip
    try:
        thread = start_thread(form.question(), by=request.user)
    except (MarkdownRefused, LimitReached) as refusal:
        form.add_error("body", str(refusal))
        return None
    if thread.item.state == Item.State.HELD:
        messages.info(request, _("Thank you. Your thread appears as soon as it is approved."))
    return back(request, thread.item.path)


@require_safe
def similar(request: Request) -> HttpResponse:
    """What answers the title being typed: a fragment for htmx, a page without it."""
    title = request.GET.get("title", "").replace("\0", "")[:200]
    try:
        count_search(request, is_typing=True)
        near = answers(title, request)
    except LimitReached:
        near = []
    template = "search/_answers.html" if request.htmx else "discussions/similar.html"
    return render(request, template, {"near": near, "title": title, "key": new_key()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    thread = visible_thread(request, pk)
    item = thread.item
    if not permissions.may_retitle(thread, request.user):
        refuse(_("Only its author, champions and staff can edit this thread."))
    may_reword = permissions.may_edit(thread, request.user)
    draft = draft_of(request.user, f"edit:{pk}") if may_reword and request.method != "POST" else None
    words = {"title": draft.title or item.title, "body": draft.body} if draft and draft.body else {}
    form = EditThreadForm(
        request.POST if request.method == "POST" else None, thread=thread, draft=words, by=request.user
    )
    form.fields["body"].disabled = not may_reword  # champions retitle; the words stay the author's
    if not attached(request, form) and form.is_valid() and _revise(request, thread, form):
        return back(request, item.path)
    context = {"form": form, "item": item, "seq": draft.seq if draft else 0, "restored": bool(words)}
    return render(request, "discussions/edit.html", context, status=422 if form.errors else 200)


def _revise(request: MemberRequest, thread: Thread, form: EditThreadForm) -> bool:
    try:
        edit_thread(thread, form.edited(), by=request.user)
    except (MarkdownRefused, LimitReached) as refusal:
        form.add_error("body", str(refusal))
        return False
    if thread.item.state == Item.State.HELD and not request.user.is_staff:
        messages.info(request, _("Thank you. Your changes appear as soon as they are approved."))
    discard_draft(request.user, f"edit:{thread.pk}")
    return True
