"""Votes in every state, and what a menu offers."""

from typing import Any


def context() -> dict[str, Any]:
    """Votes and the entries of a menu."""
    return {
        "votes": [
            vote(),
            vote(pressed=True, count=13),
            vote(reason="This idea is closed"),
            vote(note="3 of your 10 votes are left."),
            vote(guest=True),
            vote(flat=True),
        ],
        "more": [
            ("edit", "Edit", "#edit", False),
            ("history", "History", "#history", False),
            ("flag", "Report", "#flag", False),
            ("trash", "Delete", "/r/2/delete/", True),
        ],
    }


def vote(count: int = 12, **more: Any) -> dict[str, Any]:
    """A vote as components/vote.html wants it."""
    return {
        "url": "/t/1/vote/",
        "count": count,
        "pressed": False,
        "name": f"Upvote Dark mode, {count} votes",
        "reason": "",
        "guest": False,
        "flat": False,
        "note": "",
    } | more
