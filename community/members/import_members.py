"""Bringing in people and their companies from a CSV file. Nobody is mailed, and running it again changes nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from community.lib import csv_files
from community.lib.progress import bar
from community.lib.row_ids import reserve
from community.members import people_file
from community.members.by_email import members_by_email
from community.members.free_handles import FreeHandles
from community.members.models import Company, Group, Member, Product, Site
from community.members.people_file import Row
from community.members.roles import STAFF, Role

BATCH = 500
T = TypeVar("T")


@dataclass(slots=True)
class MembersReport:
    counts: Counter[str] = field(default_factory=Counter)  # new, changed, unchanged, refused, new companies …
    refused: list[tuple[int, str]] = field(default_factory=list)  # line and reason

    def refuse(self, line: int, why: str) -> None:
        self.counts["refused"] += 1
        self.refused.append((line, why))


def import_members(
    path: Path,
    *,
    encoding: str = "",
    columns: dict[str, str] | None = None,
    is_dry: bool = False,
    allows_roles: bool = False,
    shows_bar: bool = False,
) -> MembersReport:
    """Write whoever is not here yet, and the company, groups and role of whoever is. Raises FileRefused.

    What people chose for themselves (name, language, time zone) stays as they chose it.
    """
    report = MembersReport()
    writer = _Writer(report, is_dry)
    with bar(csv_files.count(path), "lines", is_forced=shows_bar) as progress:
        rows = _good(people_file.read(path, encoding=encoding, columns=columns), report, allows_roles)
        for batch in _batches(rows, BATCH):
            with transaction.atomic():
                writer.write(batch)
            progress.update(batch[-1].line - 1 - progress.n)
    if not is_dry and any(report.counts[what] for what in ("new", "changed", "changed companies")):
        Site.touch()
    return report


def _good(found: Iterable[Row | tuple[int, str]], report: MembersReport, allows_roles: bool) -> Iterator[Row]:
    lines: dict[str, int] = {}
    for row in found:
        if not isinstance(row, Row):
            report.refuse(*row)
        elif row.role in STAFF and not allows_roles:
            report.refuse(row.line, f"the role {row.role} is one of the staff; allow it with --allow-roles")
        elif row.email in lines:
            report.refuse(row.line, f"the same e-mail address as line {lines[row.email]}")
        else:
            lines[row.email] = row.line
            yield row


def _batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(rows, size)):
        yield batch


class _Writer:
    def __init__(self, report: MembersReport, is_dry: bool) -> None:
        self.report = report
        self.is_dry = is_dry
        self.handles = FreeHandles()
        self.companies = {company.name.lower(): company for company in Company.objects.all()}
        self.products = {product.name: product for product in Product.objects.all()}
        self.groups = {group.name: group for group in Group.objects.all()}
        self.product_pairs = set(Company.products.through.objects.values_list("company_id", "product_id"))

    def write(self, rows: list[Row]) -> None:
        known = members_by_email([row.email for row in rows])
        strangers = []
        for row in rows:
            company = self._company(row)
            member = known.get(row.email)
            if member:
                self._update(member, row, company)
            else:
                strangers.append((row, company))
        added = self._add(strangers)
        if not self.is_dry:
            self._join([(known.get(row.email) or added[row.email], row.groups) for row in rows])

    def _add(self, strangers: list[tuple[Row, Company | None]]) -> dict[str, Member]:
        self.report.counts["new"] += len(strangers)
        if self.is_dry or not strangers:
            return {}
        ids = reserve(Member, len(strangers))
        members = [
            Member(
                pk=pk, handle=self.handles.take(row.handle, row.name), name=self._name(row), email=row.email,
                company=company, language=row.language or "en", time_zone=row.time_zone or "UTC",
                role=row.role or Role.MEMBER, password=make_password(None),
            )
            for pk, (row, company) in zip(ids, strangers, strict=True)
        ]  # fmt: skip
        Member.objects.bulk_create(members)
        # Unproven: the code by which they log in for the first time proves it.
        EmailAddress.objects.bulk_create(
            EmailAddress(user=member, email=member.email, verified=False, primary=True) for member in members
        )
        return {member.email or "": member for member in members}

    def _update(self, member: Member, row: Row, company: Company | None) -> None:
        name = member.name or (row.name if member.is_staff else self._name(row))
        wanted = {"company_id": company.pk if company else member.company_id, "name": name}
        if row.role:
            wanted["role"] = row.role
        changed = [name for name, value in wanted.items() if getattr(member, name) != value]
        self.report.counts["changed" if changed else "unchanged"] += 1
        if changed and not self.is_dry:
            Member.objects.filter(pk=member.pk).update(**{name: wanted[name] for name in changed})

    def _name(self, row: Row) -> str:
        """Nobody is brought in under a name that looks like one of staff, unless they are."""
        return row.name if row.role in STAFF else self.handles.unlike_staff(row.name)

    def _company(self, row: Row) -> Company | None:
        if not row.company:
            return None
        company = self.companies.get(row.company.lower())
        if company is None:
            company = Company(name=row.company, plan=row.plan, monthly_revenue=row.monthly_revenue)
            self.companies[row.company.lower()] = company
            self.report.counts["new companies"] += 1
            if not self.is_dry:
                company.save()
        else:
            self._update_company(company, row)
        if not self.is_dry:
            for name in row.products:
                self._use(company, name)
        return company

    def _update_company(self, company: Company, row: Row) -> None:
        revenue = company.monthly_revenue if row.monthly_revenue is None else row.monthly_revenue
        plan = row.plan or company.plan
        if (plan, revenue) != (company.plan, company.monthly_revenue):
            company.plan, company.monthly_revenue = plan, revenue
            self.report.counts["changed companies"] += 1
            if not self.is_dry:
                company.save(update_fields=["plan", "monthly_revenue"])

    def _use(self, company: Company, name: str) -> None:
        product = self.products.get(name)
        if product is None:
            product = self.products[name] = Product.objects.create(name=name)
            self.report.counts["new products"] += 1
        if (company.pk, product.pk) not in self.product_pairs:
            self.product_pairs.add((company.pk, product.pk))
            company.products.add(product)

    def _join(self, wishes: list[tuple[Member, tuple[str, ...]]]) -> None:
        """Add to groups, never take out of one."""
        through = Group.members.through
        pairs = []
        for member, names in wishes:
            for name in names:
                if name not in self.groups:
                    self.groups[name] = Group.objects.create(name=name)
                    self.report.counts["new groups"] += 1
                pairs.append(through(group_id=self.groups[name].pk, member_id=member.pk))
        through.objects.bulk_create(pairs, ignore_conflicts=True)
