"""What a mail says in its own words, whichever of its parts hold them."""

from collections.abc import Collection
from email.message import Message
from email.utils import getaddresses

from community.notifications.inbound.headers import all_of, words_of
from community.notifications.inbound.html_part import markdown_of
from community.notifications.inbound.mime import Opened
from community.notifications.inbound.written import has_signed, unwrapped, written


def said_in(parts: Opened, headers: Message, *, names: Collection[str] = (), landmarks: Collection[str] = ()) -> str:
    """Markdown, without what it quotes and what signs it: `names` are words of the writer's name besides their From."""
    known = {
        *names,
        *(word for name, _address in getaddresses(all_of(headers, "From")) for word in words_of(name).split()),
    }
    if parts.text.strip():
        text = written(parts.text, names=known, landmarks=landmarks)
        markdown = unwrapped(text) if parts.html else text
    else:
        markdown = written(markdown_of(parts.html), names=known, landmarks=landmarks)
    # Should a way be left in which a signed address of ours gets through, nothing is better than that.
    return "" if has_signed(markdown) else markdown
