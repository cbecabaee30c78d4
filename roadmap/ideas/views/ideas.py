from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.conversations.posts import author_name
from community.feedback.attach_button import attached
from community.feedback.begun import begin
from community.feedback.drafts import discard_draft, draft_of
from community.feedback.guestpages import keep
from community.feedback.models import Draft, Item, Vote
from community.feedback.viewing import count_view
from community.lib.answers import back, refuse
from community.lib.markdown import MarkdownRefused, excerpt
from community.members import live
from community.members.limits import LimitReached
from community.members.requests import MemberRequest, Request
from community.notifications.follow import held_level
from community.notifications.follow_button import follow_button
from community.search.limit import count_search
from roadmap.ideas.forms import IdeaForm, ImportanceForm
from roadmap.ideas.models import Idea, Importance
from roadmap.ideas.page import idea_page, is_tied, may_say_why, said_of, visible_idea
from roadmap.ideas.permissions import may_edit
from roadmap.ideas.similar import similar_ideas, title_in
from roadmap.ideas.suggest import DRAFT_KEY, edit_idea, suggest_idea


def open_idea(request: Request, pk: int) -> Idea:
    idea = visible_idea(request.user, pk)
    if idea is None:
        raise Http404
    return idea


@require_safe
def idea(request: Request, pk: int, slug: str) -> HttpResponse:
    idea = open_idea(request, pk)
    item = idea.item
    if request.path != item.path:
        query = request.GET.urlencode()
        return redirect(f"{item.path}?{query}" if query else item.path, permanent=True)
    if item.is_public and not is_tied(idea):
        keep(request, item.place, viewed=pk)
    elif item.is_public:  # it shows others, which may stand in other places
        keep(request, viewed=pk)
        idea = open_idea(request, pk)
        item = idea.item
    count_view(request, pk)
    page = idea_page(request, idea)
    context = {
        "page": page,
        "idea": idea,
        "item": item,
        "place": item.place,
        "author_name": author_name(item.author),
        "follow": follow_button(item, held_level(item, request.user, getattr(idea, "followed", None))),
        "form": _asked(page.importance) if may_say_why(idea) else None,
        "live": live.token(request.user.pk, pk, page.talk.number),
        "description": excerpt(item.body, 200),
        "canonical": f"{settings.SITE_URL}{item.path}",
    }
    return render(request, "roadmap/idea.html", context)


def _asked(said: Importance | None) -> ImportanceForm:
    return ImportanceForm(initial={"level": said.level, "why": said.why} if said else {})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """The title first, then what is like it already, then the rest."""
    draft = draft_of(request.user, DRAFT_KEY) if request.user.is_authenticated else None
    if request.method == "POST":
        form = IdeaForm(request.POST, request=request)
        answer = _suggest(request, form) if not attached(request, form) and form.is_valid() else None
        if answer:
            return answer
    else:
        form = IdeaForm(initial=_begun(request, draft), request=request)
    title = request.POST.get("title", "") if request.method == "POST" else str(form.initial.get("title") or "")
    step = "write" if request.method == "POST" or title.strip() else "title"
    context = {
        "form": form,
        "step": step,
        "title": title,
        "area": request.GET.get("area", "")[:60],
        "similar": similar_ideas(title[:200], request) if step == "write" and not form.is_bound else [],
        "draft": draft,
        "seq": draft.seq if draft else 0,
        "restored": bool(draft and draft.body and not form.is_bound),
    }
    return render(request, "roadmap/new.html", context, status=422 if form.errors else 200)


def _begun(request: Request, draft: Draft | None) -> dict[str, object]:
    """What the form begins with: the address, then the draft, then the reader's language."""
    title = title_in(request.GET)
    begun: dict[str, object] = {"title": title, "language": request.LANGUAGE_CODE}
    slug = request.GET.get("area", "")[:60]
    areas = IdeaForm(request=request).fields.get("area")
    if areas and slug:
        begun["area"] = areas.queryset.filter(slug=slug).first()  # type: ignore[attr-defined]
    if draft and (not title or title == draft.title):
        begun |= {"title": draft.title, "body": draft.body}
    return begun


def _suggest(request: Request, form: IdeaForm) -> HttpResponse | None:
    said = form.suggestion()
    if not request.user.is_authenticated:
        return begin(
            request, "idea", title=said.title, body=said.body, area=said.area.pk if said.area else None,
            product=said.product.pk if said.product else None,
            language=said.language, labels=[label.pk for label in said.labels], is_private=said.is_private,
            is_trapped=said.is_trapped,
        )  # fmt: skip
    try:
        idea = suggest_idea(said, by=request.user)
    except (MarkdownRefused, LimitReached) as refusal:
        form.add_error("body", str(refusal))
        return None
    if idea.item.state == Item.State.HELD:
        messages.info(request, _("Thank you. Your idea appears as soon as it is approved."))
    if not idea.item.vote_count:
        messages.info(request, _("It has no vote of yours: all of them are used."))
    return back(request, idea.item.path)


@require_safe
def similar(request: Request) -> HttpResponse:
    """Ideas like the title being typed: a fragment for htmx, a page without it."""
    title = title_in(request.GET)
    try:
        count_search(request, is_typing=True)
        found = similar_ideas(title, request)
    except LimitReached:
        found, title = [], ""  # nobody looked, so that nobody says that there is nothing
    template = "roadmap/_similar.html" if request.htmx else "roadmap/similar.html"
    return render(request, template, {"similar": found, "title": title})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    idea = open_idea(request, pk)
    item = idea.item
    if not may_edit(idea, request.user):
        refuse(_("Only whoever suggested it and staff can edit this idea."))
    draft = draft_of(request.user, f"edit:{pk}") if request.method != "POST" else None
    words = {"title": draft.title or item.title, "body": draft.body} if draft and draft.body else {}
    form = IdeaForm(request.POST if request.method == "POST" else None, request=request, idea=idea, initial=words)
    if not attached(request, form) and form.is_valid() and _revise(request, idea, form):
        return back(request, item.path)
    context = {"form": form, "item": item, "seq": draft.seq if draft else 0, "restored": bool(words)}
    return render(request, "roadmap/edit.html", context, status=422 if form.errors else 200)


def _revise(request: MemberRequest, idea: Idea, form: IdeaForm) -> bool:
    try:
        edit_idea(idea, form.suggestion(), by=request.user)
    except (MarkdownRefused, LimitReached) as refusal:
        form.add_error("body", str(refusal))
        return False
    if idea.item.state == Item.State.HELD and not request.user.is_staff:
        messages.info(request, _("Thank you. Your changes appear as soon as they are approved."))
    discard_draft(request.user, f"edit:{idea.pk}")
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def importance(request: MemberRequest, pk: int) -> HttpResponse:
    """How much it matters to somebody who voted for it; script asks for the form as soon as they have."""
    idea = open_idea(request, pk)
    if request.method != "POST":
        return _ask(request, idea) if request.htmx else redirect(idea.item.path)
    vote = get_object_or_404(Vote, item=pk, member=request.user, is_own=True)
    form = ImportanceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how much it matters."))
        return back(request, idea.item.path)
    Importance.objects.update_or_create(vote=vote, defaults=form.cleaned_data)
    messages.success(request, _("Thank you. Staff see how much it matters to you."))
    return back(request, idea.item.path)


def _ask(request: MemberRequest, idea: Idea) -> HttpResponse:
    if not may_say_why(idea):
        return HttpResponse()
    said = said_of(idea)
    context = {"form": _asked(said), "item": idea.item, "importance": said}
    return render(request, "roadmap/_importance.html", context)
