"""The language, theme and time zone of whoever asks, guest or member."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

THEME_COOKIE = "theme"
OFFERED = frozenset(code for code, _ in settings.LANGUAGES)


@lru_cache(maxsize=500)
def _accepted(header: str) -> str:
    for code, _ in parse_accept_lang_header(header):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return ""


def language_of(request: HttpRequest) -> str:
    """The language chosen by cookie, else the browser's; empty when neither says one that we speak."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in OFFERED:
        return chosen
    return _accepted(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200])


def theme_of(request: HttpRequest) -> str:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in ("light", "dark") else "system"
