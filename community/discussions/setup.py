"""What discussions add to lower rooms: first categories, navigation, profiles, and what follows a reply."""

from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from community.conversations.models import Reply
from community.discussions.decide import follow_reply
from community.discussions.models import Category, Kind, Thread
from community.feedback.models import Item, consumers
from community.feedback.places import Place
from community.lib.avatars import COLOURS
from community.lib.times import moment
from community.members.context import navigation
from community.members.models import Member
from community.members.requests import Request
from community.members.views.people import profile_sections
from community.members.views.setup import first_categories
from community.search.find import trusted
from community.search.models import Kind as SearchedKind
from community.search.models import hanging_on
from community.search.models import kinds as searched
from community.search.narrow import states as search_states

RECENT = 15


@transaction.atomic
def make_categories(names: list[str]) -> list[Category]:
    """A category from each name, in this order."""
    made = []
    for order, name in enumerate(names):
        slug = slugify(name)[:50] or f"category-{order + 1}"
        if Place.objects.filter(kind=Category.KIND, slug=slug).exists():
            slug = f"{slug}-{order + 1}"
        colour = COLOURS[(order * 5 + 7) % len(COLOURS)]
        place = Place.objects.create(kind=Category.KIND, slug=slug, name=name, order=order, colour=colour)
        made.append(Category.objects.create(place=place, default_kind=Kind.QUESTION))
    return made


def activity(member: Member, request: Request) -> dict[str, Any]:
    """What a member wrote lately, as far as this viewer may read it."""
    visible = Item.objects.visible_to(request.user).filter(author=member, state=Item.State.VISIBLE)
    written = visible.filter(kind__in=(Thread.KIND, Reply.KIND)).select_related("reply__about", "place")
    # A reply is as visible as what it answers; the parents of all rows are asked at once.
    items = list(written.order_by("-created_at", "-pk")[:RECENT])
    parents = {item.reply.about_id for item in items if item.kind == Reply.KIND}
    seen = set(Item.objects.visible_to(request.user).filter(pk__in=parents).values_list("pk", flat=True))
    rows = [
        {"item": item, "title": _title(item), "at": moment(item.created_at), "is_reply": item.kind == Reply.KIND}
        for item in items
        if item.kind != Reply.KIND or item.reply.about_id in seen
    ]
    return {"template": "discussions/_activity.html", "rows": rows, "member": member}


def _title(item: Item) -> str:
    return item.reply.about.title if item.kind == Reply.KIND else item.title


def replies_to(pk: int) -> list[int]:
    return list(Reply.objects.filter(about=pk).values_list("pk", flat=True))


def solved() -> F:
    """A question that was solved helps better than one that was not, and its solution is what helps."""
    return F("thread__solution__reply")


searched.fill(Thread.KIND, SearchedKind(_("Threads")))
searched.fill(Reply.KIND, SearchedKind(_("Replies"), hangs_on_another=True))
hanging_on.fill(Reply.KIND, replies_to)
trusted.fill("solutions", solved)
search_states.fill("solved", lambda: Q(thread__solution__isnull=False))
search_states.fill("unsolved", lambda: Q(thread__isnull=False, thread__solution=None))
search_states.fill(
    "answered", lambda: Q(pk__in=Reply.objects.filter(is_official=True, item__state="visible").values("about"))
)
first_categories.fill("categories", make_categories)
profile_sections.fill("activity", activity)
navigation.fill("discussions", ("/discussions/", _("Discussions"), "chat"))
consumers.fill("solutions", follow_reply)
