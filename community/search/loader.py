"""The script that a company puts into its product: a button, and a frame with the help box."""

import json

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.members.models import Site

OURS = "#0e6d7f"  # where the site has no colour of its own: --brand


def loader_for(site: Site) -> str:
    """It knows the name, colour and languages of the site, so that it asks for nothing before somebody presses it."""
    codes = site.languages or [code for code, _name in settings.LANGUAGES]
    known = {
        "name": site.name,
        "brand": site.brand_colour or OURS,
        "own": site.language,
        "embedders": site.embedders,
        "words": {code: _words(code, site.name) for code in codes},
    }
    return render_to_string("search/help.js", {"known": json.dumps(known, ensure_ascii=False, separators=(",", ":"))})


def _words(code: str, name: str) -> list[str]:
    with translation.override(code):
        title = _("Help from %(name)s") % {"name": name}
        return [pgettext("opens the help box", "Help"), pgettext("a window", "Close"), title]
