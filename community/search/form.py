"""The filters of the page as fields, which say the same as the grammar of the box."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.feedback import directory
from community.members.requests import Request
from community.search.grammar import Asked
from community.search.models import kinds

FILTERS = ("kind", "language", "in", "is", "label", "author", "after", "before")


def filters_of(request: Request, asked: Asked) -> dict[str, Any]:
    """Choices as [(value, text, is chosen)], and what is in the free fields."""
    chosen = asked.filters
    places = [one for one in directory.places(request.site) if one.is_visible_to(request.user)]
    choices = {
        "kind": [(name, str(kind.label)) for name, kind in kinds.items() if not kind.hangs_on_another],
        "language": settings.LANGUAGES,
        "in": [(one.slug, one.local_name) for one in places],
        "is": [
            ("solved", pgettext("state of a thread", "Solved")),
            ("unsolved", pgettext("state of a thread", "Not solved")),
            ("answered", _("Answered by staff")),
        ],
    }
    return {
        **{name: [(*one, one[0] == chosen.get(name)) for one in rows] for name, rows in choices.items()},
        **{name: chosen.get(name, "") for name in ("label", "author", "after", "before")},
    }
