"""Who may do what: one table. A role may all that the roles before it may."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    MEMBER = "member", pgettext_lazy("role", "Member")
    CHAMPION = "champion", pgettext_lazy("role", "Champion")
    AGENT = "agent", pgettext_lazy("role", "Agent")
    MANAGER = "manager", pgettext_lazy("role", "Manager")
    ADMIN = "admin", pgettext_lazy("role", "Administrator")


STAFF = (Role.AGENT, Role.MANAGER, Role.ADMIN)

# The least role that may do each thing. What is not here, every member may.
LEAST_ROLE = {
    "retitle any thread": Role.CHAMPION,
    "recategorise any thread": Role.CHAMPION,
    "mark any solution": Role.AGENT,
    "moderate": Role.AGENT,
    "post announcements": Role.AGENT,
    "reply officially": Role.AGENT,
    "write articles": Role.AGENT,
    "publish own articles": Role.MANAGER,
    "move ideas": Role.AGENT,
    "read the desk": Role.AGENT,
    "run surveys": Role.AGENT,
    "export answers": Role.MANAGER,
    "set rules": Role.MANAGER,
    "import ideas": Role.MANAGER,
    "export ideas": Role.ADMIN,
    "configure the site": Role.ADMIN,
}
_RANK = {role: rank for rank, role in enumerate(Role)}
_LEAST_RANK = {act: _RANK[role] for act, role in LEAST_ROLE.items()}


def rank(role: str) -> int:
    """The higher, the more a role may."""
    return _RANK[Role(role)]


def may(role: str, act: str) -> bool:
    """Whether a role reaches the least role for an act of LEAST_ROLE; an unknown act is a KeyError."""
    return _RANK[Role(role)] >= _LEAST_RANK[act]
