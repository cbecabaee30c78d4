"""Rendered words that are read elsewhere, in a feed or a mail: their links and pictures need the site in front."""

import re

_OURS = re.compile(r"""(<(?:a|img) [^>]*?\b(?:href|src)=")(?=/(?!/))""")


def absolute(html: str, site_url: str) -> str:
    """The HTML of our renderer with whole addresses: it escapes `>` inside of attributes."""
    return _OURS.sub(lambda tag: tag[1] + site_url, html)
