from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.feedback.vote import VoteRefused, strike
from community.lib.answers import back, refuse
from community.members.requests import MemberRequest, Request
from roadmap.ideas.behalf import vote_for, votes_words
from roadmap.ideas.behalf_form import BehalfForm
from roadmap.ideas.models import Idea
from roadmap.ideas.permissions import may_move, why_ended
from roadmap.ideas.views.ideas import open_idea
from roadmap.ideas.voters import voters_for_customers, voters_of
from roadmap.ideas.voting import may_see_voters


@require_safe
def index(request: Request, pk: int) -> HttpResponse:
    """Who voted; for staff also for whom they did."""
    idea, path = open_idea(request, pk), f"/ideas/{pk}/votes/"
    if not may_see_voters(request.user, request.site):
        return _not_shown(request)
    is_staff = may_move(request.user)
    only_apart = is_staff and request.GET.get("show") == "staff"
    ask = partial(voters_of, only_apart=only_apart) if is_staff else voters_for_customers
    voters = ask(idea.item, request)
    kept = {"show": "staff"} if only_apart else {}
    tabs = [(_("All votes"), path, not only_apart), (_("Taken down by staff"), f"{path}?show=staff", only_apart)]
    context = {
        "item": idea.item,
        "words": votes_words(idea.item.vote_count, getattr(idea, "taken", None) or 0),
        "voters": voters.rows,
        "tabs": tabs if is_staff else [],
        "next_url": f"{path}?{urlencode({**kept, 'after': voters.after})}" if voters.after else "",
        "may_add": is_staff and not why_ended(idea.stage),
    }
    return render(request, "roadmap/votes.html", context)


def _not_shown(request: Request) -> HttpResponse:
    """By the setting: a guest may see it as a member, or as staff."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    refuse(_("Only staff see who voted."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, pk: int) -> HttpResponse:
    """A vote for a customer or a company: first for whom, then where staff heard of it."""
    idea = _open(request, pk)
    said = request.POST if request.method == "POST" else request.GET
    who = " ".join(said.get("who", "").replace("\0", "").split())[:120]
    form = BehalfForm(request.POST if request.method == "POST" else None, who=who)
    if form.is_valid() and _vote(request, idea, form):
        return back(request, f"/ideas/{pk}/votes/")
    context = {"item": idea.item, "who": who, "form": form, "ended": why_ended(idea.stage)}
    return render(request, "roadmap/behalf.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def withdrawal(request: MemberRequest, pk: int, vote: int) -> HttpResponse:
    """Of a vote that staff took down."""
    idea = _open(request, pk)
    if strike(idea.item, vote, by=request.user):
        messages.success(request, _("The vote is taken back."))
    else:
        messages.info(request, _("It is gone already, or its member has made it their own."))
    return back(request, f"/ideas/{pk}/votes/")


def _open(request: MemberRequest, pk: int) -> Idea:
    idea = open_idea(request, pk)
    if not may_move(request.user):
        refuse(_("Only staff vote for others."))
    return idea


def _vote(request: MemberRequest, idea: Idea, form: BehalfForm) -> bool:
    whose = form.whose_vote()
    try:
        vote_for(idea.item, whose, form.heard(), by=request.user)
    except VoteRefused as refusal:
        form.add_error("whose", str(refusal))
        return False
    messages.success(request, _("The vote of %(name)s is counted.") % {"name": str(whose)})
    return True
