"""Who answered a survey and waits to hear from a person."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from community.members.models import Member
from surveys.responses.models import ContactRequest


def waiting() -> QuerySet[ContactRequest]:
    """Those whom nobody has contacted, the longest due first; a partial index holds exactly these."""
    return ContactRequest.objects.filter(contacted_at=None)


def with_all() -> QuerySet[ContactRequest]:
    return ContactRequest.objects.select_related(
        "response__campaign__owner", "response__item", "response__person", "contacted_by"
    )


def may_hear(member: Member | None) -> bool:
    """Whoever is no staff any more hears of nobody; the list at the desk has them all."""
    return member is not None and member.is_active and member.may("run surveys")


@transaction.atomic
def contacted(asked: ContactRequest, *, by: Member) -> bool:
    """Whether nobody had contacted them before."""
    done = waiting().filter(pk=asked.pk).update(contacted_at=timezone.now(), contacted_by=by)
    if done:
        asked.response.item.record("contacted", by=by)
    return bool(done)


@transaction.atomic
def take_back(asked: ContactRequest, *, by: Member) -> bool:
    """It was pressed by mistake: they wait again."""
    done = ContactRequest.objects.filter(pk=asked.pk, contacted_at__isnull=False)
    is_done = bool(done.update(contacted_at=None, contacted_by=None))
    if is_done:
        asked.response.item.record("not contacted", by=by)
    return is_done
