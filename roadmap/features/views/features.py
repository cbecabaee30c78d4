from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.conversations.post import ReplyRefused
from community.feedback.attach_button import attached
from community.feedback.guestpages import keep
from community.feedback.models import Item
from community.feedback.viewing import count_view
from community.lib import markdown
from community.lib.answers import back, refuse
from community.lib.markdown import excerpt
from community.members import live
from community.members.limits import LimitReached
from community.members.requests import MemberRequest, Request
from community.notifications.follow import held_level
from community.notifications.follow_button import follow_button
from roadmap.features.forms import FeatureForm, FeatureMoveForm, FitForm, GatherForm
from roadmap.features.models import Feature, Fit
from roadmap.features.move import left_behind, move_feature
from roadmap.features.page import feature_page, gathered, visible_feature
from roadmap.features.plan import edit_feature, gather, let_go, plan_feature
from roadmap.ideas.models import Idea
from roadmap.ideas.permissions import may_move
from roadmap.stages import tell
from roadmap.stages.move import MoveRefused


def open_feature(request: Request, pk: int) -> Feature:
    feature = visible_feature(request.user, pk)
    if feature is None:
        raise Http404
    return feature


def _refuse_others(request: MemberRequest) -> None:
    if not may_move(request.user):
        refuse(_("Only staff plan features."))


@require_safe
def feature(request: Request, pk: int, slug: str) -> HttpResponse:
    feature = open_feature(request, pk)
    item = feature.item
    if request.path != item.path:
        query = request.GET.urlencode()
        return redirect(f"{item.path}?{query}" if query else item.path, permanent=True)
    if item.is_public:
        keep(request, viewed=pk)  # in whatever area the ideas stand that it shows
    count_view(request, pk)
    page = feature_page(request, feature)
    context = {
        "page": page,
        "feature": feature,
        "item": item,
        "place": item.place,
        "follow": follow_button(item, held_level(item, request.user, getattr(feature, "followed", None))),
        "form": FitForm(initial={"why": page.fit.why} if page.fit else None),
        "may_move": may_move(request.user),
        "live": live.token(request.user.pk, pk, page.talk.number),
        "description": feature.why or excerpt(item.body, 200),
        "canonical": f"{settings.SITE_URL}{item.path}",
    }
    return render(request, "roadmap/feature.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    _refuse_others(request)
    form = FeatureForm(request.POST if request.method == "POST" else None, request=request, initial=_begun(request))
    if not attached(request, form) and form.is_valid():
        try:
            feature = plan_feature(form.planned(), form.cleaned_data["stage"], by=request.user)
            return back(request, feature.item.path)
        except (markdown.MarkdownRefused, LimitReached) as refusal:
            form.add_error("body", str(refusal))
    return render(request, "roadmap/plan.html", {"form": form}, status=422 if form.errors else 200)


def _begun(request: Request) -> dict[str, object]:
    return {"language": request.LANGUAGE_CODE, "title": request.GET.get("title", "")[:200]}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    feature = open_feature(request, pk)
    _refuse_others(request)
    form = FeatureForm(request.POST if request.method == "POST" else None, request=request, feature=feature)
    if not attached(request, form) and form.is_valid():
        try:
            edit_feature(feature, form.planned(), by=request.user)
            return back(request, Item.objects.values_list("path", flat=True).get(pk=pk))
        except (markdown.MarkdownRefused, LimitReached) as refusal:
            form.add_error("body", str(refusal))
    context = {"form": form, "item": feature.item}
    return render(request, "roadmap/plan.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: MemberRequest, pk: int) -> HttpResponse:
    """Move a feature to another stage, its ideas along: the form, then what will be read, then the move."""
    feature = open_feature(request, pk)
    _refuse_others(request)
    to = request.GET.get("to", "")
    form = FeatureMoveForm(request.POST if request.method == "POST" else None, now=feature.stage.slug, to=to)
    is_checked = form.is_valid()
    if is_checked and "preview" not in request.POST and _move(request, feature, form):
        return back(request, feature.item.path)
    context = {
        "item": feature.item,
        "stage": feature.stage,
        "form": form,
        "people": tell.how_many(feature.item, by=request.user),
        "left_behind": left_behind(feature),
        "preview": form.preview() if is_checked and not form.errors else None,
    }
    return render(request, "roadmap/stage.html", context, status=422 if form.errors else 200)


def _move(request: MemberRequest, feature: Feature, form: FeatureMoveForm) -> bool:
    try:
        move_feature(feature, form.step(), by=request.user, with_ideas=form.cleaned_data["with_ideas"])
    except (MoveRefused, markdown.MarkdownRefused, LimitReached, ReplyRefused) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("“%(title)s” has moved.") % {"title": feature.item.title})
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ideas(request: MemberRequest, pk: int) -> HttpResponse:
    """Which ideas a feature gathers: one more by its address or number."""
    feature = open_feature(request, pk)
    _refuse_others(request)
    form = GatherForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        gather(feature, form.cleaned_data["idea"], by=request.user)
        return back(request, f"/roadmap/{pk}/ideas/")
    context = {"feature": feature, "item": feature.item, "form": form, "ideas": gathered(feature)}
    return render(request, "roadmap/gather.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def release_idea(request: MemberRequest, pk: int, idea: int) -> HttpResponse:
    feature = open_feature(request, pk)
    _refuse_others(request)
    let_go(feature, get_object_or_404(Idea.objects.select_related("item"), pk=idea), by=request.user)
    return back(request, f"/roadmap/{pk}/ideas/")


@require_POST
@login_required
def fit(request: MemberRequest, pk: int) -> HttpResponse:
    """What one customer says of it: that it solves it for them, or not yet."""
    feature = open_feature(request, pk)
    form = FitForm(request.POST)
    if form.is_valid():
        Fit.objects.update_or_create(feature=feature, member=request.user, defaults=form.cleaned_data)
        feature.item.record("judged", by=request.user)
        messages.success(request, _("Thank you. The team reads it."))
    else:
        messages.error(request, _("Choose one of these."))
    return back(request, feature.item.path)
