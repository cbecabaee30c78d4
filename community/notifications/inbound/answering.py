"""What an answer by mail becomes: a slot, for what hangs on items is a matter of higher rooms."""

from collections.abc import Callable
from dataclasses import dataclass

from community.feedback.models import Item
from community.lib.slots import Slot
from community.members.models import Member


class AnswerRefused(Exception):
    """Carries a sentence that says why."""


@dataclass(frozen=True)
class Answers:
    """How a room takes answers. The item is what the mail told of: a conversation, or one post of it."""

    # Why this member may not answer in a conversation, or ""; asked for each mail that goes out, so one query at most.
    why_not: Callable[[Item, Member], str]
    conversation_of: Callable[[Item], Item]
    # Raises MarkdownRefused, LimitReached or AnswerRefused.
    post: Callable[[Item, Member, str], Item]
    # Keeps words that a limit did not let through, where their writer finds them.
    keep: Callable[[Item, Member, str], None]


answers: Slot[Answers] = Slot("what an answer by mail becomes")


def answered_through() -> Answers | None:
    return next(iter(answers), None)
