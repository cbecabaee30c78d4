"""Whether somebody changed an idea here since it was brought: then a later import leaves it alone."""

from community.feedback.models import Event
from roadmap.ideas.heat import VOTES
from roadmap.imports.models import VERB


def is_touched(pk: int) -> bool:
    """By staff or its author: each change writes an event. Votes change nothing that a file says."""
    return Event.objects.filter(item=pk).exclude(verb__in=(VERB, *VOTES)).exists()
