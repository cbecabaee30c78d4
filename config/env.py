"""Reads settings from the environment; a secret may also stand in a file named by NAME_FILE."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


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
            generic = "-c plan_cache_mode=force_generic_plan"
            prepared = {"server_side_binding": True, "prepare_threshold": 5, "options": generic}
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
    """Django's EMAIL_* settings from console:, file:///folder, smtp://user:password@host:port?tls=1."""
    parts = urlsplit(url)
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
    raise ImproperlyConfigured("EMAIL_URL starts with none of console:, file://, smtp://, smtps://.")
