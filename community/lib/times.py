"""Times as pages show them: absolute in the reader's zone and language; script makes them relative."""

from datetime import datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language


class Moment(NamedTuple):
    iso: str
    text: str


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name, UTC for one that there is not."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def moment(at: datetime) -> Moment:
    return _moment(at, timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=5_000)
def _moment(at: datetime, zone: tzinfo, language: str | None) -> Moment:
    """The same posts are read again and again, and putting a month into words is slow."""
    local = timezone.localtime(at, zone)
    return Moment(at.strftime("%Y-%m-%dT%H:%M:%SZ"), date_format(local, "DATETIME_FORMAT"))
