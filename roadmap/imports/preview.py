"""What a file would become, before it is imported: its first ideas, counts, and what is wrong in which line."""

from dataclasses import dataclass, field

from community.lib.csv_files import FileRefused
from community.lib.plain_text import excerpt
from community.search.write import plain
from roadmap.imports import table
from roadmap.imports.models import Import
from roadmap.imports.plan import Planned
from roadmap.imports.report import Report, count_lines, warning_lines
from roadmap.imports.run import Importer, is_zip, read
from roadmap.imports.shelf import Shelf
from roadmap.imports.task import wish_of
from roadmap.stages.badge import Badge, badge_of

MOST_LINES = 5_000  # that are read for it
SHOWN = 5
MOST_STATUSES = 60


@dataclass(frozen=True)
class Row:
    title: str
    words: str
    badge: Badge | None
    area: str
    labels: list[str]
    votes: int
    members: int  # of the votes


@dataclass(frozen=True)
class Preview:
    heading: list[str] = field(default_factory=list)  # none for a backup
    samples: list[str] = field(default_factory=list)  # of each column
    statuses: list[tuple[str, int, str]] = field(default_factory=list)  # their words, how often, our stage
    rows: list[Row] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    number_of_warnings: int = 0
    is_all: bool = True  # else only the first lines were read
    problem: str = ""


def preview(one: Import) -> Preview:
    """Reads the file, and writes nothing."""
    try:
        heading, samples = _beginning(one)
    except (FileRefused, OSError) as refusal:
        return Preview(problem=str(refusal))
    report = Report(is_dry=True)
    try:
        with Shelf() as shelf:
            wish = wish_of(one, is_dry=True)
            format, is_all = read(wish, shelf, report, MOST_LINES)
            importer = Importer(wish, wish.source(format), shelf, report, makes_words=False)
            importer.run(None)
            first = [planned for batch in shelf.batches(SHOWN, SHOWN) for planned in importer.planned(batch)]
            rows = [_row(importer, planned) for planned in first]
            statuses = [(words, number, _slug(importer, words)) for words, number in shelf.statuses()[:MOST_STATUSES]]
    except FileRefused as refusal:
        return Preview(heading, samples, problem=str(refusal))
    told = report.as_json()
    return Preview(
        heading, samples, statuses, rows, count_lines(told["counts"]), warning_lines(told["warnings"]),
        report.warned.total(), is_all,
    )  # fmt: skip


def _beginning(one: Import) -> tuple[list[str], list[str]]:
    """The columns, and what the first line says in each."""
    if is_zip(one.path):
        return [], []
    with table.opened(one.path, Report()) as (heading, lines):
        first = next((line.cells for line in lines if not line.why), [])
        cells = [excerpt(table.storable(cell), 60) for cell in first]
        return heading, [cells[at] if at < len(cells) else "" for at in range(len(heading))]


def _slug(importer: Importer, words: str) -> str:
    stage = importer.setting.statuses.of(words)
    return (stage or importer.setting.statuses.first).slug


def _row(importer: Importer, planned: Planned) -> Row:
    words = importer.planner.words(planned.brought.text[:2_000], is_markdown=planned.brought.is_markdown)
    return Row(
        title=importer.planner.title(planned.brought, words),
        words=excerpt(plain(words.html), 160),
        badge=badge_of(planned.stage),
        area=planned.place.local_name if planned.place else "",
        labels=[label.local_name for label in planned.labels],
        votes=planned.apart + len(planned.votes),
        members=len(planned.votes),
    )
