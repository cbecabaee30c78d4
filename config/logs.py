"""Log lines without people: JSON in production, plain lines elsewhere, each on one line whatever is in it.

What somebody typed gets into logs by ways that nobody thinks of: the path of a failed request, the message of a
database error, the answer of a mail server. So every line is cleaned here, at the last moment, whoever wrote it.
"""

import json
import logging
import re
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

Line = MutableMapping[str, Any]
request_id: ContextVar[str] = ContextVar("request_id", default="")
REQUESTS = "hearback.request"
MOST_FRAMES = 12
_BASE = f"{Path(__file__).resolve().parent.parent}/"

_PEOPLE = (
    (re.compile(r"DETAIL:[^\n]*"), "DETAIL: […]"),  # PostgreSQL quotes the whole row there
    (re.compile(r"[^\s@<>\"'(),;:=\[\]{}]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)"), "[address]"),
    (re.compile(r"(?<![\w:.])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])", re.IGNORECASE), "[address]"),
    (re.compile(r"(?<![\w:.])(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::[0-9a-f:]*(?![\w:])", re.IGNORECASE), "[address]"),
    (re.compile(r"(/[^\s?\"']*)\?[^\s\"']+"), r"\1?[…]"),
    (re.compile(r"/members/[^/\s\"']+"), "/members/[handle]"),
    (re.compile(r"(?<!\w)@[a-z0-9][\w.-]+", re.IGNORECASE), "[handle]"),
)
_QUOTED = re.compile(r"'[^']*'")


def described(level: str, *, as_json: bool) -> dict[str, Any]:
    """What LOGGING says: one handler for all, and nobody beside it."""
    structlog.configure(
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "as_json": as_json}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would print addresses beside ours.
            "django": {"handlers": [], "level": "INFO"},
            "django.request": {"level": "ERROR"},  # refusals stand in the line of the request
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # any scanner; the line of the request says 400
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.db.backends": {"level": "WARNING"},  # below it, each query with all that was asked
            "django-q": {"level": "WARNING"},
            # What they say below it holds whole requests to providers of mail and files, keys included.
            "urllib3": {"level": "WARNING"},
            "botocore": {"level": "WARNING"},
        },
    }


def formatter(*, as_json: bool) -> logging.Formatter:
    render = as_json_line if as_json else as_plain_line
    chain: list[Any] = [told, without_people, structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
    return structlog.stdlib.ProcessorFormatter(processors=chain)


def told(logger: Any, name: str, line: Line) -> Line:
    """When, how grave, by whom, for which request; an exception as its kind and the places it came through."""
    record: logging.LogRecord = line["_record"]
    at = datetime.fromtimestamp(record.created, UTC)
    head: dict[str, Any] = {"at": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z", "level": record.levelname}
    head |= {"logger": record.name, "request": request_id.get()}
    line["event"] = _words(record, str(line.get("event", "")))
    failure = line.pop("exc_info", None) or record.exc_info
    if isinstance(failure, tuple) and failure[1]:
        line["exception"], line["through"] = exception_words(failure[1]), _places(failure[2])
    line.pop("stack_info", None)
    return {key: value for key, value in head.items() if value} | dict(line)


def _words(record: logging.LogRecord, words: str) -> str:
    """Django puts the address of the request behind its words, and what was typed into quotes."""
    if record.name.startswith(("django.request", "django.security")):
        return _QUOTED.sub("'…'", words.partition(": /")[0])
    return words


def exception_words(failure: BaseException) -> str:
    """Its kind and the first line of its message without what stands in quotes: `KeyError: '…'`."""
    first = next(iter(str(failure).splitlines()), "")
    return f"{type(failure).__name__}: {_QUOTED.sub(chr(39) + '…' + chr(39), first)}"


def _places(through: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(through)[-MOST_FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(name: str) -> str:
    return name.removeprefix(_BASE).rpartition("/site-packages/")[2]


def without_people(logger: Any, name: str, line: Line) -> Line:
    if line["logger"] == REQUESTS:  # holds nothing but what we named ourselves
        return line
    kept = ("at", "level", "logger", "request", "through", "_record", "_from_structlog")
    for key, value in line.items():
        if key not in kept and not isinstance(value, (int, float, bool)):
            line[key] = cleaned(str(value))
    return line


def cleaned(words: str) -> str:
    """The words without e-mail addresses, handles, network addresses and query strings."""
    for pattern, instead in _PEOPLE:
        words = pattern.sub(instead, words)
    return words


def as_json_line(logger: Any, name: str, line: Line) -> str:
    return json.dumps(line, default=str, separators=(",", ":"))  # ASCII: no line break or escape gets through


def as_plain_line(logger: Any, name: str, line: Line) -> str:
    through = "".join(f"\n    {place}" for place in line.pop("through", ()))
    head = " ".join(str(line.pop(key)) for key in ("at", "level", "logger") if key in line)
    event = line.pop("event")
    rest = "".join(f" {key}={value}" for key, value in line.items())
    return printable(f"{head} {event}{rest}") + through


def printable(words: str) -> str:
    """Whatever moves the cursor, breaks the line or turns the direction, as its escape (ABUSE I105)."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in words)
