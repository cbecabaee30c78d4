"""The idea that a guest began before signing up."""

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from community.feedback.begun import completers
from community.feedback.drafts import draft_of, save_draft
from community.feedback.models import Item, Label
from community.feedback.places import Place
from community.lib.markdown import MarkdownRefused
from community.members.limits import LimitReached
from community.members.models import Product
from community.members.requests import MemberRequest
from roadmap.ideas.models import AREA
from roadmap.ideas.suggest import DRAFT_KEY, Suggestion, suggest_idea


def complete_idea(request: MemberRequest, _item: Item | None, act: dict[str, Any]) -> str:
    """Suggest what was written before signing up; else keep it as the draft."""
    area = Place.objects.visible_to(request.user).filter(kind=AREA, pk=act["area"]).first() if act["area"] else None
    if (area is None and act["area"]) or (area and not area.may_post(request.user)):
        messages.error(request, _("Choose a product area."))
    else:
        said = Suggestion(
            title=act["title"], body=act["body"], area=area, language=act["language"],
            product=Product.objects.filter(pk=act["product"]).first() if act.get("product") else None,
            labels=tuple(Label.objects.filter(pk__in=act["labels"])), is_private=act["is_private"],
            is_trapped=act["is_trapped"],
        )  # fmt: skip
        try:
            idea = suggest_idea(said, by=request.user)
            if idea.item.is_visible:
                messages.success(request, _("Welcome! Your idea is on the board."))
            else:
                messages.info(request, _("Welcome! Your idea appears as soon as it is approved."))
            return idea.item.path
        except (MarkdownRefused, LimitReached) as refusal:
            messages.error(request, str(refusal))
    there = draft_of(request.user, DRAFT_KEY)
    save_draft(request.user, DRAFT_KEY, there.seq if there else 0, title=act["title"], body=act["body"])
    return "/ideas/new/"


completers.fill("idea", complete_idea)
