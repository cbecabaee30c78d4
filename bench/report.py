"""The numbers of a run: as lines for people, as JSON for machines."""

from collections.abc import Collection
from statistics import median
from typing import Any

from bench.pages import GROWTH, Entry


def numbers(entry: Entry) -> dict[str, Any]:
    """Medians over the rounds; times in milliseconds."""
    return {
        "database": entry.database.engine,
        "size": entry.database.title,
        "who": entry.who,
        "page": entry.page,
        "cpu_ms": round(cpu(entry), 3),
        "ratio": round(median(entry.ratios), 3),
        "ratios": [round(ratio, 3) for ratio in entry.ratios],
        "budget": entry.budget,
        "requests_per_second": round(median(len(one.latencies) / one.seconds for one in entry.driven), 1),
        "p50_ms": round(median(one.quantile(0.50) for one in entry.driven) * 1_000, 2),
        "p99_ms": round(median(one.quantile(0.99) for one in entry.driven) * 1_000, 2),
        "queries": entry.queries,
        "bytes": entry.driven[-1].size,
        "gzip": entry.packed,
        "requests": sum(len(one.latencies) for one in entry.driven),
    }


def cpu(entry: Entry) -> float:
    """Milliseconds of a request."""
    return median(one.cpu / len(one.latencies) for one in entry.driven) * 1_000


def growths(entries: list[Entry], pages: Collection[str]) -> list[dict[str, Any]]:
    """What these pages cost at the larger size against the smaller, round by round."""
    found = []
    small, large = min(e.database.size for e in entries), max(e.database.size for e in entries)
    if small == large:
        return []
    by_name = {(e.who, e.page, e.database.size): e for e in entries}
    for who in ("guest", "member"):
        for page in pages:
            if (who, page, small) not in by_name:
                continue
            few, many = by_name[who, page, small], by_name[who, page, large]
            ratio = median(b.cpu / a.cpu for a, b in zip(few.driven, many.driven, strict=True))
            found.append({"who": who, "page": page, "ratio": round(ratio, 3), "budget": GROWTH})
    return found


def mark(ratio: float, budget: float | None) -> str:
    if budget is None:
        return ""
    return f"{'✓' if ratio <= budget else '✗'} ≤ {budget:g}"


def table(entries: list[Entry]) -> str:
    """All lines, a block for each database."""
    head = ("", "", "CPU ms", "× floor", "budget", "req/s", "p50 ms", "p99 ms", "queries", "bytes", "gzip")
    blocks = []
    for database in dict.fromkeys(entry.database for entry in entries):
        rows = [head]
        for entry in entries:
            if entry.database == database:
                rows.append(_cells(numbers(entry)))
        title = f"{'PostgreSQL' if database.engine == 'postgresql' else 'SQLite'}, {database.title}"
        blocks.append(f"{title}\n{aligned(rows)}")
    return "\n\n".join(blocks)


def _cells(one: dict[str, Any]) -> tuple[str, ...]:
    return (
        one["who"], one["page"], f"{one['cpu_ms']:.2f}", f"{one['ratio']:.2f}", mark(one["ratio"], one["budget"]),
        f"{one['requests_per_second']:.0f}", f"{one['p50_ms']:.1f}", f"{one['p99_ms']:.1f}",
        "" if one["queries"] is None else str(one["queries"]), f"{one['bytes']:,}",
        f"{one['gzip']:,}" if one["gzip"] else "",
    )  # fmt: skip


def aligned(rows: list[tuple[str, ...]]) -> str:
    """Words to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 1, 4) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def growth_table(found: list[dict[str, Any]]) -> str:
    rows = [("who", "page", "ratio", "", "budget")]
    rows += [(one["who"], one["page"], f"{one['ratio']:.2f}", "", mark(one["ratio"], one["budget"])) for one in found]
    return aligned(rows)
