"""The script that a company puts into its product for all of its surveys."""

import json

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.members.models import Site


def loader_for(site: Site) -> str:
    """It knows the name and languages of the site; which survey is asked, and when, it asks with its key."""
    codes = site.languages or [code for code, _name in settings.LANGUAGES]
    known = {"name": site.name, "own": site.language, "words": {code: _words(code, site) for code in codes}}
    script = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return render_to_string("surveys/embed/hearback.js", {"known": script}).strip() + "\n"


def _words(code: str, site: Site) -> list[str]:
    with translation.override(code):
        return [_("A question from %(name)s") % {"name": site.name}, pgettext("a window", "Close")]
