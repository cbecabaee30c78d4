"""The signed address that stops mail with one click: of one thing, or all (RFC 8058)."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction

from community.feedback.models import Item, Label
from community.feedback.places import Place
from community.members.models import Member
from community.notifications.follow import set_level
from community.notifications.models import Follow, Level, Mailing, Notification, Pace, Preference

_SALT = "hearback.unsubscribe"
_KINDS: dict[str, type[Item] | type[Place] | type[Label]] = {"item": Item, "place": Place, "label": Label}


@dataclass(frozen=True)
class Stop:
    """What a token allows: stop mail to a member about one thing; about everything where there is none."""

    member: Member
    target: Item | Place | Label | None


def address(member_id: int, target: Item | Place | Label | None = None) -> str:
    """The absolute address of the page; it does not expire, for mails are kept for years."""
    kind = next((name for name, model in _KINDS.items() if isinstance(target, model)), "")
    token = signing.dumps([member_id, kind, target.pk if target else 0], salt=_SALT)
    return f"{settings.SITE_URL}/unsubscribe/{token}/"


def read(token: str) -> Stop | None:
    """What the token allows, or None for one that is not ours or whose subject is gone."""
    try:
        member_id, kind, pk = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        return None
    target = _KINDS[kind].objects.filter(pk=pk).first() if kind in _KINDS else None
    return Stop(member, target)


def because_of(notification: Notification) -> Item | Place | Label | None:
    """What the reader follows that brought them this: the conversation, its place or a label of it."""
    about = notification.about
    if about is None or notification.topic not in ("new", "watched"):
        return about
    labels = about.labels.values("pk")
    follows = Follow.objects.filter(member=notification.recipient_id).select_related("place", "label")
    wanting = follows.filter(level__in=(Level.WATCHING, Level.FIRST))
    of_label = wanting.filter(label__in=labels).first()
    of_place = wanting.filter(place__in=[about.place_id, about.place.parent_id if about.place else None]).first()
    follow = of_place or of_label
    return follow.target if follow else about.place


@transaction.atomic
def stop(member: Member, target: Item | Place | Label | None) -> None:
    """An item is muted, for else an answer or mention would bring mail; a place or label is followed no more."""
    if target is None:
        Preference.objects.update_or_create(member=member, defaults={"pace": Pace.NEVER})
        Mailing.objects.filter(recipient=member, state=Mailing.State.WAITING, closed_at=None).delete()
    else:
        set_level(member, target, Level.MUTED if isinstance(target, Item) else Level.NORMAL)
