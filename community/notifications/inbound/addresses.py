"""Addresses that take a reply: signed, for one reader and one item, in letters that survive any mail program."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "hearback.reply-by-mail"
OUTSIDER = 0  # in the place of a member: whoever has no account, of whom the item says who they are
_SIGNED = 10  # bytes: 80 bits, which are 16 letters of base32
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"([0-9a-z]{1,12})-([0-9a-z]{1,12})-([a-z2-7]{16})")
# What stands where a token should: anything that an address may hold there, so that forged ones are seen as such.
_PLACE = r"([a-z0-9._=-]{1,64})"

_ANY = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[a-z0-9.-]{1,255}", re.IGNORECASE)


@dataclass(frozen=True)
class Ticket:
    """What a reply address stands for: this member, or an outsider, answers this item."""

    member_id: int
    item_id: int


def is_on() -> bool:
    return bool(settings.REPLY_ADDRESS)


def address_for(member_id: int, item_id: int) -> str:
    """The address at which an answer of the member to the item is taken in; does not expire."""
    before, after = _around()
    return f"{before}{_token(member_id, item_id, settings.SECRET_KEY)}{after}"


def read(token: str) -> Ticket | None:
    """What the token stands for, or None for one that we did not sign."""
    parts = _TOKEN.fullmatch(token.lower())
    if parts is None:
        return None
    item_id, member_id = int(parts[1], 36), int(parts[2], 36)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(parts[0], _token(member_id, item_id, key)):
            return Ticket(member_id, item_id)
    return None


def tokens_in(lines: Iterable[str]) -> Iterator[str]:
    """What stands in the place of the token in each of our addresses that the lines name, in their order."""
    pattern = _pattern()
    if pattern:
        for line in lines:
            yield from (found.lower() for found in pattern.findall(line))


def named_in(words: str) -> bool:
    """Whether the words hold a signed address of ours: published, it would let others write in its owner's name."""
    # As it stands in a link (%40), and where Markdown has escaped it.
    plain = words.replace("\\", "").replace("%2B", "+").replace("%2b", "+").replace("%40", "@")
    return any(read(token) for token in tokens_in([plain]))


def without(words: str) -> str:
    """The words with `[…]` for each signed address of ours."""
    pattern = _pattern()
    return pattern.sub(lambda found: "[…]" if read(found[1]) else found[0], words) if pattern else words


def is_ours(address: str) -> bool:
    """Whether mail to it is meant for us and no reply: the address that we send from, or the reply address bare."""
    before, after = _around()
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip("> ").lower()
    return address.lower() in (sender, f"{before.rstrip('+')}{after}")


def all_in(line: str) -> list[str]:
    """Whatever in a line has the form of an address."""
    return _ANY.findall(line)


def _around() -> tuple[str, str]:
    """What stands before and behind the token."""
    local, _at, host = settings.REPLY_ADDRESS.lower().partition("@")
    before, star, after = local.partition("*")
    return (before, f"{after}@{host}") if star else (f"{local}+", f"@{host}")


def _pattern() -> re.Pattern[str] | None:
    if not is_on():
        return None
    before, after = _around()
    return re.compile(
        rf"(?<![a-z0-9._+=-]){re.escape(before)}{_PLACE}{re.escape(after)}(?![a-z0-9-]|\.[a-z0-9])", re.IGNORECASE
    )


def _token(member_id: int, item_id: int, key: str) -> str:
    said = f"{_base36(item_id)}-{_base36(member_id)}"
    signed = salted_hmac(_SALT, said, secret=key, algorithm="sha256").digest()[:_SIGNED]
    return f"{said}-{base64.b32encode(signed).decode().lower()}"


def _base36(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number, 36)
        letters = _DIGITS[digit] + letters
    return letters or "0"
