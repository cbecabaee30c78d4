"""What providers report of mails: an address that takes none, a complaint, somebody who wants no more; and mail."""

import hashlib
import json
from collections.abc import Callable
from email.encoders import encode_base64
from email.policy import compat32
from typing import Any

from allauth.account.models import EmailAddress
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, EventType, RejectReason, inbound, tracking
from django.core.cache import cache
from django.dispatch import receiver

from community.lib.mail_failures import is_for_good, statuses_in
from community.members.models import Member
from community.notifications import unsubscribe
from community.notifications.inbound import inbox
from community.notifications.models import Suppression
from community.notifications.suppressions import end_outsiders, suppress

# Longer than any provider tries again: an event that comes once more after its owner let mail come again stops nobody.
KNOWN_FOR = 7 * 24 * 3600
# anymail calls these bounces too, though the provider will try again, or the address may work tomorrow.
_SOFT: dict[str, Callable[[Any], bool]] = {
    "Amazon SES": lambda told: told["bounce"]["bounceType"] != "Permanent",
    "Brevo": lambda told: told["event"] == "soft_bounce",
    "MailerSend": lambda told: told["data"]["type"] == "soft_bounced",
    "Mailjet": lambda told: not told["hard_bounce"],
    "Mandrill": lambda told: told["event"] == "soft_bounce",
    "Postmark": lambda told: told["Type"] == "SoftBounce",
    "Resend": lambda told: told["data"]["bounce"]["type"] != "Permanent",
    "SendGrid": lambda told: told["type"] == "blocked",
    "SparkPost": lambda told: str(told["msys"]["message_event"]["bounce_class"]) not in ("10", "30"),
}


@receiver(tracking, dispatch_uid="hearback")
def note_event(sender: Any, event: AnymailTrackingEvent, esp_name: str, **more: Any) -> None:
    """Only what somebody's confirmed address did; whatever else a provider tells makes no row."""
    act = _act_on(event, esp_name)
    if act is None or not event.recipient:
        return
    key = _key(event, esp_name)
    if cache.get(key):
        return
    email = event.recipient.strip().lower()
    address = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    if address:
        act(address.user, address.email)
    end_outsiders(email)
    cache.set(key, 1, timeout=KNOWN_FOR)


def _act_on(event: AnymailTrackingEvent, esp_name: str) -> Callable[[Member, str], None] | None:
    if event.event_type == EventType.COMPLAINED:
        return lambda member, address: suppress(address, Suppression.Reason.COMPLAINT)
    if event.event_type == EventType.UNSUBSCRIBED:
        return lambda member, address: unsubscribe.stop(member, None)
    if _is_lost(event) and not _is_soft(event, esp_name):
        return lambda member, address: suppress(address, Suppression.Reason.BOUNCE)
    return None


def _is_lost(event: AnymailTrackingEvent) -> bool:
    """Bounced, or not even tried because it bounced before; for a reason that lies with the address."""
    reasons = (RejectReason.BOUNCED, RejectReason.INVALID)
    if event.event_type == EventType.BOUNCED:
        return event.reject_reason in (*reasons, None)  # some name no reason
    if event.event_type == EventType.FAILED:  # not handed over at all: what the other server said decides
        return is_for_good(_status(event))
    return event.event_type == EventType.REJECTED and event.reject_reason in reasons


def _status(event: AnymailTrackingEvent) -> str:
    return next(iter(statuses_in(str(event.mta_response or ""))), "")


def _is_soft(event: AnymailTrackingEvent, esp_name: str) -> bool:
    status = _status(event)
    if status and not is_for_good(status):
        return True
    try:
        return event.event_type == EventType.BOUNCED and _SOFT[esp_name](event.esp_event)
    except (KeyError, TypeError):
        return False


def _key(event: AnymailTrackingEvent, esp_name: str) -> str:
    """Of the event, however often it comes; hashed, for an address is in it."""
    about = [esp_name, event.event_id, event.event_type, event.recipient, str(event.timestamp), event.message_id]
    return f"mailhook:{hashlib.sha256(json.dumps(about, default=str).encode()).hexdigest()}"


@receiver(inbound, dispatch_uid="hearback")
def take_in(sender: Any, event: AnymailInboundEvent, esp_name: str, **more: Any) -> None:
    """Stored as it came, and queued: what becomes of it is decided by a task."""
    inbox.take(_raw(event.message), via=esp_name.lower(), to=_recipients(event))


def _raw(message: Any) -> bytes:
    """Headers as they came, and not folded anew; the older rules for those that the newer ones stumble over."""
    for part in message.walk():
        # What providers bring in parts is put together with bytes as they are, and a line end among them would be
        # made another.
        if (
            part.get_content_maintype() not in ("text", "multipart", "message")
            and not part["Content-Transfer-Encoding"]
        ):
            encode_base64(part)
    try:
        raw: bytes = message.as_bytes(policy=message.policy.clone(refold_source="none"))
    except (AttributeError, IndexError, KeyError, LookupError, TypeError, ValueError):
        raw = message.as_bytes(policy=compat32)
    return raw


def _recipients(event: AnymailInboundEvent) -> list[str]:
    """All of the envelope; anymail gives the first, and SendGrid names them together."""
    fields = getattr(event.esp_event, "POST", {})
    try:
        envelope = [str(one) for one in json.loads(fields["envelope"])["to"]]
    except (KeyError, TypeError, ValueError):
        envelope = [event.message.envelope_recipient or ""]
    return [one for one in envelope if one]
