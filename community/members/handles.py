"""Handles: the short name in /members/<handle>/ and after an @."""

import re
import unicodedata
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST = 30
_SHAPE = r"^[a-z0-9](?:[a-z0-9]|[-_.](?=[a-z0-9])){1,29}\Z"
RESERVED = frozenset(
    [
        "admin",
        "administrator",
        "root-admin",
        "api",
        "static",
        "media",
        "me",
        "new",
        "edit",
        "all",
        "everyone",
        "here",
        "staff",
        "support",
        "official",
        "team",
        "moderator",
        "mod",
        "system",
        "hearback",
        "help",
        "security",
        "abuse",
        "postmaster",
        "null",
        "undefined",
        "anonymous",
        "former-member",
        "guest",
    ]
)


def no_address(member: models.Model) -> str:
    """A handle as mails name it: with its dots it could be a link in a mail that we send (ABUSE G89)."""
    return str(member.handle).replace(".", "·")  # type: ignore[attr-defined]


def not_reserved(handle: str) -> None:
    if handle.lower() in RESERVED:
        raise ValidationError(_("This handle is kept for the site. Choose another one."), code="reserved")


validators: list[Callable[[str], None]] = [
    RegexValidator(
        _SHAPE,
        _("A handle has 2 to 30 characters: a–z, 0–9, and single - _ . between them. Example: nok-bangkok."),
        flags=re.IGNORECASE,
    ),
    not_reserved,
]


def from_name(name: str) -> str:
    """The nearest handle to any name; empty when nothing of the name can stand in a handle."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "l"))
    plain = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[-_.]{2,}", "-", re.sub(r"[^a-z0-9._-]+", "-", plain)).strip("-_.")[:LONGEST].rstrip("-_.")
