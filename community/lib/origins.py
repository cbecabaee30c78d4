"""Where a page comes from, as browsers say it: https://shop.example, with its port where it has one."""

import re

_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?")


def is_origin(text: str) -> bool:
    """Such an address and nothing more: it is written into a header."""
    return bool(_ORIGIN.fullmatch(text))
