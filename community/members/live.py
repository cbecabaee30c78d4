"""What a page that stays open may ask again and again: signed, so that who was not shown a page cannot ask."""

from django.core import signing

AGE = 60 * 60 * 24  # seconds; a page left open for longer asks no more
_SIGNER = signing.TimestampSigner(salt="hearback.live", sep=".")


def token(member_id: int | None, item_id: int = 0, page: int = 0) -> str:
    """For one reader of one page of a conversation; without an item only for their bell."""
    return _SIGNER.sign(f"{member_id or 0}-{item_id}-{page}")


def read(signed: str) -> tuple[int, int, int] | None:
    """(member, item, page), or None for one that is old or not ours."""
    try:
        member, item, page = _SIGNER.unsign(signed, max_age=AGE).split("-")
    except (signing.BadSignature, ValueError):
        return None
    return int(member), int(item), int(page)
