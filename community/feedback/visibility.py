"""Who may read an item by its own row, as a condition: `Item.objects.visible_to` asks it."""

from collections.abc import Callable

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from community.feedback.places import Audience, Place, Viewer, groups_of, seen_by_member
from community.lib.literals import Literal
from community.members.models import Member


class Visibility(models.TextChoices):
    PUBLIC = "public", pgettext_lazy("visibility", "Everyone")
    MEMBERS = "members", pgettext_lazy("visibility", "Members")
    GROUP = "group", pgettext_lazy("visibility", "One group")
    COMPANY = "company", pgettext_lazy("visibility", "The author's company")
    PRIVATE = "private", pgettext_lazy("visibility", "The author and staff")
    STAFF = "staff", pgettext_lazy("visibility", "Staff")


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state", "Draft")
    SCHEDULED = "scheduled", pgettext_lazy("state", "Scheduled")
    HELD = "held", pgettext_lazy("state", "Waiting for approval")
    VISIBLE = "visible", pgettext_lazy("state", "Visible")
    HIDDEN = "hidden", pgettext_lazy("state", "Hidden")
    REMOVED = "removed", pgettext_lazy("state", "Removed")
    MERGED = "merged", pgettext_lazy("state", "Merged")


# Out of sight of others, and still there for whoever wrote it and for staff.
OWN = (State.HELD, State.HIDDEN)


def condition_for(viewer: Viewer) -> tuple[Callable[..., Q], dict[str, int]]:
    """The rule that holds for a viewer of this sort, and the ids that it is asked with."""
    if not viewer.is_authenticated:
        return read_by_guests, {}
    if viewer.is_staff:
        return read_by_staff, {"member": viewer.pk}
    if viewer.company_id:
        return read_in_a_company, {"member": viewer.pk, "company": viewer.company_id}
    return read_by_members, {"member": viewer.pk}


def read_by_guests() -> Q:
    places = Place.objects.filter(audience=Literal(Audience.PUBLIC)).values("pk")
    public = Q(state=Literal(State.VISIBLE), visibility=Literal(Visibility.PUBLIC))
    return (Q(place__in=places) | Q(place=None)) & public


def read_by_staff(member: int) -> Q:
    return ~Q(state__in=_literal(State.DRAFT, State.SCHEDULED)) | Q(author=member)


def read_by_members(member: int) -> Q:
    return _among_places(member) & _shown(member) & _meant_for(member)


def read_in_a_company(member: int, company: int) -> Q:
    colleagues = Member.objects.filter(company=company).values("pk")
    theirs = Q(visibility=Literal(Visibility.COMPANY), author__in=colleagues)
    return _among_places(member) & _shown(member) & (_meant_for(member) | theirs)


def _among_places(member: int) -> Q:
    return Q(place__in=Place.objects.filter(seen_by_member(member)).values("pk")) | Q(place=None)


def _shown(member: int) -> Q:
    own = Q(author=member, state__in=_literal(State.DRAFT, State.SCHEDULED, *OWN))
    return Q(state=Literal(State.VISIBLE)) | own


def _meant_for(member: int) -> Q:
    return (
        Q(visibility__in=_literal(Visibility.PUBLIC, Visibility.MEMBERS))
        | Q(author=member) & ~Q(visibility=Literal(Visibility.STAFF))
        | Q(visibility=Literal(Visibility.GROUP), group__in=groups_of(member))
    )


def _literal(*constants: str) -> list[Literal]:
    return [Literal(one) for one in constants]
