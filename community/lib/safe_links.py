"""Which addresses people may link to, and how such a link is dressed."""

import re
from enum import Enum
from urllib.parse import quote

EXTERNAL_REL = "nofollow ugc noopener"
LONGEST_ADDRESS = 2_000

_NEVER = re.compile(r"[\x00-\x20\x7f\\<>\"`\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|%5c|%0[0-9a-d]", re.I)
_EXTERNAL = re.compile(r"https?://[^/?#]|//[^/?#]|mailto:[^/?#@]+@[^/?#@]", re.I)
_MEDIA = re.compile(r"/media/(?!.*(?:\.\.|%2e))[^?#]+", re.I)
_PLAIN = re.compile(r"[!#$&-;=?@-Z_a-z~]*")


class Reach(Enum):
    """Where a link leads."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOWHERE = "nowhere"


def reach(address: str) -> Reach:
    """Here (`/…`, `#…`), elsewhere (http, https, mailto, `//…`); every other spelling leads nowhere."""
    if not address or len(address) > LONGEST_ADDRESS or _NEVER.search(address):
        return Reach.NOWHERE
    if _EXTERNAL.match(address):
        return Reach.ELSEWHERE
    if address[0] == "#" or (address[0] == "/" and not address.startswith("//")):
        return Reach.HERE
    return Reach.NOWHERE


def is_safe(address: str) -> bool:
    return reach(address) is not Reach.NOWHERE


def is_own_picture(address: str) -> bool:
    """Only what was uploaded here is shown as a picture: no reader's browser calls a third party."""
    return reach(address) is Reach.HERE and _MEDIA.fullmatch(address) is not None


def encode(address: str) -> str:
    """Percent-encode what an address may not hold, leaving what is encoded already."""
    if _PLAIN.fullmatch(address):
        return address
    return quote(address, safe="!#$%&'()*+,-./:;=?@_~[]", errors="replace")
