"""Bringing in customers without an account, from a CSV file, so that surveys may ask them. Twice is once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import transaction

from community.lib import csv_files
from community.lib.progress import bar
from community.members import people_file
from community.members.by_email import members_by_email
from community.members.models import Company, Site
from community.members.people_file import Row
from surveys.people.models import Person

BATCH = 500


@dataclass(slots=True)
class PeopleReport:
    counts: Counter[str] = field(default_factory=Counter)  # new, changed, unchanged, members, refused, new companies
    refused: list[tuple[int, str]] = field(default_factory=list)  # line and reason

    def refuse(self, line: int, why: str) -> None:
        self.counts["refused"] += 1
        self.refused.append((line, why))


def import_people(
    path: Path,
    *,
    encoding: str = "",
    columns: dict[str, str] | None = None,
    is_dry: bool = False,
    shows_bar: bool = False,
) -> PeopleReport:
    """Write whoever is not known here yet, and what the file says of whoever is. Raises FileRefused.

    Members stay as they are, for surveys know them already; whoever said that they want no surveys stays so.
    """
    report = PeopleReport()
    companies = {one.name.casefold(): one for one in Company.objects.all()}
    with bar(csv_files.count(path), "lines", is_forced=shows_bar) as progress:
        rows = _good(people_file.read(path, encoding=encoding, columns=columns), report)
        while batch := list(islice(rows, BATCH)):
            with transaction.atomic():
                _write(batch, companies, report)
                if is_dry:
                    transaction.set_rollback(True)
            progress.update(batch[-1].line - 1 - progress.n)
    return report


def _good(found: Iterable[Row | tuple[int, str]], report: PeopleReport) -> Iterator[Row]:
    lines: dict[str, int] = {}
    for row in found:
        if not isinstance(row, Row):
            report.refuse(*row)
        elif row.email in lines:
            report.refuse(row.line, f"the same e-mail address as line {lines[row.email]}")
        else:
            lines[row.email] = row.line
            yield row


def _write(batch: list[Row], companies: dict[str, Company], report: PeopleReport) -> None:
    """`companies` by their names, in small letters."""
    members = members_by_email([row.email for row in batch])
    there = {one.address: one for one in Person.objects.filter(address__in=[row.email for row in batch])}
    language = Site.current().language
    _bring_companies(batch, companies, report)
    fresh, changed = [], []
    for row in batch:
        one = there.get(row.email)
        if row.email in members or (one and one.member_id):
            report.counts["members"] += 1
            continue
        said = _said(row, companies)
        if one is None:
            fresh.append(Person(address=row.email, **{"language": language, **said}))
        elif any(getattr(one, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(one, name, value)
            changed.append(one)
        else:
            report.counts["unchanged"] += 1
    Person.objects.bulk_create(fresh)
    Person.objects.bulk_update(changed, ["name", "company", "language", "time_zone"])
    report.counts["new"] += len(fresh)
    report.counts["changed"] += len(changed)


def _said(row: Row, companies: dict[str, Company]) -> dict[str, object]:
    """Empty cells say nothing."""
    said: dict[str, object] = {"name": row.name, "language": row.language, "time_zone": row.time_zone}
    said["company_id"] = companies[row.company.casefold()].pk if row.company else None
    return {name: value for name, value in said.items() if value}


def _bring_companies(batch: list[Row], known: dict[str, Company], report: PeopleReport) -> None:
    """One that is not here yet is made; each has the plan and revenue that its latest line says."""
    for row in batch:
        if not row.company:
            continue
        company = known.setdefault(row.company.casefold(), Company(name=row.company))
        report.counts["new companies"] += company.pk is None
        plan = row.plan or company.plan
        revenue = company.monthly_revenue if row.monthly_revenue is None else row.monthly_revenue
        if company.pk is None or (plan, revenue) != (company.plan, company.monthly_revenue):
            company.plan, company.monthly_revenue = plan, revenue
            company.save()
