"""From whom a mail comes, and what its headers say to mail programs."""

import re

from django.conf import settings

from community.members.models import Site
from community.notifications.mail_names import HEADER

_LINKLIKE = re.compile(r"(?<=\w)([.:])(?=[\w/])")


def sender(name: str) -> str:
    """The address of the site under a name that cannot leave its quotes."""
    return f'"{_plain(name)}" <{settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">").strip()}>'


def headers(site: Site, *, name: str, stop: str) -> dict[str, str]:
    """Of a mail that nobody wrote by hand: its name, and the address where one click stops it (RFC 8058)."""
    return {
        "Message-ID": f"<{name}@{settings.SITE_HOST}>",
        HEADER: name,
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "list",
        "List-ID": _list_id(site),
    }


def by_hand(name: str, first: str, answers: str = "") -> dict[str, str]:
    """Of a mail that one person wrote to another: its name, and those of the mails that it stands below."""
    named = f"<{name}@{settings.SITE_HOST}>"
    first = f"<{first}@{settings.SITE_HOST}>"
    return {
        "Message-ID": named,
        HEADER: name,
        "References": f"{first} {answers}".strip(),
        "In-Reply-To": answers or first,
    }


def subject(site: Site, words: str) -> str:
    return " ".join(f"[{site.name}] {words}".split())[:200]


def neutral(words: str) -> str:
    """Words that no mail program turns into a link: `evil.example` as a name is bait (ABUSE G89)."""
    return _LINKLIKE.sub("\\1\u2060", words)


def _plain(name: str) -> str:
    return re.sub(r'[\r\n"\\<>]', " ", neutral(name)).strip()[:100]


def _list_id(site: Site) -> str:
    """The name only where it is ASCII: some providers would send it on as it is, which no header may be."""
    name = _plain(site.name)
    listed = f"<community.{settings.SITE_HOST}>"
    return f"{name} {listed}" if name.isascii() else listed
