"""What the pattern page shows: one made-up example of every component, in both its states. Pure data."""

from typing import Any

from . import buttons, numbers, people, posts, threads


def patterns_context() -> dict[str, Any]:
    """Everything templates/desk/patterns.html asks for, section by section."""
    sections = (threads, posts, buttons, people, numbers)
    return {name: example for section in sections for name, example in section.context().items()}
