"""System checks: everything an operator can get wrong, each with what to do about it."""

import os
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.utils import DatabaseError

from community.members.models import Member, Site
from community.notifications import hooks

LOOPBACK = ("localhost", "127.0.0.1", "::1")
DEMO_HANDLES = ("ann", "sam", "mia", "root")
DEMO_PASSWORD = "hearback-demo"  # noqa: S105 (public by design, and checked against below)


def production(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """What only matters where SITE_URL is https."""
    if not settings.IS_PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            Error("DEBUG is on in production.", hint="Unset DEBUG: it shows settings to visitors.", id="hearback.E001")
        )
    if len(settings.SECRET_KEY) < 40:
        found.append(Error("SECRET_KEY is short.", hint="Use at least 40 random characters.", id="hearback.E002"))
    if "EMAIL_URL" not in os.environ and "EMAIL_URL_FILE" not in os.environ:
        hint = (
            "Set EMAIL_URL, for example smtp://user:password@mail.example:587?tls=1. Nobody can sign up without mail."
        )
        found.append(Warning("Mail goes to the terminal only.", hint=hint, id="hearback.W001"))
    if not settings.TRUSTED_PROXIES:
        hint = "Behind one proxy, set TRUSTED_PROXIES=1; else every visitor has its address and shares one limit."
        found.append(Warning("No proxy is trusted.", hint=hint, id="hearback.W002"))
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        hint = "SQLite serves one box well. For several, set DATABASE_URL to a PostgreSQL."
        found.append(Warning("The database is SQLite.", hint=hint, id="hearback.W003"))
    return found


