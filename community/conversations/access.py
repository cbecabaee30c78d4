"""Whether somebody may reply to an item: each kind tells its own rule."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from community.feedback.models import Item
from community.feedback.places import Viewer
from community.lib.slots import Slot

# By kind of item: a sentence that says why this viewer may not reply, or "".
reply_rules: Slot[Callable[[Item, Viewer], str]] = Slot("who may reply to an item of a kind")


def why_no_reply(item: Item, viewer: Viewer) -> str:
    """Why the viewer may not reply; empty when they may. A guest is asked as the member they may become."""
    rule = reply_rules.get(item.kind)
    if rule is None or not item.is_visible:
        return _("Nobody can reply here.")
    return rule(item, viewer)
