"""The doors for what providers of mail report: which stand open, and who may come in.

Providers are given addresses such as https://hearback:SECRET@community.example.com/hooks/mail/postmark/tracking/.
All doors are closed until MAIL_HOOK_SECRET is set, and then those open that MAIL_HOOKS names. What each provider
writes and how it signs is anymail's business; who speaks to us at all is ours.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

SECRET = re.compile(r"[A-Za-z0-9_-]{16,}")  # what every provider leaves alone in an address
View = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True)
class Hooks:
    """The views of anymail for one provider, and how each calls the key that the provider signs with."""

    tracking: str
    inbound: str = ""
    tracking_key: str = ""
    inbound_key: str = ""
    needs_key: bool = False  # its views refuse everything that is not signed
    package: str = ""  # what checking the signature needs


# Brevo, Mailtrap, Resend and Amazon only say that a mail has come, and it would have to be fetched while they wait.
# Their mail comes by IMAP.
HOOKS: dict[str, Hooks] = {
    "postmark": Hooks("postmark.PostmarkTrackingWebhookView", "postmark.PostmarkInboundWebhookView"),
    "mailgun": Hooks(
        "mailgun.MailgunTrackingWebhookView", "mailgun.MailgunInboundWebhookView",
        "webhook_signing_key", "webhook_signing_key", needs_key=True,
    ),
    "sendgrid": Hooks(
        "sendgrid.SendGridTrackingWebhookView", "sendgrid.SendGridInboundWebhookView",
        "tracking_webhook_verification_key",
    ),
    "brevo": Hooks("brevo.BrevoTrackingWebhookView"),
    "resend": Hooks("resend.ResendTrackingWebhookView", tracking_key="signing_secret", package="svix"),
    "mailjet": Hooks("mailjet.MailjetTrackingWebhookView", "mailjet.MailjetInboundWebhookView"),
    "sparkpost": Hooks("sparkpost.SparkPostTrackingWebhookView", "sparkpost.SparkPostInboundWebhookView"),
    "mailersend": Hooks(
        "mailersend.MailerSendTrackingWebhookView", "mailersend.MailerSendInboundWebhookView",
        "signing_secret", "inbound_secret", needs_key=True,
    ),
    "mandrill": Hooks(
        "mandrill.MandrillCombinedWebhookView", "mandrill.MandrillCombinedWebhookView",
        "webhook_key", "webhook_key", needs_key=True,
    ),
    "mailtrap": Hooks("mailtrap.MailtrapTrackingWebhookView", tracking_key="tracking_secret"),
    "postal": Hooks(
        "postal.PostalTrackingWebhookView", "postal.PostalInboundWebhookView",
        "webhook_key", "webhook_key", needs_key=True, package="cryptography",
    ),
    "ses": Hooks("amazon_ses.AmazonSESTrackingWebhookView", package="boto3"),
}  # fmt: skip


def are_on() -> bool:
    return bool(SECRET.fullmatch(settings.MAIL_HOOK_SECRET))


def tracking(provider: str) -> View | None:
    """Who reads what a provider tells of mails that we sent; None where the door is closed."""
    hooks = _open(provider)
    return _view(hooks.tracking, hooks.tracking_key, settings.MAIL_HOOK_SIGNING_KEY) if hooks else None


def inbound(provider: str) -> View | None:
    """Who reads the mails that a provider brings; None where the door is closed."""
    hooks = _open(provider)
    return _view(hooks.inbound, hooks.inbound_key, settings.MAIL_HOOK_INBOUND_KEY) if hooks and hooks.inbound else None


def _open(provider: str) -> Hooks | None:
    return HOOKS.get(provider) if are_on() and provider in settings.MAIL_HOOKS else None


def _view(name: str, key_name: str, key: str) -> View:
    """Loaded when it is first asked for: each brings the library of its provider along."""
    view = import_string(f"anymail.webhooks.{name}")
    signed = {key_name: key} if key_name and key else {}
    asked: View = view.as_view(**signed)
    return asked


def knows_secret(request: HttpRequest) -> bool:
    """By HTTP basic authentication, which is what all providers can send."""
    kind, _space, words = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(words.strip(), validate=True) if kind.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        return False
    return constant_time_compare(given, settings.ANYMAIL["WEBHOOK_SECRET"])
