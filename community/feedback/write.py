"""Setting the words of an item: the one way that Markdown gets into the database."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from community.feedback.access import files_shown_to
from community.feedback.attach import settle_files
from community.feedback.models import Item, Revision
from community.lib import markdown
from community.members import limits
from community.members.models import Member

WORDS = ["title", "body", "html", "renderer", "edited_at"]


def known_handles(candidates: frozenset[str]) -> Iterable[str]:
    return Member.objects.filter(handle__in=candidates, is_active=True).values_list("handle", flat=True)


def set_words(item: Item, body: str, *, by: Member) -> frozenset[str]:
    """Put rendered words on an item, new or there already, and save it; returns the handles mentioned.

    The writer's files that the words name become the item's. Call it in a transaction. Raises
    `markdown.MarkdownRefused` for what cannot be shown, and `limits.LimitReached` for more links,
    mentions or files than the writer may put in one post.
    """
    rendered = markdown.render(body, known_handles=known_handles, known_files=files_shown_to(by))
    limits.check_words(by, rendered.html, len(rendered.mentions))
    item.body = markdown.check_text(body)
    item.html = rendered.html
    item.renderer = markdown.RENDERER_VERSION
    item.save(update_fields=WORDS if item.pk else None)
    settle_files(item, by=by)
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
    item.title = title
    item.edited_at = timezone.now()
    set_words(item, body, by=by)
    item.record("edited", by=by, revision=number)
    return True
