"""What the parts of the API share: how many rows, from where on, and what an empty parameter means."""

from collections.abc import Mapping
from math import isnan
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Path, Schema
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from community.lib import paging
from community.lib.problems import Problem

MOST, USUAL = 50, 20


def clamped(value: Any) -> Any:
    """A number of rows that we give, near any number that was asked for (ABUSE C44); else the value as it is."""
    try:
        wanted = float(value)
    except (TypeError, ValueError):
        return value
    if isnan(wanted):
        return USUAL
    return min(max(wanted, 1), MOST) if wanted < 1 or wanted > MOST else value


def none_if_empty(value: Any) -> Any:
    """`?kind=` asks for no kind in particular."""
    return None if value == "" else value


def language_code(value: Any) -> Any:
    """`pt-BR` and `PT_br` are the same; what is no code at all is refused."""
    code = str(value).replace("_", "-").lower()
    parts = code.split("-")
    if code and not (code.isascii() and 2 <= len(parts[0]) <= 3 and parts[0].isalpha() and len(code) <= 10):
        raise PydanticCustomError("language", gettext_noop("Write a language as in en, th or pt-br."))
    return code


Limit = Annotated[
    int,
    BeforeValidator(clamped),
    Field(json_schema_extra={"minimum": 1, "maximum": MOST}),
]
LIMIT = Field(USUAL, description=gettext_noop("How many, from 1 to 50."))
# Of what is read alone; `id: int = NUMBER`.
NUMBER: Any = Path(..., description=gettext_noop("The number of the item, the same in all of the API."))
Language = Annotated[str, BeforeValidator(language_code)]
OrNone = BeforeValidator(none_if_empty)


class Paged(Schema):
    limit: Limit = LIMIT
    after: str = Field("", description=gettext_noop("Where the page begins: it stands in next of the page before."))


def key_of(cursor: str, kinds: list[type]) -> list[Any] | None:
    """The key in a cursor of ours; another one is an error, for a list that began anew would never end."""
    key = paging.decode(cursor, kinds) if cursor else None
    if cursor and key is None:
        raise Problem(422, _("This is no cursor of ours. Follow next of the page before."))
    return key


def whole(path: str) -> str:
    """The address of a page of ours, for those who read it elsewhere."""
    return settings.SITE_URL + path


def next_url(path: str, asked: Mapping[str, Any], after: str | None) -> str | None:
    """The address of the next page, with all that was asked for this one."""
    if after is None:
        return None
    kept = {name: value for name, value in asked.items() if value not in (None, "") and name != "after"}
    return whole(f"{path}?{urlencode({**kept, 'after': after})}")
