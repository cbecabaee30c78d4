"""Faces as ready HTML: a page shows up to eighty of them, so they are strings, not templates.

The markup is that of components/avatar.html. A face is decoration: the name stands beside it.
"""

from collections.abc import Iterable
from typing import Protocol

from django.utils.html import escape
from django.utils.safestring import SafeString

PIXELS = {"": 36, "s": 26, "l": 72}


class Avatar(Protocol):
    """Initials on one of the twelve colours, or the address of a small picture."""

    initials: str
    colour: str
    url: str


def face(avatar: Avatar, size: str = "") -> SafeString:
    """One face: `size` is "" beside a post, "s" in a row, "l" on a profile."""
    kind = f"avatar avatar-{size}" if size else "avatar"
    if avatar.url:
        side = PIXELS[size]
        sizes = f'width="{side}" height="{side}" loading="lazy"'
        return SafeString(f'<img class="{kind}" src="{escape(avatar.url)}" alt="" {sizes}>')
    return SafeString(
        f'<b class="{kind} colour-{escape(avatar.colour)}" aria-hidden="true">{escape(avatar.initials)}</b>'
    )


def faces(avatars: Iterable[Avatar]) -> SafeString:
    """Small faces in a row, for a list."""
    return SafeString("".join(face(avatar, "s") for avatar in avatars))
