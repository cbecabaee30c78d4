"""Reading a file and writing what is not here yet, a batch of ideas per transaction.

A run that was killed is continued by running it again, and so is a newer file of the same ideas.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count as counting
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django_q.tasks import async_task

from community.feedback.models import Event, Item
from community.lib.csv_files import FileRefused
from community.lib.row_ids import reserve
from community.members.by_email import members_by_email
from community.members.models import Member
from community.search.write import LEARN
from roadmap.ideas.models import Idea
from roadmap.imports import columns, fider_backup, table
from roadmap.imports.brought import Brought, external_id
from roadmap.imports.change import Changer
from roadmap.imports.fider_backup import Backup
from roadmap.imports.merges import merge_all
from roadmap.imports.models import VERB
from roadmap.imports.plan import Planned, Planner
from roadmap.imports.report import Report
from roadmap.imports.rows import Maker, Rows, write
from roadmap.imports.setting import Areas, Labels, Setting
from roadmap.imports.shelf import Shelf
from roadmap.imports.statuses import Statuses
from roadmap.imports.touched import is_touched

BATCH = 200
Tell = Callable[[int, int], Any]  # done, of how many


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for."""

    path: Path
    name: str  # tells these ideas from those of other files
    format: str = ""  # a key of columns.FORMATS, else guessed
    columns: Mapping[str, str] = field(default_factory=dict)  # column → field
    stages: Mapping[str, str] = field(default_factory=dict)  # their status → our stage
    area: str = ""  # address of where ideas go that name none of ours
    language: str = "en"
    encoding: str = ""
    is_dry: bool = False
    run: int = 0  # the Import that asks for it

    def source(self, format: str) -> str:
        return f"{format}:{self.name}"


def read(wish: Wish, shelf: Shelf, report: Report, most: int = 0) -> tuple[str, bool]:
    """Put what the file holds onto the shelf: its format, and whether it was all read. Raises FileRefused."""
    with ExitStack() as stack:
        path = wish.path
        if is_zip(path):
            backup = stack.enter_context(Backup(path))
            if backup.is_backup:
                fider_backup.read(backup, shelf, report)
                return "fider", True
            path = _unpacked(backup, shelf)
        heading, lines = stack.enter_context(table.opened(path, report, wish.encoding))
        format = wish.format or columns.format_of(heading)
        places = columns.places(heading, wish.columns, format)
        return format, table.Table(shelf, places, report).read(lines, len(heading), most)


def name_of(file_name: str) -> str:
    """A name for the ideas of a file: `Posts 2026.csv` → `posts-2026`."""
    stem = file_name.rpartition(".")[0].lower() or file_name.lower()
    return re.sub(r"[^a-z0-9._-]+", "-", stem).strip("-._")[:40] or "ideas"


def is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def _unpacked(backup: Backup, shelf: Shelf) -> Path:
    name = backup.csv_name()
    if not name:
        raise FileRefused(_("The zip holds neither posts.json of a Fider backup nor a single CSV file. Unpack it."))
    return backup.unpack(name, Path(shelf.folder.name) / "unpacked")


def import_ideas(wish: Wish, tell: Tell | None = None) -> Report:
    """Write what the file holds and is not here, or came otherwise. Raises FileRefused."""
    report = Report(is_dry=wish.is_dry)
    with Shelf() as shelf:
        format, _is_all = read(wish, shelf, report)
        Importer(wish, wish.source(format), shelf, report).run(tell)
    return report


