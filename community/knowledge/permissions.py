"""Who may do what with articles; each answers a yes or no, views say why."""

from community.feedback.places import Viewer
from community.knowledge.models import Edit
from community.members.models import Member


def may_write(viewer: Viewer) -> bool:
    return viewer.is_authenticated and viewer.may("write articles")


def may_publish(edit: Edit, viewer: Member) -> bool:
    """Somebody else than who wrote it; managers may do without."""
    return viewer.may("write articles") and (edit.by_id != viewer.pk or viewer.may("publish own articles"))
