"""What releases add to lower rooms: where they are found, what shipped in them, who is told and what is scheduled."""

from collections.abc import Sequence

from django.db import connections
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy
from django_q.models import Schedule

from community.conversations.access import reply_rules
from community.desk.links import desk_links
from community.discussions.views.lists import front_sections
from community.feedback.models import Item, Visibility
from community.feedback.places import Viewer
from community.feedback.states import KindStates
from community.feedback.states import kinds as states_of_kinds
from community.lib.isolate import isolated
from community.members.context import navigation
from community.members.models import Member
from community.notifications.audience import topics_of_kind
from community.notifications.models import Notification
from community.notifications.topics import Topic, told, topics
from community.search.models import Kind
from community.search.models import kinds as searched
from roadmap.releases import badge
from roadmap.releases.models import Release
from roadmap.releases.page import latest
from roadmap.releases.publish import DUE, SHIPPED, since_of


def why_no_reply(item: Item, _viewer: Viewer) -> str:
    """Below a draft nobody talks: publishing would show it to everybody."""
    return gettext("Nobody can reply here.") if item.visibility == Visibility.STAFF else ""


def look_ideas_up(notifications: Sequence[Notification]) -> None:
    """The title of what each asked for, as far as they may read it: it may have been hidden or moved since."""
    of_readers: dict[Member, list[Notification]] = {}
    for one in notifications:
        of_readers.setdefault(one.recipient, []).append(one)
    for reader, some in of_readers.items():
        ids = [one.detail["idea"] for one in some if one.detail.get("idea")]
        readable = Item.objects.visible_to(reader).listed().filter(pk__in=ids) if ids else Item.objects.none()
        titles = dict(readable.values_list("pk", "title"))
        for one in some:
            one.known = titles.get(one.detail.get("idea"), "")


def shipped_sentence(notification: Notification) -> str:
    """What they asked for, when, and that it is here."""
    detail = notification.detail
    idea = str(notification.known)
    title = isolated(notification.about.title if notification.about else "")
    since = since_of(detail)
    if idea and since:
        words = {"idea": isolated(idea), "month": date_format(since, "YEAR_MONTH_FORMAT"), "title": title}
        if detail.get("why") == "asked":
            return gettext("You asked for “%(idea)s” in %(month)s. It is here: “%(title)s”") % words
        return gettext("You voted for “%(idea)s” in %(month)s. It is here: “%(title)s”") % words
    return gettext("What you follow is here: “%(title)s”") % {"title": title}


front_sections.fill("changelog", latest)
desk_links.fill("changelog", badge.link)
navigation.fill("changelog", ("/changelog/", gettext_lazy("Changelog"), "horn"))
searched.fill(Release.KIND, Kind(gettext_lazy("Releases"), icon="horn"))
states_of_kinds.fill(Release.KIND, KindStates())
reply_rules.fill(Release.KIND, why_no_reply)
topics_of_kind.fill(Release.KIND, {"new": "release_new", "followed": "release_replied"})
topics.fill(
    SHIPPED,
    Topic(
        "check",
        shipped_sentence,
        because=gettext_lazy("You get this because you suggested, voted for or follow what shipped."),
        once_a_day=True,
        look_up=look_ideas_up,
    ),
)
topics.fill("release_new", Topic("horn", told(gettext_lazy("New release: “%(title)s”"))))
topics.fill(
    "release_replied",
    Topic(
        "reply",
        told(gettext_lazy("%(name)s replied to the release “%(title)s”")),
        because=gettext_lazy("You get this because you follow this release."),
        shows_words=True,
    ),
)


def ensure_schedule(using: str) -> None:
    """What was scheduled is published within a minute."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules = Schedule.objects.using(using)
    if not schedules.filter(func=DUE).exists():
        schedules.create(name="releases", func=DUE, schedule_type=Schedule.MINUTES, minutes=1)
