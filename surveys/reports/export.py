"""Every answer of a survey as CSV or JSON, piece by piece: what is read at once is a batch, whatever their number.

Of a survey that promised to show nobody only what was said: no day, no plan and no language that few others have, in
an order that tells nothing.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from community.lib.csv_files import safe
from community.lib.paging import page
from surveys.campaigns.models import Campaign
from surveys.campaigns.posed import Posed
from surveys.reports.answers import of, quoted_as, with_all
from surveys.reports.besides import columns, heading, said_in
from surveys.reports.guard import is_guarded
from surveys.responses.models import Response

BATCH = 300
BETWEEN = "; "  # two options of one cell
MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
SAID = ("score", "band", "comment", "quoted_as")
COLUMNS = (
    "id", "answered", "changed", *SAID, "question", "language", "channel", "name", "email", "external_id", "company",
    "plan", "revenue", "product",
)  # fmt: skip


def export_of(campaign: Campaign, format: str) -> Iterator[str]:
    """The file, in pieces; `format` is a key of MEDIA."""
    return _as_csv(campaign) if format == "csv" else _as_json(campaign)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, words: str) -> str:
        return words


def _as_csv(campaign: Campaign) -> Iterator[str]:
    writer = csv.writer(_Echo())
    fixed, own = SAID if is_guarded(campaign) else COLUMNS, columns(campaign)
    yield "\ufeff"  # by which spreadsheets know that it is UTF-8
    yield str(writer.writerow([*fixed, *map(heading, own)]))
    for record, said in records(campaign, own):
        cells = [record[name] for name in fixed] + [BETWEEN.join(said.get(one.question.pk, ())) for one in own]
        yield str(writer.writerow([safe("" if cell is None else cell) for cell in cells]))


def _as_json(campaign: Campaign) -> Iterator[str]:
    about = {"name": campaign.name, "kind": campaign.kind, "privacy": campaign.privacy}
    yield f'{{"survey": {json.dumps(about, ensure_ascii=False)},\n"answers": ['
    between, own = "\n", columns(campaign)
    for record, said in records(campaign, own):
        asked = [one for one in own if one.question.pk in said]
        record["own"] = [{"question": one.text, "answers": said[one.question.pk]} for one in asked]
        yield between + json.dumps(record, ensure_ascii=False, default=str)
        between = ",\n"
    yield "]}\n"


def records(campaign: Campaign, own: Sequence[Posed]) -> Iterator[tuple[dict[str, Any], dict[int, list[str]]]]:
    """Each answer, with what it says to the survey's own questions."""
    for batch in _by_key(campaign) if is_guarded(campaign) else _by_time(campaign):
        said = said_in(batch, own)
        for one in batch:
            yield _said(campaign, one) if is_guarded(campaign) else _record(campaign, one), said[one.pk]


def _by_time(campaign: Campaign) -> Iterator[list[Response]]:
    """The latest first, without OFFSET."""
    rows, cursor = with_all(of(campaign)).select_related("item__product"), ""
    while True:
        found = page(rows, [("answered_at", datetime), ("pk", int)], cursor, BATCH)
        yield found.rows
        if found.after is None:
            return
        cursor = found.after


def _by_key(campaign: Campaign) -> Iterator[list[Response]]:
    """In the order of a hash."""
    after = ""
    while batch := list(of(campaign).filter(key__gt=after).select_related("item", "quote").order_by("key")[:BATCH]):
        yield batch
        after = batch[-1].key


def _said(campaign: Campaign, one: Response) -> dict[str, Any]:
    band = campaign.band_of(one.score) if campaign.is_nps else ""
    return {"score": one.score, "band": band, "comment": one.item.body, "quoted_as": quoted_as(one)}


def _record(campaign: Campaign, one: Response) -> dict[str, Any]:
    person, item = one.person, one.item
    return {
        "id": one.pk, "answered": one.answered_at.isoformat(), "changed": one.changed_at and one.changed_at.isoformat(),
        **_said(campaign, one), "question": one.wording.question if one.wording else "", "language": item.language,
        "channel": one.channel, "name": person.name if person else "", "email": person.address if person else "",
        "external_id": person.external_id if person else "", "company": one.company.name if one.company else "",
        "plan": one.plan, "revenue": None if one.revenue is None else str(one.revenue),
        "product": item.product.name if item.product else "",
    }  # fmt: skip
