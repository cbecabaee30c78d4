"""What somebody may be looking for, by the letters typed so far."""

from typing import NamedTuple

from django.utils.safestring import SafeString

from community.lib.text import analyse
from community.members.requests import Request
from community.search.find import links_to, suggest
from community.search.languages import languages_of
from community.search.models import kinds
from community.search.snippets import marked

LEAST = 2  # letters
MOST = 6


class Suggestion(NamedTuple):
    url: str
    title: SafeString
    icon: str


def suggestions(request: Request, text: str, *, most: int = MOST) -> list[Suggestion]:
    if len(analyse(text).words) < LEAST + 2:
        return []
    languages = languages_of(text, request.LANGUAGE_CODE)
    found = suggest(text, request.user, languages, most=most)
    items = links_to(found.hits)
    shown = []
    for hit in found.hits:
        item = items.get(hit.item_id)
        if item:
            kind = kinds.get(item.kind)
            shown.append(
                Suggestion(
                    item.get_absolute_url(), marked(item.title, found.sought, languages), kind.icon if kind else "chat"
                )
            )
    return shown
