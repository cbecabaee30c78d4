"""What the knowledge base adds to lower rooms: where it is found, what is told of it and what is scheduled."""

from django.db import connections
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.models import Schedule

from community.conversations.access import reply_rules
from community.conversations.posts import outcomes
from community.discussions.views.lists import label_sections
from community.feedback.models import Event, Item, consumers
from community.feedback.places import Place, Viewer
from community.feedback.states import KindStates
from community.feedback.states import kinds as states_of_kinds
from community.knowledge import publish, reminders
from community.knowledge.lists import labelled
from community.knowledge.models import Article, Section
from community.knowledge.promote import articles_from
from community.members.context import navigation
from community.members.models import Site
from community.members.views.setup import first_categories
from community.notifications.audience import topics_of_kind
from community.notifications.models import Notification
from community.notifications.topics import Topic, told, topics
from community.search.find import trusted
from community.search.models import Kind
from community.search.models import kinds as searched

_FEWER_READ = frozenset(("held", "hidden", "removed", "filed"))
HELPED = 3  # readers who said so, and twice as many as said the other: then an article is known to help


def helpful() -> Case:
    often = Q(article__helpful_count__gte=HELPED)
    return Case(When(often & Q(article__helpful_count__gte=2 * F("article__unhelpful_count")), then="pk"))


def why_no_reply(item: Item, viewer: Viewer) -> str:
    """A guest is asked as the member they may become."""
    section = getattr(item.place, "section", None)
    if section and section.takes_replies:
        return ""
    return _("Replies are closed here. Say below the article whether it helped, or ask a question.")


@consumers.filler("articles")
def forget_links(event: Event) -> None:
    """Pages of other articles that are kept for guests name this one: they go when fewer may read it."""
    if event.item.kind == Article.KIND and event.verb in _FEWER_READ:
        Site.touch()


def desk_address(notification: Notification) -> str:
    return f"/desk/articles/{notification.item_id}/"


def make_first_section(_names: list[str]) -> None:
    """Articles need somewhere to stand: administrators rename it, and add others."""
    if not Place.objects.filter(kind=Section.KIND).exists():
        place = Place.objects.create(
            kind=Section.KIND, slug="getting-started", name=_("Getting started"), icon="📘", colour="blue"
        )
        Section.objects.create(place=place)


first_categories.fill("sections", make_first_section)
label_sections.fill("articles", labelled)
outcomes.fill("articles", articles_from)
navigation.fill("help", ("/help/", gettext_lazy("Help"), "book"))
searched.fill(Article.KIND, Kind(gettext_lazy("Articles"), icon="book", is_help=True))
trusted.fill("helpful articles", helpful)
reply_rules.fill(Article.KIND, why_no_reply)
states_of_kinds.fill(Article.KIND, KindStates())
topics_of_kind.fill(Article.KIND, {"new": "article_new", "followed": "article_replied"})
_OF_A_PLACE = gettext_lazy("You get this because you follow %(place)s.")
_OF_AN_ARTICLE = gettext_lazy("You get this because you follow this article.")
_OF_YOURS = gettext_lazy("You get this because you look after this article.")
topics.fill("article_new", Topic("book", told(gettext_lazy("New article: “%(title)s”")), because=_OF_A_PLACE))
topics.fill("updated", Topic("book", told(gettext_lazy("“%(title)s” was updated")), because=_OF_AN_ARTICLE))
topics.fill(
    "article_sent_back",
    Topic("edit", told(gettext_lazy("%(name)s sent your article “%(title)s” back to you")), desk_address),
)
topics.fill("article_thanks", Topic("book", told(gettext_lazy("What you wrote became an article: “%(title)s”"))))
topics.fill(
    "article_review",
    Topic("clock", told(gettext_lazy("Is “%(title)s” still correct?")), desk_address, because=_OF_YOURS),
)
topics.fill(
    "original_changed",
    Topic("globe", told(gettext_lazy("The original of “%(title)s” has changed")), desk_address, because=_OF_YOURS),
)


def ensure_schedule(using: str) -> None:
    """What was scheduled is published within a minute; owners are asked once a day."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules = Schedule.objects.using(using)
    if not schedules.filter(func=publish.TASK).exists():
        schedules.create(name="articles", func=publish.TASK, schedule_type=Schedule.MINUTES, minutes=1)
    if not schedules.filter(func=reminders.TASK).exists():
        schedules.create(name="article reviews", func=reminders.TASK, schedule_type=Schedule.DAILY)
