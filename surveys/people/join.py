"""Two persons who turn out to be one: a member proves an address by which somebody was known who had no account."""

from collections.abc import Callable

from community.lib.slots import Slot
from surveys.people.models import Person

# What each is told of: who goes, and who stays. In a transaction, before the first one goes.
joining: Slot[Callable[[Person, Person], None]] = Slot("what goes along when two persons turn out to be one")


def join(other: Person, into: Person) -> None:
    """Nothing is forgotten: who said once that they want no surveys is asked none. Call it in a transaction."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=(other.pk, into.pk)).order_by("pk"))
    for go_along in joining:
        go_along(other, into)
    number, ends = other.external_id, [at for at in (other.unsubscribed_at, into.unsubscribed_at) if at]
    other.delete()
    into.external_id = into.external_id or number
    into.unsubscribed_at = min(ends, default=None)
    into.save(update_fields=["external_id", "unsubscribed_at"])
