"""The lines by which the help box comes into one's own product, and what they may say."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.members.requests import MemberRequest


def help_box_context(request: MemberRequest) -> dict[str, object]:
    words = pgettext("opens the help box", "Help")
    return {
        "script": f'<script src="{settings.SITE_URL}/embed/help.js" async></script>',
        "link": f'<a href="{settings.SITE_URL}/embed/help/" data-hearback-help>{words}</a>',
        "options": [
            ('data-language="pl"', _("The language; without it, that of the browser.")),
            ('data-theme="dark"', _("Light or dark; without it, as the device has it.")),
            ('data-side="start"', _("The other corner.")),
            ('data-label="…"', _("The words on the button.")),
            ('data-launcher="none"', _("No button: only your own links open it.")),
        ],
        "embedders": request.site.embedders,
    }
