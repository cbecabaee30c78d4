"""What a notification can be about, in words: each room registers the topics that are its own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.lib.isolate import isolated
from community.lib.slots import Slot
from community.notifications.models import Notification

_ABOUT_YOU = gettext_lazy("You get this because it is about your account or what you wrote.")


@dataclass(frozen=True)
class Topic:
    """One kind of notification. Its words are asked for in the reader's language."""

    icon: str
    sentence: Callable[[Notification], str]
    address: Callable[[Notification], str] | None = None  # else that of the item
    # The reason line of its mail; %(place)s is what the reader follows.
    because: str | Promise = _ABOUT_YOU
    # Its mail shows the words of the item, and can be answered; else it says the sentence alone.
    shows_words: bool = False
    # At most one mail a day says something of this kind.
    once_a_day: bool = False
    # What its mail says below the sentence, as plain text, where that is not the words of the item.
    words: Callable[[Notification], str] | None = None
    # Puts on each of them, as `known`, what its sentence needs beyond the row: for all on a page at once.
    look_up: Callable[[Sequence[Notification]], None] | None = None


topics: Slot[Topic] = Slot("topics of notifications")


def topic_of(notification: Notification) -> Topic:
    """Its topic; one that no room knows any more is told by where it leads."""
    return topics.get(notification.topic) or _UNKNOWN


def address_of(notification: Notification) -> str:
    topic = topic_of(notification)
    if topic.address:
        return topic.address(notification)
    return notification.item.get_absolute_url() if notification.item else "/me/notifications/"


def look_up(notifications: Iterable[Notification]) -> None:
    """Ask once for what many sentences need, before `sentence_of` asks for each."""
    of_topics: dict[str, list[Notification]] = {}
    for one in notifications:
        of_topics.setdefault(one.topic, []).append(one)
    for name, some in of_topics.items():
        topic = topics.get(name)
        if topic and topic.look_up:
            topic.look_up(some)


def sentence_of(notification: Notification) -> str:
    if not hasattr(notification, "known"):
        look_up([notification])
    return topic_of(notification).sentence(notification)


def because_of(notification: Notification) -> str:
    place = notification.item.place if notification.item else None
    return str(topic_of(notification).because) % {"place": isolated(place.local_name if place else title(notification))}


def title(notification: Notification) -> str:
    """That of the conversation."""
    return notification.about.title if notification.about else ""


def told(words: str | Promise) -> Callable[[Notification], str]:
    """A sentence with a %(name)s, of whoever did it, and a %(title)s."""

    def sentence(notification: Notification) -> str:
        name = notification.by.display_name if notification.by else _("Somebody")
        return str(words) % {"name": isolated(name), "title": isolated(title(notification))}

    return sentence


_UNKNOWN = Topic("bell", told(gettext_lazy("Something happened in “%(title)s”")))
_IN_A_THREAD = gettext_lazy("%(name)s replied in “%(title)s”")
_OF_A_PLACE = gettext_lazy("You get this because you follow %(place)s.")
_POSTS: dict[str, tuple[str, str | Promise, str | Promise]] = {
    "mentioned": (
        "user",
        gettext_lazy("%(name)s mentioned you in “%(title)s”"),
        gettext_lazy("You get this because you were mentioned."),
    ),
    "replied": (
        "reply",
        gettext_lazy("%(name)s answered your reply in “%(title)s”"),
        gettext_lazy("You get this because it answers a reply of yours."),
    ),
    "asked": (
        "reply",
        gettext_lazy("%(name)s replied to your thread “%(title)s”"),
        gettext_lazy("You get this because you started this thread."),
    ),
    "followed": ("reply", _IN_A_THREAD, gettext_lazy("You get this because you follow this thread.")),
    "watched": ("reply", _IN_A_THREAD, _OF_A_PLACE),
    "new": ("plus", gettext_lazy("%(name)s started “%(title)s”"), _OF_A_PLACE),
}
for name, (icon, words, because) in _POSTS.items():
    topics.fill(name, Topic(icon, told(words), because=because, shows_words=True))
topics.fill("solved", Topic("solved", told(gettext_lazy("Your reply solved “%(title)s”"))))
topics.fill(
    "approved", Topic("check", told(gettext_lazy("What you wrote in “%(title)s” is approved: all can read it")))
)
