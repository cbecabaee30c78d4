"""The address of a conversation, and those of its replies behind it."""

from community.conversations.models import Reply
from community.conversations.post import path_of
from community.feedback.models import Item

BATCH = 500


def set_path(item: Item, path: str) -> None:
    """Give the item another address, and its replies; nothing happens when it has it."""
    if path == item.path:
        return
    item.path = path
    Item.objects.filter(pk=item.pk).update(path=path)
    replies = Reply.objects.filter(about=item).select_related("item").only("number", "item__path")
    for reply in replies.order_by("pk").iterator(BATCH):
        Item.objects.filter(pk=reply.pk).update(path=path_of(item, reply.number))
