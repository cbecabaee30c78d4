"""Reads settings from the environment; a secret may also stand in a file named by NAME_FILE."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import mail_providers

LONGEST_REPLY_LOCAL = 22


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE names, or the default."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {file}, which cannot be read: {error}") from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; use 1 or 0.")


def number(name: str, default: int, *, least: int = 0) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number from {least} up.")
    return int(value)


def rate(name: str, value: str) -> tuple[int, int] | None:
    """How many in how many seconds, from `120/m` or `2000/10min`; `off` and 0 are no limit at all."""
    given = value.strip().lower()
    if given in {"", "0", "off", "no", "none", "false"}:
        return None
    parts = re.fullmatch(r"(\d{1,9})(?: ?/ ?(\d{0,4}) ?(s|m|h|d)[a-z]*)?", given, re.ASCII)
    if parts is None or not int(parts[1]) or parts[2] == "0":
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write how many in a second, minute, hour or day, as in 120/m, or off."
        )
    return int(parts[1]), int(parts[2] or 1) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[parts[3] or "m"]


def names(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def address(name: str, value: str) -> str:
    """The address of a site, without a path and in small letters: `HTTPS://` is no less production than `https://`."""
    scheme, _colon, rest = value.strip().rstrip("/").partition("://")
    given = f"{scheme.lower()}://{rest}"
    if scheme.lower() not in ("http", "https") or origin(given) != given or not urlsplit(given).hostname:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write scheme and host and nothing more, as in https://community.example.com"
        )
    return given


def origin(url: str) -> str:
    """scheme://host:port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def port_of(name: str, url: str) -> int | None:
    """The port of an address, or None; wrong ones are named without the password beside them."""
    try:
        return urlsplit(url).port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has a port that is no number from 0 to 65535.") from error


def database(url: str) -> dict[str, Any]:
    """A Django database from postgres://user:password@host:port/name or sqlite:///path."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": f"/{parts.path.lstrip('/')}",
            # Tests use a file too: a database in memory ignores the busy timeout.
            "TEST": {"NAME": f"/{parts.path.lstrip('/')}.test"},
            "OPTIONS": {
                "timeout": 20,
                # A deferred transaction that turns into a write fails at once when another writer
                # came between, whatever the timeout; an immediate one waits its turn.
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; "
                    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; "
                    # What is deleted or changed is overwritten with zeros: it would stay readable in the file.
                    "PRAGMA secure_delete=ON;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        # What a page asks takes longer to be planned than to be answered: PostgreSQL keeps one plan for all values.
        # Left to choose, it plans lists of small sites anew each time, and the better guess is no better page.
        prepared: dict[str, Any] = {}
        if flag("PREPARED_STATEMENTS", True):
            # Nor is any long enough to be compiled: where no ANALYZE has run, JIT took a seventh of a second for one.
            options = "-c plan_cache_mode=force_generic_plan -c jit=off"
            prepared = {"server_side_binding": True, "prepare_threshold": 5, "options": options}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(port_of("DATABASE_URL", url) or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {**prepared, **dict(parse_qsl(parts.query))},
        }
    raise ImproperlyConfigured("DATABASE_URL starts with neither postgres:// nor sqlite:///.")


def mail(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from console:, file:///folder, smtp://user:password@host:port?tls=1 or a provider."""
    parts = _split("EMAIL_URL", url)
    if parts.scheme in mail_providers.SCHEMES:
        return mail_providers.settings_of(parts)
    backend = "django.core.mail.backends."
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": backend + "console.EmailBackend"}
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": backend + "filebased.EmailBackend", "EMAIL_FILE_PATH": parts.path}
    if parts.scheme in {"smtp", "smtps"}:
        options = dict(parse_qsl(parts.query))
        secure = parts.scheme == "smtps"
        return {
            "EMAIL_BACKEND": backend + "smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": port_of("EMAIL_URL", url) or (465 if secure else 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": secure,
            "EMAIL_USE_TLS": options.get("tls") == "1",
            "EMAIL_TIMEOUT": 20,
        }
    providers = "".join(f", {scheme}://" for scheme in mail_providers.SCHEMES)
    raise ImproperlyConfigured(f"EMAIL_URL starts with none of console:, file://, smtp://, smtps://{providers}.")


def _split(name: str, url: str) -> SplitResult:
    """The parts of an address; one that cannot be read is not repeated, for a password may stand in it."""
    try:
        return urlsplit(url)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is no address: a [ or ] in it is written %5B or %5D.") from None


def reply_address(value: str) -> str:
    """`reply@example.com`, or with a `*` where the token stands; empty is off."""
    given = value.strip().lower()
    if given and not re.fullmatch(r"[a-z0-9._+-]*\*?[a-z0-9._-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*", given):
        raise ImproperlyConfigured(
            f"REPLY_ADDRESS is {value!r}; write an address as in reply@example.com, which becomes "
            "reply+TOKEN@example.com, or with a star where the token stands: *@reply.example.com"
        )
    local = given.partition("@")[0]
    if given and not local:
        raise ImproperlyConfigured(f"REPLY_ADDRESS is {value!r}; nothing stands before the @.")
    if len(local) > LONGEST_REPLY_LOCAL:
        # Mail servers take 64 characters before the @, and a token has up to 40.
        raise ImproperlyConfigured(
            f"REPLY_ADDRESS has {len(local)} characters before the @; use {LONGEST_REPLY_LOCAL} at most, "
            "for the token needs the rest."
        )
    return given


def inbox(url: str) -> dict[str, Any]:
    """Where mail is fetched, from imaps://user:password@host:993/INBOX; empty is nowhere.

    `imap://…?tls=1` begins plain and goes on encrypted; without it a password would go over the wire as it is, so
    plain `imap://` is for this machine only.
    """
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname:
        raise ImproperlyConfigured("INBOX_URL starts with neither imaps:// nor imap://, or names no host.")
    if not parts.username or not parts.password:
        raise ImproperlyConfigured(
            "INBOX_URL has no user or no password; write imaps://user:password@host/INBOX, with %40 for an @ in them."
        )
    is_tls, is_begun_plain = parts.scheme == "imaps", dict(parse_qsl(parts.query)).get("tls") == "1"
    if not (is_tls or is_begun_plain or parts.hostname in ("localhost", "127.0.0.1", "::1")):
        raise ImproperlyConfigured(
            "INBOX_URL would send its password unencrypted; use imaps://, or imap://…?tls=1 where the server wants it."
        )
    return {
        "host": parts.hostname,
        "port": port_of("INBOX_URL", url) or (993 if is_tls else 143),
        "user": unquote(parts.username),
        "password": unquote(parts.password),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
        "is_tls": is_tls,
        "is_begun_plain": is_begun_plain,
    }
