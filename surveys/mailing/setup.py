"""What asking by mail adds to lower rooms: mails on their way, and addresses that take none."""

from community.notifications.sending import Outbox, outboxes
from community.notifications.suppressions import Outsiders, outsiders, suppress
from surveys.campaigns.run import starting
from surveys.mailing.compose import AGAIN, SORT, letter
from surveys.mailing.draw import queue
from surveys.people.models import Person
from surveys.responses.models import Invitation


def end(pk: int) -> None:
    """A mail to this person came back."""
    person = Person.objects.filter(pk=pk).first()
    if person:
        end_address(person.address)


def end_address(address: str) -> None:
    """Nothing goes there any more: it is somebody's whom we ask, or none of ours."""
    if address and Person.objects.filter(address=address.lower()).exists():
        suppress(address, "refused")


starting.fill("draw", queue)
outboxes.fill("surveys", Outbox(Invitation, letter, end_address))
for sort in (SORT, AGAIN):
    outsiders.fill(sort, Outsiders(end, end_address))
