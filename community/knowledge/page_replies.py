"""What a reader may do with a reply below an article."""

from urllib.parse import quote

from django.utils.translation import gettext as _

from community.conversations.models import Reply
from community.conversations.posts import Action
from community.feedback.places import Viewer


def reply_actions(reply: Reply, viewer: Viewer) -> list[Action]:
    found: list[Action] = []
    staff = viewer.is_authenticated and viewer.may("moderate")
    own = viewer.is_authenticated and reply.item.author_id == viewer.pk
    if staff and reply.item.state == "held":
        found.append(Action("check", _("Approve"), f"/replies/{reply.pk}/approval/", True))
    if staff or own:
        found.append(Action("edit", _("Edit"), f"/replies/{reply.pk}/edit/", False))
        found.append(Action("trash", _("Remove"), f"/replies/{reply.pk}/removal/", True))
    if staff:
        address = f"/desk/moderation/items/{reply.pk}/?next={quote(reply.item.path)}"
        found.append(Action("staff", _("Moderate"), address, False))
    elif not own and reply.item.is_visible:
        found.append(Action("flag", _("Report"), f"/items/{reply.pk}/flag/", False))
    return found
