"""Members in every script, badges, and the palette."""

from typing import Any
from urllib.parse import quote

from community.lib.avatars import Avatar

PALETTE = ["slate", "red", "orange", "amber", "green", "teal", "sky", "blue", "indigo", "violet", "pink", "brown"]
PEOPLE = {
    name: {
        "name": name,
        "url": f"/members/{quote(name.split()[0].lower())}/",
        "avatar": Avatar(initials, colour, ""),
    }
    for name, initials, colour in (
        ("Ann Okafor", "AO", "teal"),
        ("Bo Lindqvist", "BL", "orange"),
        ("Cyrus Mehta", "CM", "violet"),
        ("Sam Rivera", "SR", "sky"),
        ("สุดารัตน์ แก้วใส", "สแ", "pink"),
        ("김하늘", "김", "green"),
        ("ليلى حداد", "لح", "indigo"),
    )
}
ANN, BO, CY, SAM, SUDA, HANEUL, LAYLA = PEOPLE.values()


def context() -> dict[str, Any]:
    """Colours, stages of an idea, and members."""
    return {
        "palette": PALETTE,
        "stages": [
            ("Under review", "amber", "eye"),
            ("Planned", "blue", "clock"),
            ("In progress", "violet", "edit"),
            ("Shipped", "green", "solved"),
            ("Not planned", "slate", "close"),
        ],
        "people": list(PEOPLE.values()),
    }
