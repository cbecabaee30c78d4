"""When a member leaves, their words leave the index with them; those that others wrote too are learnt again."""

from collections.abc import Iterator

from django.db.models import Q
from django_q.tasks import async_task

from community.members.models import Member
from community.members.privacy import Leaver, Record, erasers, exporters
from community.search import recount
from community.search.searches import Recent, Search

LEAST = 3  # letters of a name that is looked for: a shorter one is a piece of too many words


@erasers.filler("search")
def relearn(leaver: Leaver) -> None:
    async_task(recount.RELEARN)


@erasers.filler("searches")
def forget_searches(leaver: Leaver) -> None:
    """Nobody knows whose they are; but somebody may have looked for this person."""
    person = leaver.person
    names = [one.lower() for one in (person.handle, person.name, *person.emails) if len(one) >= LEAST]
    said = Q()
    for name in names:
        said |= Q(text__contains=name) | Q(theme__contains=name)
    Search.objects.filter(said).delete() if names else None


@exporters.filler("recent-searches")
def recent_searches(member: Member) -> Iterator[Record]:
    yield from Recent.objects.filter(member=member).values("is_kept", "searches")
