"""The closed loop of an item, with the badges of what has a stage."""

from collections.abc import Collection
from typing import TypeAlias

from community.feedback.loop import Step, chain, chains
from community.feedback.models import Item
from community.members.requests import Request
from roadmap.stages.badge import Badge, badge_of
from roadmap.stages.directory import stages

Chain: TypeAlias = list[tuple[Step, Badge | None]]


def chain_of(item: Item, request: Request) -> Chain:
    """One query."""
    return _badged(chain(item.pk, request.user), request)


def chains_of(items: Collection[int], request: Request) -> dict[int, Chain]:
    """Of several items, by their ids, and where duplicates went. One query."""
    found = chains(items, request.user, with_merges=True)
    return {pk: _badged(steps, request) for pk, steps in found.items()}


def _badged(steps: list[Step], request: Request) -> Chain:
    known = stages(request.site)
    return [(step, badge_of(known.get(step.stage))) for step in steps]
