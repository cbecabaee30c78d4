"""Telling people what was decided about them, in the bell and by mail."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.feedback.models import Item, State, parents_of_many
from community.lib.isolate import isolated
from community.members.models import Member
from community.moderation.models import ModerationEntry, Reason
from community.notifications import tell as door
from community.notifications.models import Notification
from community.notifications.topics import Topic, title, topics


def tell(entry: ModerationEntry, member: Member, *, item: Item | None = None) -> None:
    """Tell a member of an entry that is about them. The bell names its reason, the mail also what staff wrote.

    Of what its reader cannot open any more only the sentence remains, so it names no item then.
    """
    seen = item if item and item.state != State.REMOVED else None
    detail = {"entry": entry.pk, "reason": entry.reason, "count": entry.count}
    # Who of staff decided is no matter between two people.
    door.tell(member, f"decision {entry.verb}", item=seen, about=_about(seen), detail=detail)


def _about(item: Item | None) -> Item | None:
    """The conversation that an item belongs to, which has the title."""
    ask = parents_of_many.get(item.kind) if item else None
    return ask([item.pk]).get(item.pk) if ask and item else item


def _sentence(words: str | Promise) -> Callable[[Notification], str]:
    """With a %(title)s, a %(reason)s behind it where there is one, and a %(count)s."""

    def sentence(notification: Notification) -> str:
        reason = notification.detail.get("reason")
        said = str(words) % {
            "title": isolated(title(notification)),
            "count": notification.detail.get("count", 1),
        }
        return _("%(sentence)s (%(reason)s)") % {"sentence": said, "reason": Reason(reason).label} if reason else said

    return sentence


def _staff_wrote(notification: Notification) -> str:
    """What staff told them, and the sentence of a sanction with its end."""
    entry = ModerationEntry.objects.select_related("sanction").filter(pk=notification.detail.get("entry", 0)).first()
    if entry is None:
        return ""
    return entry.sanction.sentence if entry.sanction and entry.verb != "lifted" else entry.words


def _own_page(notification: Notification) -> str:
    """Where what was decided stands, and where they may appeal."""
    return "/me/#decisions-head"


def _item(notification: Notification) -> str:
    return notification.item.get_absolute_url() if notification.item else _own_page(notification)


_TOPICS: dict[str, tuple[str, str | Promise]] = {
    "hidden": ("eye", gettext_lazy("What you wrote in “%(title)s” was hidden")),
    "removed": ("trash", gettext_lazy("Something that you wrote was removed")),
    "restored": ("check", gettext_lazy("What you wrote in “%(title)s” is shown again")),
    "warning": ("warning", gettext_lazy("Staff warned you")),
    "silence": ("warning", gettext_lazy("You were silenced: you cannot post, vote or report for now")),
    "suspension": ("lock", gettext_lazy("Your account was suspended")),
    "lifted": ("check", gettext_lazy("A sanction against you was lifted")),
    "swept": ("trash", gettext_lazy("Everything that you wrote was removed")),
    "unswept": ("check", gettext_lazy("Everything that you wrote is back")),
    "granted": ("check", gettext_lazy("Your appeal was granted")),
    "refused": ("close", gettext_lazy("Your appeal was refused")),
    "champion": ("star", gettext_lazy("You are a champion now. Thank you!")),
}
_PLACES: dict[str, Callable[[Notification], str]] = {"champion": lambda _one: "/champions/"}
for verb, (icon, words) in _TOPICS.items():
    address = _PLACES.get(verb, _item)
    topics.fill(f"decision {verb}", Topic(icon, _sentence(words), address=address, words=_staff_wrote))
