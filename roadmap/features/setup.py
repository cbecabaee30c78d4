"""What features add to lower rooms: where they are found, who replies and who is told."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from community.conversations.access import reply_rules
from community.discussions.views.lists import front_sections
from community.feedback.models import Item
from community.feedback.places import Viewer
from community.feedback.states import KindStates
from community.feedback.states import kinds as states_of_kinds
from community.feedback.vote import vote_rules
from community.members.context import navigation
from community.notifications.audience import topics_of_kind
from community.notifications.topics import Topic, told, topics
from community.search.models import Kind
from community.search.models import kinds as searched
from roadmap.features.models import Feature, Part
from roadmap.features.roadmap import coming
from roadmap.ideas.supporters import supporters_of
from roadmap.stages.tell import Supporter, supporters


def anybody_replies(_item: Item, _viewer: Viewer) -> str:
    return ""


def why_no_vote(_item: Item, _viewer: Viewer) -> str:
    return str(gettext_lazy("Vote for the ideas that it gathers."))


def _supporters(item: Item, after: int) -> Iterator[list[Supporter]]:
    """Of the ideas that it gathers, and who follows the feature itself."""
    ideas = Part.objects.filter(feature=item.pk).values_list("idea", flat=True)
    return supporters_of([*ideas, item.pk], after)


front_sections.fill("roadmap", coming)
navigation.fill("roadmap", ("/roadmap/", gettext_lazy("Roadmap"), "roadmap"))
searched.fill(Feature.KIND, Kind(gettext_lazy("Features"), icon="roadmap"))
states_of_kinds.fill(Feature.KIND, KindStates())
reply_rules.fill(Feature.KIND, anybody_replies)
vote_rules.fill(Feature.KIND, why_no_vote)
supporters.fill(Feature.KIND, _supporters)
topics_of_kind.fill(Feature.KIND, {"new": "feature_new", "followed": "feature_replied"})
topics.fill(
    "feature_new",
    Topic(
        "roadmap",
        told(gettext_lazy("On the roadmap: “%(title)s”")),
        because=gettext_lazy("You get this because you follow %(place)s."),
    ),
)
topics.fill(
    "feature_replied",
    Topic(
        "reply",
        told(gettext_lazy("%(name)s replied to “%(title)s” on the roadmap")),
        because=gettext_lazy("You get this because you follow this feature."),
        shows_words=True,
    ),
)
