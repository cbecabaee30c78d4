"""Times as pages show them: absolute in the reader's zone and language; script makes them relative."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format


class Moment(NamedTuple):
    iso: str
    text: str


def moment(at: datetime) -> Moment:
    local = timezone.localtime(at)
    return Moment(at.strftime("%Y-%m-%dT%H:%M:%SZ"), date_format(local, "DATETIME_FORMAT"))
