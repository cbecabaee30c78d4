"""Telling people what was decided about them."""

from typing import Any

from community.feedback.models import Item
from community.members.models import Member


def tell(
    member: Member,
    topic: str,
    *,
    item: Item | None = None,
    by: Member | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    pass