class Importer:
    """Brings what lies on the shelf; without words it only counts, which takes no time."""

    def __init__(self, wish: Wish, source: str, shelf: Shelf, report: Report, *, makes_words: bool = True) -> None:
        self.wish = wish
        self.source = source
        self.shelf = shelf
        self.report = report
        self.setting = Setting(Statuses(wish.stages), Areas(wish.area), Labels(), wish.language)
        self.planner = Planner(self.setting, report)
        self.makes_words = makes_words
        self.dry_ids = counting(-1, -1)

    def run(self, tell: Tell | None) -> None:
        total, done = self.shelf.count(), 0
        self.report.counts["ideas"] = total
        for batch in self.shelf.batches(BATCH):
            self._import(batch)
            done += len(batch)
            if tell:
                tell(done, total)
        if not self.wish.is_dry:
            merge_all(self.source, self.shelf.duplicates(), self.setting.statuses, self.report)
            if self.report.counts["new"] or self.report.counts["changed"]:
                async_task(LEARN)

    def _import(self, batch: list[Brought]) -> None:
        known = dict(
            Item.objects.filter(source=self.source, external_id__in=[external_id(one.key) for one in batch])
            .filter(kind=Idea.KIND)
            .values_list("external_id", "pk")
        )
        told = Event.objects.filter(item__in=known.values(), verb=VERB).order_by("pk")
        details: dict[int, dict[str, Any]] = dict(told.values_list("item_id", "detail"))
        new: list[Planned] = []
        for planned in self.planned(batch):
            pk = known.get(external_id(planned.brought.key))
            if pk is None:
                new.append(planned)
            elif details.get(pk, {}).get("digest") == planned.digest:
                self.report.counts["known"] += 1
            else:
                self._change(pk, planned, details.get(pk, {}))
        self._add(new)

    def planned(self, batch: list[Brought]) -> list[Planned]:
        """What stands for each of them here."""
        keys = [one.key for one in batch]
        voters, replies = self.shelf.voters(keys), self.shelf.replies(keys)
        emails = {voter.email for some in voters.values() for voter in some}
        emails |= {said.author for some in replies.values() for said in some}
        emails |= {address for one in batch for address in (one.author, one.answerer)}
        members = _members(emails - {""})
        return [self.planner.planned(one, voters[one.key], replies[one.key], members) for one in batch]

    def _add(self, new: list[Planned]) -> None:
        if not new:
            return
        number = sum(1 + len(planned.below()) for planned in new)
        ids = self.dry_ids if self.wish.is_dry else iter(reserve(Item, number))
        maker, rows = Maker(self.source, self.planner, ids, self.wish.run), Rows()
        for planned in new:
            self._count(planned)
            if self.makes_words:
                maker.make(planned, rows)
        self.report.counts["new"] += len(new)
        if not self.wish.is_dry:
            write(rows)

    def _change(self, pk: int, planned: Planned, detail: dict[str, Any]) -> None:
        if self.wish.is_dry:
            is_changed = not is_touched(pk)
        else:
            maker = Maker(self.source, self.planner, _free(len(planned.below())), self.wish.run)
            is_changed = Changer(maker).change(pk, planned, detail)
        self.report.counts["changed" if is_changed else "edited here"] += 1
        if is_changed:
            self.report.counts["new labels"] += self.setting.labels.count_new(planned.labels)

    def _count(self, planned: Planned) -> None:
        counts = self.report.counts
        counts["new labels"] += self.setting.labels.count_new(planned.labels)
        counts["votes"] += len(planned.votes)
        counts["apart"] += planned.apart
        counts["restricted"] += planned.visibility != Item.Visibility.PUBLIC
        counts["answers"] += planned.answered_at is not None
        counts["replies"] += len(planned.replies)
        counts["authors unknown"] += sum(one.author is None for one in planned.below()) + (planned.author is None)


def _free(number: int) -> Iterator[int]:
    """Ids that are reserved only where one is asked for."""
    yield from reserve(Item, number)


def _members(emails: set[str]) -> dict[str, Member]:
    """Members who have not left, by address; asked in parts, for SQLite takes so many values in one query."""
    found: dict[str, Member] = {}
    rest = sorted(emails)
    for at in range(0, len(rest), 10_000):
        found |= members_by_email(rest[at : at + 10_000])
    return {address: member for address, member in found.items() if member.is_active}
