"""Champions: members whom the community trusts, made by staff or by a rule that everybody can read."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.models import Schedule

from community.lib.slots import Slot
from community.members.models import Member, Site
from community.members.roles import Role
from community.moderation.log import note
from community.moderation.models import Championship
from community.moderation.told import tell

TASK = "community.moderation.champions.apply_rule"
# Filled by the room that knows solutions: (at least so many, among these or everybody) → member id → how many
# questions of others they solved.
solved: Slot[Callable[[int, list[int] | None], dict[int, int]]] = Slot("questions solved by members")


class ChampionRefused(Exception):
    """Carries a sentence that says why."""


@transaction.atomic
def make_champion(member: Member, *, by: Member | None, thanks: str = "") -> None:
    """`by` None is the rule. Raises ChampionRefused for staff, who are more than champions."""
    if member.is_staff:
        raise ChampionRefused(_("Staff may all that champions may. Only members become champions."))
    Championship.objects.update_or_create(
        member=member,
        defaults={"by": by, "is_by_rule": by is None, "thanks": thanks, "at": timezone.now(), "ended_at": None},
    )
    _give_role(member, Role.CHAMPION)
    tell(note("champion", by=by, member=member, words=thanks), member)


@transaction.atomic
def unmake_champion(member: Member, *, by: Member) -> bool:
    """False when the member was none. The rule does not make them one again; staff may."""
    if not member.is_champion:
        return False
    now = timezone.now()
    Championship.objects.update_or_create(member=member, defaults={"ended_at": now}, create_defaults={
        "by": None, "at": now, "ended_at": now,
    })  # fmt: skip
    _give_role(member, Role.MEMBER)
    note("no champion", by=by, member=member)
    return True


def _give_role(member: Member, role: str) -> None:
    member.role = role
    member.save(update_fields=["role"])
    Site.touch()  # the badge may stand on any page


def apply_rule() -> None:
    """Once a day: whoever meets the rule and was never unmade becomes a champion. A second run finds nobody."""
    site = Site.current()
    if not site.champion_solutions:
        return
    counts = solutions(site.champion_solutions)
    joined_by = timezone.now() - timedelta(days=site.champion_days)
    candidates = Member.objects.filter(pk__in=counts, role=Role.MEMBER, is_active=True, joined_at__lte=joined_by)
    for member in candidates.filter(championship=None).order_by("pk"):
        if not member.is_silenced and not member.is_suspended:
            make_champion(member, by=None)


def solutions(least: int = 1, among: list[int] | None = None) -> dict[int, int]:
    """Member id → how many questions of others they solved."""
    found: dict[int, int] = {}
    for ask in solved:
        found |= ask(least, among)
    return found


def ensure_schedule(using: str) -> None:
    """One daily schedule, made when there is none; an administrator may change its hour."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules = Schedule.objects.using(using)
    if not schedules.filter(func=TASK).exists():
        schedules.create(name="champions", func=TASK, schedule_type=Schedule.DAILY)
