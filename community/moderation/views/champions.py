from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.lib.times import moment
from community.members.models import Member
from community.members.requests import Request
from community.members.roles import Role
from community.moderation.champions import solutions

MOST = 200


@require_safe
def champions(request: Request) -> HttpResponse:
    """Who is thanked, and by which rule one becomes one."""
    members = Member.objects.filter(role=Role.CHAMPION, is_active=True).select_related("championship")
    found = list(members.order_by("pk")[:MOST])
    solved = solutions(among=[member.pk for member in found])
    found.sort(key=lambda member: (-solved.get(member.pk, 0), member.display_name))
    rows = [_row(member, solved.get(member.pk, 0)) for member in found]
    return render(request, "moderation/champions.html", {"rows": rows, "site": request.site})


def _row(member: Member, solved: int) -> dict[str, object]:
    championship = getattr(member, "championship", None)  # made by an administrator, there is none
    since = moment(championship.at) if championship else None
    return {"member": member, "since": since, "thanks": championship.thanks if championship else "", "solved": solved}
