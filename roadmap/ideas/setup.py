"""What ideas add to lower rooms: where they are found, who may do what with them and who is told."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from community.conversations.access import reply_rules
from community.conversations.posts import further_actions, outcomes
from community.desk.links import DeskLink, desk_links
from community.discussions.views.lists import label_sections
from community.feedback.models import Item, consumers
from community.feedback.places import Place
from community.feedback.states import KindStates
from community.feedback.states import kinds as states_of_kinds
from community.feedback.vote import vote_rules
from community.lib.isolate import isolated
from community.members.context import navigation
from community.members.models import Site
from community.members.views.setup import first_categories
from community.notifications.audience import topics_of_kind
from community.notifications.models import Notification
from community.notifications.topics import Topic, told, topics
from community.search.models import Kind
from community.search.models import kinds as searched
from community.search.write import plain
from roadmap.ideas.board import labelled
from roadmap.ideas.heat import follow_answers, follow_votes, settle_heat
from roadmap.ideas.likeness import follow_ideas
from roadmap.ideas.models import AREA, Idea
from roadmap.ideas.permissions import why_no_reply, why_no_vote
from roadmap.ideas.promote import BECAME, action, ideas_from
from roadmap.ideas.split import SPLIT
from roadmap.ideas.supporters import supporters_of
from roadmap.stages.directory import stages
from roadmap.stages.models import Move, Stage
from roadmap.stages.move import movers
from roadmap.stages.tell import MOVED, supporters


def put_stage(item: Item, stage: Stage, at: datetime) -> None:
    Idea.objects.filter(pk=item.pk).update(stage=stage, moved_at=at)
    settle_heat(item)


def make_first_area(_names: list[str]) -> None:
    """Ideas need somewhere to stand: administrators rename it, and add others."""
    if not Place.objects.filter(kind=AREA).exists():
        Place.objects.create(kind=AREA, slug="product", name=_("The product"), icon="💡", colour="amber")


def look_stages_up(notifications: Sequence[Notification]) -> None:
    known = {stage.pk: stage for stage in stages(Site.current()).values()}
    for one in notifications:
        one.known = known.get(one.detail.get("stage"))


def moved_sentence(notification: Notification) -> str:
    """Where it stands now, by the stage that it moved to."""
    stage = notification.known if isinstance(notification.known, Stage) else None
    words = {
        "title": isolated(notification.about.title if notification.about else ""),
        "stage": isolated(stage.local_name if stage else ""),
    }
    is_idea = notification.about is not None and notification.about.kind == Idea.KIND  # else a feature that gathers it
    if is_idea and notification.detail.get("why") == "asked":
        return _("Your idea “%(title)s” is now at “%(stage)s”") % words
    if is_idea and notification.detail.get("why") == "voted":
        return _("“%(title)s”, which you voted for, is now at “%(stage)s”") % words
    return _("“%(title)s” is now at “%(stage)s”") % words


def moved_words(notification: Notification) -> str:
    """The note to those who are told, and the answer while it can be read."""
    moved = Move.objects.select_related("answer__item").filter(pk=notification.detail.get("move")).first()
    answer = moved.answer.item if moved and moved.answer and moved.answer.item.is_visible else None
    return "\n\n".join(filter(None, [moved.note if moved else "", plain(answer.html).strip() if answer else ""]))


first_categories.fill("areas", make_first_area)
desk_links.fill("duplicates", lambda: DeskLink(pgettext("pairs of ideas", "Possible duplicates"), "/desk/duplicates/"))
navigation.fill("ideas", ("/ideas/", gettext_lazy("Ideas"), "bulb"))
searched.fill(Idea.KIND, Kind(gettext_lazy("Ideas"), icon="bulb"))
label_sections.fill("ideas", labelled)
states_of_kinds.fill(Idea.KIND, KindStates())
reply_rules.fill(Idea.KIND, why_no_reply)
vote_rules.fill(Idea.KIND, why_no_vote)
movers.fill(Idea.KIND, put_stage)
outcomes.fill("ideas", ideas_from)
further_actions.fill("ideas", action)
supporters.fill(Idea.KIND, lambda item, after: supporters_of([item.pk], after))
consumers.fill("votes for ideas", follow_votes)
consumers.fill("answers to ideas", follow_answers)
consumers.fill("ideas like each other", follow_ideas)
topics_of_kind.fill(Idea.KIND, {"new": "idea_new", "asked": "idea_asked", "followed": "idea_followed"})
_OF_A_PLACE = gettext_lazy("You get this because you follow %(place)s.")
topics.fill(
    "idea_new",
    Topic("bulb", told(gettext_lazy("%(name)s suggested “%(title)s”")), because=_OF_A_PLACE, shows_words=True),
)
topics.fill(
    "idea_asked",
    Topic(
        "reply",
        told(gettext_lazy("%(name)s replied to your idea “%(title)s”")),
        because=gettext_lazy("You get this because you suggested this idea."),
        shows_words=True,
    ),
)
topics.fill(
    "idea_followed",
    Topic(
        "reply",
        told(gettext_lazy("%(name)s replied to the idea “%(title)s”")),
        because=gettext_lazy("You get this because you follow this idea."),
        shows_words=True,
    ),
)
topics.fill(
    MOVED,
    Topic(
        "bulb",
        moved_sentence,
        because=gettext_lazy("You get this because you suggested, voted for, follow or told us of this idea."),
        words=moved_words,
        once_a_day=True,
        look_up=look_stages_up,
    ),
)
topics.fill(
    SPLIT,
    Topic("bulb", told(gettext_lazy("An idea that you wanted was split in two: your vote counts for “%(title)s” too"))),
)
topics.fill(BECAME, Topic("bulb", told(gettext_lazy("What you wrote became an idea: “%(title)s”"))))
