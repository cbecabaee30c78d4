"""Which language of an article a reader gets, and what languages are called."""

from collections.abc import Iterable

from django.conf import settings
from django.conf.locale import LANG_INFO

from community.feedback.models import Item
from community.members.requests import Request

_NAMES = dict(settings.LANGUAGES)


def chain(request: Request) -> list[str]:
    """The reader's language, the site's, English: the first that an article is written in is shown."""
    return list(dict.fromkeys([request.LANGUAGE_CODE[:2], request.site.language, "en"]))


def best(family: Iterable[Item], languages: list[str]) -> Item:
    """Of an original and its translations, the one in the first of these languages; else the original."""
    rank = {code: place for place, code in enumerate(languages)}
    return min(family, key=lambda one: (rank.get(one.language, len(rank)), one.article.original_id is not None, one.pk))


def name_of(code: str) -> str:
    """A language in its own words, or its code where nobody knows them."""
    return _NAMES.get(code) or str(LANG_INFO.get(code, {}).get("name_local", "")) or code
