"""What subscriptions add to lower rooms: releases go to them, and addresses that take no mail end them."""

from community.notifications.sending import Outbox, outboxes
from community.notifications.suppressions import Outsiders, outsiders
from roadmap.releases.publish import announced
from roadmap.subscriptions.compose import SORT, letter
from roadmap.subscriptions.models import Delivery, Subscription
from roadmap.subscriptions.tell import queue


def end(pk: int) -> None:
    Subscription.objects.filter(pk=pk).delete()


def end_address(address: str) -> None:
    Subscription.objects.confirmed().filter(address=address.lower()).delete()


announced.fill("subscriptions", queue)
outboxes.fill("changelog", Outbox(Delivery, letter, end_address))
outsiders.fill(SORT, Outsiders(end, end_address))
