"""Drafts: what was typed and not sent, safe from the other tab."""

from dataclasses import dataclass

from django.utils import timezone

from community.feedback.models import Draft, Item
from community.lib import markdown
from community.members.models import Member

LONGEST = 50_000


@dataclass(frozen=True)
class Saved:
    seq: int
    conflict: Draft | None = None  # what another tab saved meanwhile


def draft_of(member: Member, key: str) -> Draft | None:
    return Draft.objects.filter(member=member, key=key).first()


def save_draft(member: Member, key: str, seq: int, *, title: str, body: str, item: Item | None = None) -> Saved:
    """Keep a draft whose writer last saw sequence number `seq` (0: none); a newer one is a conflict.

    Raises `markdown.MarkdownRefused` for text that no database can hold.
    """
    title, body = markdown.check_text(title)[:200], markdown.check_text(body)[:LONGEST]
    words = {"title": title, "body": body, "saved_at": timezone.now()}
    saved = Draft.objects.filter(member=member, key=key, seq=seq).update(seq=seq + 1, **words)
    if saved:
        return Saved(seq + 1)
    Draft.objects.bulk_create([Draft(member=member, key=key, item=item, seq=seq + 1, **words)], ignore_conflicts=True)
    there = draft_of(member, key)
    if there is None:  # discarded as soon as it was kept
        return Saved(seq + 1)
    if (there.title, there.body) == (title, body):
        return Saved(there.seq)
    return Saved(there.seq, conflict=there)


def discard_draft(member: Member, key: str) -> None:
    Draft.objects.filter(member=member, key=key).delete()
