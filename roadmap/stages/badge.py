"""A stage as pages show it: colour, glyph and words together."""

from typing import NamedTuple

from roadmap.stages.models import Stage


class Badge(NamedTuple):
    label: str
    colour: str
    icon: str


def badge_of(stage: Stage | None) -> Badge | None:
    """In the language that the page is made in."""
    return Badge(stage.local_name, stage.colour, stage.icon) if stage else None
