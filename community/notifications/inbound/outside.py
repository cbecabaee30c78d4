"""What people without an account answer to a mail of ours: a slot, for rooms know what was written to them."""

from collections.abc import Callable
from dataclasses import dataclass

from community.feedback.models import Item
from community.lib.slots import Slot


@dataclass(frozen=True)
class Came:
    """What somebody wrote, without what the mail quotes and what signs it."""

    sender: str
    subject: str
    name: str  # its Message-ID, "" for none that could be answered
    markdown: str
    files: list[str]  # by their names: none is kept


@dataclass(frozen=True)
class Outside:
    """How a room takes answers to its mails about items of one kind."""

    # The addresses that it wrote to, in small letters, the latest first: an answer comes from one of them.
    written_to: Callable[[Item], list[str]]
    # How its mails begin, to know them where nothing marks them as quoted.
    landmarks: Callable[[Item], list[str]]
    # Raises MarkdownRefused, LimitReached or AnswerRefused.
    take: Callable[[Item, Came], None]


# By the kind of the item.
outside: Slot[Outside] = Slot("what an answer by mail from outside becomes")
