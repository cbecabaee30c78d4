"""Bringing old answers in, a batch per transaction: each once, however often the same file is read.

A run that was killed is continued by running it again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from community.feedback.models import Event, Item, Link, Visibility
from community.lib import markdown
from community.lib.brought_words import cleaned, rendered
from community.lib.row_ids import reserve
from community.members.models import Member
from surveys.campaigns.models import Campaign
from surveys.imports.lines import Brought, Reader, opened
from surveys.imports.people import People
from surveys.imports.report import Report
from surveys.people.models import Person
from surveys.responses.models import Channel, Response
from surveys.tallies.keep import begin_anew

BATCH = 500
VERB = "brought"
Tell = Callable[[int], Any]  # lines done


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for."""

    path: Path
    campaign: Campaign
    name: str = ""  # tells these answers from those of other files; the format's, if none is given
    format: str = ""  # one of columns.FORMATS, else guessed
    columns: Mapping[str, str] = field(default_factory=dict)  # column → field
    language: str = "en"
    encoding: str = ""
    is_month_first: bool = False
    may_ask: bool = False
    is_dry: bool = False


def source_of(campaign: Campaign, name: str) -> str:
    return f"answers:{campaign.pk}:{name}"


def import_answers(wish: Wish, tell: Tell | None = None) -> Report:
    """Write what the file holds and is not here. Raises FileRefused."""
    report = Report(is_dry=wish.is_dry)
    with opened(wish.path, report, format=wish.format, columns=wish.columns, encoding=wish.encoding) as found:
        format, places, lines = found
        reader = Reader(places, wish.campaign.scale, report, is_month_first=wish.is_month_first)
        importer = Importer(wish, source_of(wish.campaign, wish.name or format), report)
        for batch in _batches(reader.read(lines)):
            with transaction.atomic():
                importer.bring(batch)
            if tell:
                tell(report.counts["lines"])
    return report


def _batches(answers: Iterable[Brought]) -> Iterator[list[Brought]]:
    rest = iter(answers)
    while batch := list(islice(rest, BATCH)):
        yield batch


