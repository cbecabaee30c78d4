"""Forgetting a member in what was said: their votes, their words if they wish, and themselves in others' words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from community.feedback.access import files_shown_to
from community.feedback.attachments import Attachment
from community.feedback.models import Draft, Event, Item, ItemQuerySet, Revision, Vote, consumers
from community.feedback.places import Place
from community.feedback.write import known_handles
from community.lib import markdown
from community.lib.person_words import Person
from community.lib.slots import Slot
from community.members import forget
from community.members.models import Member
from community.members.privacy import Leaver, erasers, preparers

BATCH = 500
# Ids of items that change with what a member wrote, as a thread does with its replies.
concerned: Slot[Callable[[Member], Iterable[int]]] = Slot("items that change when a member leaves")
# Models of higher rooms whose rows have a title and a body of somebody's words.
worded: Slot[type[Model]] = Slot("rows with words besides those of items")


def lock(leaver: Leaver) -> None:
    """All items that change, by their ids and before any place: who writes locks a thread, its replies, the place.

    Without it, who replies waits for the place and the eraser for the thread, each of them for the other.
    """
    member, person = leaver.member, _known_by_posts(leaver)
    ids = {pk for found in concerned for pk in found(member)}
    ids |= set(Vote.objects.filter(member=member).values_list("item_id", flat=True))
    ids |= set(Item.objects.filter(_said(person) | Q(author=member)).values_list("pk", flat=True))
    for batch in _sliced(sorted(ids)):
        list(Item.objects.select_for_update(no_key=True).filter(pk__in=batch).order_by("pk").values_list("pk"))


def erase(leaver: Leaver) -> None:
    count_out_votes(leaver.member)
    person = replace(_known_by_posts(leaver), files=_forget_files(leaver))
    if leaver.erases:
        _erase_words(leaver.member)
    _hide_in_items(leaver, person)
    _hide_in_rows(Revision, Q(item__author=leaver.member), leaver, person)
    for model in (Draft, *worded):
        _hide_in_rows(model, Q(), leaver, person)


def _known_by_posts(leaver: Leaver) -> Person:
    posts = Item.objects.filter(author=leaver.member).values_list("pk", flat=True)
    return replace(leaver.person, posts=frozenset(posts))


def count_out_votes(member: Member) -> None:
    """Take their votes back, and the counts with them."""
    voted = sorted(Vote.objects.filter(member=member).values_list("item_id", flat=True))
    Vote.objects.filter(member=member).delete()
    left = Vote.objects.filter(item=OuterRef("pk")).order_by().values("item").annotate(n=Count("pk")).values("n")
    for batch in _sliced(voted):
        Item.objects.filter(pk__in=batch).update(vote_count=F("imported_votes") + Coalesce(Subquery(left), 0))


def _forget_files(leaver: Leaver) -> dict[int, tuple[str, str]]:
    """Pictures stay with words that stay, under another name; a document goes, for nobody can take a name out of it.

    Id → (old name, new name), "" for what is gone.
    """
    theirs = Attachment.objects.filter(uploaded_by=leaver.member)
    renamed = {one.pk: (one.name, "") for one in theirs.order_by("pk").iterator(BATCH)}
    staying = theirs.filter(kind=Attachment.Kind.PICTURE).exclude(item=None)
    if leaver.erases:
        staying = staying.none()
    theirs.exclude(pk__in=staying.values("pk")).delete()
    for one in staying.order_by("pk").iterator(BATCH):
        renamed[one.pk] = (one.name, f"{one.kind}.{one.name.rpartition('.')[2]}")
        alt = leaver.person.hidden(leaver.person.unnamed(one.alt), forget.known_handles)[:300]
        staying.filter(pk=one.pk).update(name=renamed[one.pk][1], alt=alt)
    return renamed


def _erase_words(member: Member) -> None:
    """What they wrote, and what it said before. What still stands has a title of its room's, for others' answers."""
    own = Item.objects.filter(author=member)
    Revision.objects.filter(item__author=member).delete()
    Draft.objects.filter(item__author=member, key__startswith="edit:").delete()
    own.exclude(state=Item.State.VISIBLE).update(title="")
    own.update(body="", html="", edited_at=None)
    record_all(own.without_words().order_by("pk"), "erased")


def record_all(items: ItemQuerySet, verb: str) -> None:
    """What `Item.record` does, for thousands at once: somebody may have written that much."""
    events = [Event(item=item, verb=verb) for item in items]
    Event.objects.bulk_create(events, batch_size=BATCH)
    places = {event.item.place_id for event in events if event.item.place_id}
    Place.objects.filter(pk__in=places).update(changes=F("changes") + 1)
    for event in events:
        for consume in consumers:
            consume(event)


def _said(person: Person) -> Q:
    """Rows that may name the person: the database looks less closely than `Person` does, and finds more."""
    known = [f"@{person.handle}", f"/members/{person.handle}", *person.emails]
    if person.posts:
        known.append("](/go/")
    if person.files:
        known.append("](/files/")
    about = Q()
    for words in known:
        about |= Q(title__icontains=words) | Q(body__icontains=words)
    return about


def _sliced(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(ids), BATCH):
        yield ids[at : at + BATCH]


def _batches(rows: Any) -> Iterator[list[Any]]:
    for ids in _sliced(list(rows.order_by("pk").values_list("pk", flat=True))):
        yield list(rows.model.objects.filter(pk__in=ids).order_by("pk"))


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


preparers.fill("feedback", lock)
erasers.fill("feedback", erase)
