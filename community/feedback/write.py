"""Setting the words of an item: the one way that Markdown gets into the database."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from community.feedback.models import Item, Revision
from community.lib import markdown
from community.members import limits
from community.members.models import Member


def known_handles(candidates: frozenset[str]) -> Iterable[str]:
    return Member.objects.filter(handle__in=candidates, is_active=True).values_list("handle", flat=True)


def set_words(item: Item, body: str, *, by: Member) -> frozenset[str]:
    """Put rendered words on an unsaved or saved item; returns the handles mentioned.

    Raises `markdown.MarkdownRefused` for what cannot be shown, and `limits.LimitReached` for more
    links or mentions than the writer may put in one post.
    """
    rendered = markdown.render(body, known_handles=known_handles)
    limits.check_words(by, rendered.html, len(rendered.mentions))
    item.body = markdown.check_text(body)
    item.html = rendered.html
    item.renderer = markdown.RENDERER_VERSION
    return rendered.mentions


@transaction.atomic
def revise(item: Item, *, by: Member, title: str | None = None, body: str) -> bool:
    """Change title and body, keeping what was said before as a Revision; False when nothing changed."""
    limits.refuse_silenced(by)
    item = Item.objects.select_for_update(no_key=True).get(pk=item.pk)
    body = markdown.check_text(body)
    title = item.title if title is None else title
    if (title, body) == (item.title, item.body):
        return False
    number = item.revisions.count() + 1
    Revision.objects.create(
        item=item, number=number, title=item.title, body=item.body, by=by, at=item.edited_at or item.created_at
    )
    set_words(item, body, by=by)
    item.title = title
    item.edited_at = timezone.now()
    item.save(update_fields=["title", "body", "html", "renderer", "edited_at"])
    item.record("edited", by=by, revision=number)
    return True
