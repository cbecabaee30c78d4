"""Words by language, as administrators write them into a JSON field: {"pl": "…"} or {"pl": {"name": "…"}}."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from community.lib.fields import checked


def check_words(told: Any, longest: int) -> dict[str, str]:
    """The words of each language; pages show them as they stand, so that anything else is a ValidationError."""
    if not isinstance(told, dict):
        _refuse('{"pl": "…"}')
    return {_known(language): _text(language, words, longest, '{"pl": "…"}') for language, words in told.items()}


def check_parts(told: Any, longest: dict[str, int]) -> dict[str, dict[str, str]]:
    """The same where each language has several parts, each with its longest length."""
    example = json.dumps({"pl": dict.fromkeys(longest, "…")}, ensure_ascii=False)
    if not isinstance(told, dict):
        _refuse(example)
    found: dict[str, dict[str, str]] = {}
    for language, parts in told.items():
        if not isinstance(parts, dict) or not parts.keys() <= longest.keys():
            _refuse(example)
        found[_known(language)] = {
            part: _text(language, words, longest[part], example) for part, words in parts.items()
        }
    return found


@contextmanager
def named(field: str) -> Iterator[None]:
    """Lay what is refused inside to this field of a form."""
    try:
        yield
    except ValidationError as refusal:
        raise ValidationError({field: refusal.messages}) from refusal


def _known(language: str) -> str:
    codes = [code for code, _name in settings.LANGUAGES]
    if language not in codes:
        words = _("“%(language)s” is none of the languages of this site: %(codes)s.")
        raise ValidationError(words % {"language": language[:20], "codes": ", ".join(codes)})
    return language


def _text(language: str, words: Any, longest: int, example: str) -> str:
    if not isinstance(words, str):
        _refuse(example)
    text = " ".join(checked(words).split())
    if len(text) > longest:
        said = _("The text for %(language)s is longer than %(longest)d characters. Shorten it.")
        raise ValidationError(said % {"language": language, "longest": longest})
    return text


def _refuse(example: str) -> NoReturn:
    raise ValidationError(_("Write it like %(example)s.") % {"example": example})