def plain_http(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Where people come from elsewhere without https: nothing of production is on."""
    if settings.IS_PRODUCTION or settings.SITE_HOST in LOOPBACK:
        return []
    hint = (
        "Set SITE_URL to an https:// address: only then are cookies secure, mails with log-in codes deleted once "
        "they are sent, and https enforced."
    )
    return [Warning("SITE_URL is plain http beyond this machine.", hint=hint, id="hearback.W004")]


def folders(app_configs: Any, **options: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for name in ("DATA_DIR", "MEDIA_ROOT"):
        folder = getattr(settings, name)
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            hint = f"Give the user of this process write access to it, or point {name} elsewhere."
            found.append(Error(f"{name} ({folder}) cannot be written.", hint=hint, id="hearback.E003"))
    return found


def bucket(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """What an S3 bucket for uploads needs."""
    if not settings.MEDIA_BUCKET:
        return []
    if find_spec("storages") is None or find_spec("boto3") is None:
        hint = "Install it into the environment of the site: .venv/bin/pip install 'django-storages[s3]'."
        return [Error("MEDIA_BUCKET needs django-storages, which is not there.", hint=hint, id="hearback.E008")]
    given = settings.BUCKET
    if bool(given["access_key"]) != bool(given["secret_key"]):
        hint = "Set both, or neither where the machine itself has the right to the bucket."
        return [Error("Of MEDIA_KEY and MEDIA_SECRET one is missing.", hint=hint, id="hearback.E009")]
    return []


def amazon(app_configs: Any, **options: Any) -> list[CheckMessage]:
    if settings.MAIL_PROVIDER != "ses" or find_spec("boto3"):
        return []
    hint = "Install it into the environment of the site: .venv/bin/pip install boto3."
    return [Error("EMAIL_URL names Amazon SES, which needs boto3.", hint=hint, id="hearback.E010")]


def replies_by_mail(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """What answers to mails of notifications need to arrive."""
    if settings.INBOX and not settings.REPLY_ADDRESS:
        hint = "Set REPLY_ADDRESS=reply@your-domain, whose mail arrives in that mailbox; or take INBOX_URL away."
        return [Error("INBOX_URL is set and REPLY_ADDRESS is not.", hint=hint, id="hearback.E015")]
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip("> ").lower()
    if settings.REPLY_ADDRESS and sender == settings.REPLY_ADDRESS:
        hint = (
            "Use another address for one of them: a mail program that answers by itself would take one for the other."
        )
        return [Error("REPLY_ADDRESS is the address of MAIL_FROM.", hint=hint, id="hearback.E016")]
    return []


def mail_hooks(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Providers of mail that report to the site, or should."""
    if hooks.are_on():
        return _open_hooks()
    if settings.MAIL_HOOK_SECRET:
        hint = (
            "Use 16 or more of A-Z, a-z, 0-9, - and _. One is made by: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(24))'"
        )
        return [Error("MAIL_HOOK_SECRET is too short, or no word: hooks stay closed.", hint=hint, id="hearback.E011")]
    if settings.MAIL_PROVIDER in hooks.HOOKS:
        hint = "Set MAIL_HOOK_SECRET, and give the provider the addresses that docs/configuration.md names."
        words = f"Nobody tells the site of mails that come back to {settings.MAIL_PROVIDER}, nor of complaints."
        return [Warning(words, hint=hint, id="hearback.W005")]
    return []


def _open_hooks() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.IS_PRODUCTION and settings.SITE_HOST not in LOOPBACK:
        hint = "Set SITE_URL to an https:// address, and give the provider no other."
        found.append(Warning("MAIL_HOOK_SECRET is sent in the clear.", hint=hint, id="hearback.W006"))
    for name in settings.MAIL_HOOKS:
        known = hooks.HOOKS.get(name)
        if known is None and name != settings.MAIL_PROVIDER:
            hint = f"MAIL_HOOKS takes {', '.join(hooks.HOOKS)}."
            found.append(Error(f"MAIL_HOOKS names {name}, which is unknown.", hint=hint, id="hearback.E012"))
        if known and known.needs_key and not settings.MAIL_HOOK_SIGNING_KEY:
            hint = "Set MAIL_HOOK_SIGNING_KEY to what the provider shows beside the hook."
            found.append(Error(f"Hooks of {name} are signed, and no key is set.", hint=hint, id="hearback.E013"))
        if known and known.package and _is_needed(known) and find_spec(known.package) is None:
            hint = f"Install it into the environment of the site: .venv/bin/pip install {known.package}."
            found.append(Error(f"Hooks of {name} need {known.package}.", hint=hint, id="hearback.E014"))
    return found


def _is_needed(known: hooks.Hooks) -> bool:
    """A signature that is voluntary needs its package only where it is asked for."""
    return bool(settings.MAIL_HOOK_SIGNING_KEY) or not known.tracking_key


def tasks(app_configs: Any, **options: Any) -> list[CheckMessage]:
    cluster: dict[str, Any] = settings.Q_CLUSTER
    if cluster["retry"] > cluster["timeout"]:
        return []
    hint = "Keep retry above timeout, or a slow task is started a second time while it runs."
    return [Error("Tasks are retried before they can time out.", hint=hint, id="hearback.E004")]


def demo_log_ins(app_configs: Any, databases: Any = None, **options: Any) -> list[CheckMessage]:
    """A site that is not a demo must not have the demo's log-ins."""
    if not databases:
        return []
    try:
        if "community_site" not in connection.introspection.table_names() or Site.current().is_demo:
            return []
        known = Member.objects.filter(handle__in=DEMO_HANDLES)
        left = [member.handle for member in known if member.check_password(DEMO_PASSWORD)]
    except (DatabaseError, ImproperlyConfigured):
        return []
    if not left:
        return []
    hint = "Delete these members, or give them other passwords: the demo's is published."
    return [Error(f"Demo log-ins on a site that is no demo: {', '.join(left)}.", hint=hint, id="hearback.E005")]


def postgres_version(app_configs: Any, databases: Any = None, **options: Any) -> list[CheckMessage]:
    if not databases or connection.vendor != "postgresql":
        return []
    try:
        version = connection.pg_version  # type: ignore[attr-defined]
    except DatabaseError as error:
        hint = "Check DATABASE_URL, and that PostgreSQL runs and lets this user in."
        return [Error(f"PostgreSQL cannot be reached: {error}".strip(), hint=hint, id="hearback.E006")]
    if version < 140_000:
        return [Error("PostgreSQL is older than 14.", hint="Upgrade it.", id="hearback.E007")]
    return []


def register_all() -> None:
    register(production, Tags.security)
    register(plain_http)
    register(folders)
    register(bucket)
    register(amazon)
    register(replies_by_mail)
    register(mail_hooks)
    register(tasks)
    register(demo_log_ins, Tags.database)
    register(postgres_version, Tags.database)
