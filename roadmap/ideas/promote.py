"""Making an idea of what somebody wrote, in their name: with their vote, a link to it, and word to them."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community.conversations.models import Reply
from community.conversations.posts import Action, Outcome
from community.discussions.models import Thread
from community.feedback.access import readable
from community.feedback.models import Item, Link, Visibility
from community.feedback.places import Audience, Viewer
from community.feedback.readers import readers_among
from community.feedback.write import set_words
from community.members.models import Group, Member
from community.notifications.models import Follow, Preference
from community.notifications.tell import tell
from roadmap.ideas.models import Idea
from roadmap.ideas.permissions import may_move
from roadmap.ideas.suggest import Suggestion, begin_idea, new_item
from roadmap.ideas.supporters import HEARING

STAGE = "idea"  # of the post that an idea was made of
BECAME = "idea_became"  # the topic
BATCH = 500
_AS_IN_A_PLACE = {
    Audience.PUBLIC: Visibility.PUBLIC,
    Audience.MEMBERS: Visibility.MEMBERS,
    Audience.GROUP: Visibility.GROUP,
    Audience.STAFF: Visibility.PRIVATE,  # whoever wrote it may read it all the same
}


class PromotionRefused(Exception):
    """Carries a sentence that says why."""


def about_of(item: Item) -> Item:
    """The conversation that it was said in."""
    return item.reply.about if item.kind == Reply.KIND else item


def is_private(item: Item) -> bool:
    """Whether not everybody may read it: then nor may they read the idea."""
    about = about_of(item)
    return not about.is_public or item.visibility != Visibility.PUBLIC


def readers_of(item: Item) -> tuple[str, Group | None]:
    """Who may read it, as an idea of its own says it: never more people, wherever the conversation stands."""
    about = about_of(item)
    said = [(item.visibility, item.group), (about.visibility, about.group)]
    if about.place:
        said.append((_AS_IN_A_PLACE[Audience(about.place.audience)], about.place.group))
    found: tuple[str, Group | None] = (Visibility.PUBLIC, None)
    for visibility, group in said:
        found = _narrower(found, (visibility, group if visibility == Visibility.GROUP else None))
    return found


def _narrower(one: tuple[str, Group | None], other: tuple[str, Group | None]) -> tuple[str, Group | None]:
    """Those whom both let in; where no single word says it, the author and staff."""
    if one == other:
        return one
    for wide in (Visibility.PUBLIC, Visibility.MEMBERS):
        if wide in (one[0], other[0]):
            return other if one[0] == wide else one
    either = (one[0], other[0])
    return (Visibility.STAFF if Visibility.STAFF in either else Visibility.PRIVATE, None)


def begun_from(item: Item) -> dict[str, Any]:
    """What the form begins with."""
    about = about_of(item)
    return {
        "title": about.title,
        "body": item.body,
        "language": item.language or about.language,
        "labels": about.labels.all(),
        "product": item.product_id or about.product_id,
        "is_private": is_private(item),
    }


@transaction.atomic
def promote(item: Item, said: Suggestion, *, by: Member) -> Idea:
    """An idea of an item; made twice it is the same. What it was made of stays where it is.

    Raises PromotionRefused, MarkdownRefused or LimitReached.
    """
    Item.objects.select_for_update(no_key=True).filter(pk=item.pk).values_list("pk").first()
    twin = Idea.objects.filter(item__links_back__source=item, item__links_back__kind=Link.Kind.BECAME)
    there = twin.select_related("item").exclude(item__state=Item.State.REMOVED).first()
    if there:
        return there
    author = item.author
    if author and said.area and not said.area.is_visible_to(author):
        raise PromotionRefused(_("Whoever wrote it could not read it there. Choose another area."))
    made = new_item(said, author=author)
    if is_private(item):
        made.visibility, made.group = readers_of(item)
    set_words(made, said.body, by=by)
    idea = begin_idea(made, said)
    Link.objects.create(source=item, target=made, kind=Link.Kind.BECAME, by=by)
    if not item.stage:
        Item.objects.filter(pk=item.pk).update(stage=STAGE)
    _bring_followers(about_of(item), made)
    if author and author != by:  # members are locked before places
        tell(author, BECAME, item=made, by=by)
    item.record("became an idea", by=by, idea=made.pk)
    made.record("posted", by=author or by, mentions=0)
    return idea


def _bring_followers(about: Item, made: Item) -> None:
    """At the level at which they hear of the conversation, as far as they may read the idea."""
    levels = dict(Follow.objects.filter(item=about).order_by("member").values_list("member", "level"))
    if about.author and about.author.pk not in levels:
        levels[about.author.pk] = Preference.of(about.author).on_asking
    levels.pop(made.author_id or 0, None)
    hearing = {pk: level for pk, level in levels.items() if level in HEARING}
    readers = readers_among(made, hearing)
    now = timezone.now()
    Follow.objects.bulk_create(
        (Follow(member_id=pk, item=made, level=hearing[pk], is_chosen=False, at=now) for pk in sorted(readers)),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def ideas_from(items: list[int], viewer: Viewer) -> dict[int, Outcome]:
    """Item → the idea that was made of it, where the viewer may read that."""
    visible = Item.objects.visible_to(viewer).listed().filter(kind=Idea.KIND)
    links = Link.objects.filter(source__in=items, kind=Link.Kind.BECAME, target__in=visible).order_by("-pk")
    found = links.values_list("source", "target__title", "target__path")
    return {source: Outcome("bulb", _("Became an idea:"), title, path) for source, title, path in found}


def origin_of(item: Item, viewer: Viewer) -> Item | None:
    """The reply that an idea was made of, if the viewer may read it, with the title of its conversation; the chain of
    the idea tells of threads."""
    links = Link.objects.filter(target=item, kind=Link.Kind.BECAME, source__kind=Reply.KIND).order_by("pk")
    source = Item.objects.select_related("reply__about").filter(pk__in=links.values("source")[:1]).first()
    if source is None or source.pk not in readable(viewer, [(source, about_of(source).pk)]):
        return None
    source.title = about_of(source).title
    return source


def action(item: Item, viewer: Viewer) -> Action | None:
    """For staff, in the menu of a post."""
    if item.kind not in (Thread.KIND, Reply.KIND) or not may_move(viewer):
        return None
    return Action("bulb", _("Make this an idea"), f"/items/{item.pk}/idea/", False)