class Importer:
    def __init__(self, wish: Wish, source: str, report: Report) -> None:
        self.wish = wish
        self.campaign = wish.campaign
        self.source = source
        self.counts = report.counts
        self.is_anonymous = self.campaign.privacy == Campaign.Privacy.ANONYMOUS
        self.people = People(language=wish.language, may_ask=wish.may_ask, is_dry=wish.is_dry)

    def bring(self, batch: list[Brought]) -> None:
        names = {one.line: self._external_id(one) for one in batch}
        there = Item.objects.filter(source=self.source, external_id__in=names.values(), kind=Response.KIND)
        known = dict(there.values_list("external_id", "pk"))
        if not self.wish.is_dry:
            begin_anew(self.campaign)
        told = dict(Event.objects.filter(item__in=known.values(), verb=VERB).values_list("item_id", "detail"))
        new, changed = [], []
        for one in batch:
            pk = known.get(names[one.line])
            if pk is None:
                new.append(one)
            elif told.get(pk, {}).get("digest") == self._digest(one):
                self.counts["known"] += 1
            elif is_touched(pk):
                self.counts["touched"] += 1
            else:
                changed.append((pk, one))
        self._add(new, names)
        self._change(changed)

    def _external_id(self, one: Brought) -> str:
        """Nobody gets from an anonymous answer to its id over there, where its person stands beside it."""
        return self._hash(one.key) if self.is_anonymous else one.key

    def _hash(self, key: str) -> str:
        return salted_hmac("surveys.imports", f"{self.source}\0{key}", algorithm="sha256").hexdigest()

    def _add(self, new: list[Brought], names: dict[int, str]) -> None:
        people, made = self._people(new)
        self.counts["new"] += len(new)
        texts = {one.line: self._words(one) for one in new}
        if self.wish.is_dry or not new:
            return
        ids = dict(zip((one.line for one in new), reserve(Item, len(new)), strict=True))
        Item.objects.bulk_create(
            [self._item(one, ids[one.line], names[one.line], people.get(one.line), texts[one.line]) for one in new]
        )
        Response.objects.bulk_create([self._response(one, ids[one.line], people.get(one.line)) for one in new])
        Event.objects.bulk_create(
            [
                Event(
                    item_id=ids[one.line], verb=VERB, at=one.at,
                    detail={"digest": self._digest(one), "made_person": one.line in made},
                )
                for one in new
            ]
        )  # fmt: skip

    def _people(self, batch: list[Brought]) -> tuple[dict[int, Person], set[int]]:
        people, made = ({}, set[int]()) if self.is_anonymous else self.people.of(batch)
        self.counts["people"] += len(made)
        return people, made

    def _words(self, one: Brought) -> tuple[str, str]:
        """Body and HTML."""
        words, was_cleaned = cleaned(one.comment)
        self.counts["cleaned"] += was_cleaned
        if not words.strip():
            return "", ""
        body, html, way = rendered(words.strip(), lambda text: markdown.render(text).html)
        self.counts["words"] += 1
        self.counts["cut"] += bool(way)
        return body, html

    def _item(self, one: Brought, pk: int, name: str, person: Person | None, words: tuple[str, str]) -> Item:
        return Item(
            pk=pk, kind=Response.KIND, title=f"{one.score}/{self.campaign.scale[-1]}", path=Response.path_for(pk),
            language=self._language(one, person), author=self._author(person), product=self.campaign.product,
            visibility=Visibility.STAFF, source=self.source, external_id=name, created_at=one.at, active_at=one.at,
            body=words[0], html=words[1], renderer=markdown.RENDERER_VERSION,
        )  # fmt: skip

    def _language(self, one: Brought, person: Person | None) -> str:
        return one.language or (person.language if person else "") or self.wish.language

    def _author(self, person: Person | None) -> Member | None:
        return person.member if person and self.campaign.privacy == Campaign.Privacy.IDENTIFIED else None

    def _response(self, one: Brought, pk: int, person: Person | None) -> Response:
        return Response(
            item_id=pk, campaign=self.campaign, person=person, key=self._hash(one.key),
            colours=Campaign.Colours.NEUTRAL, channel=Channel.IMPORT, **self._said(one),
        )  # fmt: skip

    def _said(self, one: Brought) -> dict[str, Any]:
        said = {"score": one.score, "plan": one.plan, "answered_at": one.at}
        if self.is_anonymous:
            return said
        return said | {"company": self.people.company_of(one), "revenue": one.revenue}

    def _change(self, changed: list[tuple[int, Brought]]) -> None:
        """A newer file says otherwise, or more: so do the answers. Whose they are is not forgotten."""
        self.counts["changed"] += len(changed)
        people, made = self._people([one for _pk, one in changed])
        for pk, one in changed:
            body, html = self._words(one)
            if not self.wish.is_dry:
                self._write(pk, one, people.get(one.line), {"body": body, "html": html}, is_made=one.line in made)

    def _write(self, pk: int, one: Brought, person: Person | None, words: dict[str, str], *, is_made: bool) -> None:
        whose: dict[str, Any] = {"person": person} if person else {}
        by: dict[str, Any] = {"author": self._author(person)} if person else {}
        Response.objects.filter(pk=pk).update(**self._said(one), **whose)
        Item.objects.filter(pk=pk).update(
            **words, **by, title=f"{one.score}/{self.campaign.scale[-1]}", language=self._language(one, person),
            created_at=one.at, active_at=one.at,
        )  # fmt: skip
        event = Event.objects.get(item=pk, verb=VERB)
        event.detail["digest"] = self._digest(one)
        event.detail["made_person"] |= is_made
        event.at = one.at
        event.save(update_fields=["at", "detail"])

    def _digest(self, one: Brought) -> str:
        """Changes when the answer does; of an anonymous one it gives nothing away that the answer does not say."""
        said = [str(one.score), one.at.isoformat(), one.comment, one.plan, one.language]
        if not self.is_anonymous:
            said += [one.email, one.person, one.company, str(one.revenue)]
        return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def is_touched(pk: int) -> bool:
    links = Link.objects.filter(source=pk) | Link.objects.filter(target=pk)
    return Event.objects.filter(item=pk).exclude(verb=VERB).exists() or links.exists()
