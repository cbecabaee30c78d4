"""Ideas like the one that somebody is about to suggest: most of them are a vote for what is there."""

from django.http import QueryDict

from community.feedback.models import Item
from community.lib.text import analyse
from community.members.requests import Request
from community.search.find import suggest
from community.search.languages import languages_of
from roadmap.ideas.board import dressable, dressed
from roadmap.ideas.models import Idea, Merge
from roadmap.ideas.rows import Row
from roadmap.ideas.voting import budget_of
from roadmap.stages.directory import stages
from roadmap.stages.models import Kind

LEAST = 2  # letters
MOST = 5
FAR = 0.35  # of the best score: what is further away has a word in common and is another wish


def title_in(said: QueryDict) -> str:
    return said.get("title", "").strip()[:200]


def similar_ideas(title: str, request: Request) -> list[Row]:
    """Up to five, nearest first, with their stages and votes; none for a single letter. Five queries at most."""
    if len(analyse(title).words.strip("|")) < LEAST:
        return []
    hits = suggest(title, request.user, languages_of(title, request.LANGUAGE_CODE), most=MOST, kind=Idea.KIND)
    if hits.is_weak:
        return []
    near = [hit.item_id for hit in hits.hits if hit.score >= FAR * hits.hits[0].score]
    items = {item.pk: item for item in dressable(Item.objects.visible_to(request.user).filter(pk__in=near))}
    items = _gone_on(items, request)
    found = {items[pk].pk: items[pk] for pk in near if pk in items}
    return dressed(list(found.values()), request, budget=budget_of(request.user, request.site))


def _gone_on(items: dict[int, Item], request: Request) -> dict[int, Item]:
    """With what was merged replaced by the idea that it went into; two queries where one was."""
    known = stages(request.site)
    gone = [pk for pk, item in items.items() if item.stage in known and known[item.stage].kind == Kind.MERGED]
    if not gone:
        return items
    went = dict(Merge.objects.filter(source__in=gone, undone_at=None).values_list("source", "target"))
    rows = dressable(Item.objects.visible_to(request.user).listed().filter(pk__in=went.values()))
    there = {item.pk: item for item in rows}
    return {pk: there.get(went[pk], item) if pk in went else item for pk, item in items.items()}
