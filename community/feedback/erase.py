"""Forgetting a member in what was said: their votes, their words if they wish, and themselves in others' words."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from community.feedback.access import files_shown_to
from community.feedback.attachments import Attachment
from community.feedback.models import Draft, Item, Revision, Vote
from community.feedback.write import known_handles
from community.lib import markdown
from community.lib.person_words import Person
from community.members import forget
from community.members.models import Member
from community.members.privacy import Leaver, erasers

BATCH = 500


def erase(leaver: Leaver) -> None:
    count_out_votes(leaver.member)
    posts = frozenset(Item.objects.filter(author=leaver.member).values_list("pk", flat=True))
    person = replace(leaver.person, posts=posts)
    _forget_files(leaver, person)
    if leaver.erases:
        _erase_words(leaver.member)
    _hide_in_items(leaver, person)
    _hide_in_rows(Revision, Q(item__author=leaver.member), leaver, person)
    _hide_in_rows(Draft, Q(), leaver, person)


def count_out_votes(member: Member) -> None:
    """Take their votes back, and the counts with them."""
    voted = sorted(Vote.objects.filter(member=member).values_list("item_id", flat=True))
    batches = [voted[at : at + BATCH] for at in range(0, len(voted), BATCH)]
    for batch in batches:  # in order, as everybody takes them
        list(Item.objects.select_for_update(no_key=True).filter(pk__in=batch).order_by("pk").values_list("pk"))
    Vote.objects.filter(member=member).delete()
    left = Vote.objects.filter(item=OuterRef("pk")).order_by().values("item").annotate(n=Count("pk")).values("n")
    for batch in batches:
        Item.objects.filter(pk__in=batch).update(vote_count=F("imported_votes") + Coalesce(Subquery(left), 0))


def _forget_files(leaver: Leaver, person: Person) -> None:
    """Theirs go with their words; those that stay lose the names that they gave them."""
    theirs = Attachment.objects.filter(uploaded_by=leaver.member)
    (theirs if leaver.erases else theirs.filter(item=None)).delete()
    for one in theirs.order_by("pk").iterator(BATCH):
        ending = one.name.rpartition(".")[2]
        alt = person.hidden(person.unnamed(one.alt), forget.known_handles)[:300]
        theirs.filter(pk=one.pk).update(name=f"{one.kind}.{ending}", alt=alt)


def _erase_words(member: Member) -> None:
    """What they wrote, and what it said before. What still stands has a title of its room's, for others' answers."""
    own = Item.objects.filter(author=member)
    Revision.objects.filter(item__author=member).delete()
    Draft.objects.filter(item__author=member, key__startswith="edit:").delete()
    own.exclude(state=Item.State.VISIBLE).update(title="")
    own.update(body="", html="", edited_at=None)
    for item in own.without_words().order_by("pk"):
        item.record("erased", by=None)


def _said(person: Person) -> Q:
    """Rows that may name the person: the database looks less closely than `Person` does, and finds more."""
    known = [f"@{person.handle}", f"/members/{person.handle}", *person.emails]
    if person.posts:
        known.append("](/go/")
    about = Q()
    for words in known:
        about |= Q(title__icontains=words) | Q(body__icontains=words)
    return about


def _batches(rows: Any) -> Iterable[list[Any]]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(ids), BATCH):
        yield list(rows.model.objects.filter(pk__in=ids[at : at + BATCH]).order_by("pk"))


def _hidden(row: Any, person: Person, drops_quotes: bool) -> dict[str, str]:
    """The title and body without the person, where that changes anything."""
    wrote = {Item: row.pk, Revision: getattr(row, "item_id", None)}.get(type(row))
    own = person.unnamed if wrote in person.posts else str
    words = {
        name: own(person.hidden(getattr(row, name), forget.known_handles, drops_quotes=drops_quotes))
        for name in ("title", "body")
    }
    words["title"] = words["title"][:200]
    return words if words != {"title": row.title, "body": row.body} else {}


def _hide_in_items(leaver: Leaver, person: Person) -> None:
    for items in _batches(Item.objects.filter(_said(person) | Q(author=leaver.member))):
        for item in items:
            words = _hidden(item, person, leaver.erases)
            if not words:
                continue
            item.title, item.body = words["title"], words["body"]
            try:
                known_files = files_shown_to(item.author or AnonymousUser())
                html = markdown.render(item.body, known_handles=known_handles, known_files=known_files).html
            except markdown.MarkdownRefused:  # an import may hold more than anybody may write
                html = person.hidden(item.html, forget.known_handles)
            Item.objects.filter(pk=item.pk).update(**words, html=html)
            item.record("reworded", by=None)


def _hide_in_rows(model: type[Model], own: Q, leaver: Leaver, person: Person) -> None:
    for rows in _batches(model.objects.filter(_said(person) | own)):  # type: ignore[attr-defined]
        for row in rows:
            words = _hidden(row, person, leaver.erases)
            if words:
                model.objects.filter(pk=row.pk).update(**words)  # type: ignore[attr-defined]


erasers.fill("feedback", erase)
