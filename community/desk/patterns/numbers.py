"""Charts and a table."""

from typing import Any

from community.lib import charts


def context() -> dict[str, Any]:
    """A table and one chart of each kind."""
    return {
        "table": [
            ("Ann Okafor", "Northwind", 42, 310),
            ("Bo Lindqvist", "Fjord AB", 17, 96),
            ("김하늘", "Haneul Labs", 8, 41),
        ],
        "charts": [score_by_week(), replies_by_day(), who_would_recommend()],
    }


def score_by_week() -> dict[str, Any]:
    """A line with its interval."""
    measured = ((12, 14), (18, 12), (15, 11), (24, 10), (31, 9), (29, 8), (36, 8), (41, 7))
    weeks = [
        charts.Point(f"W{36 + at}", value, value - wide, value + wide) for at, (value, wide) in enumerate(measured)
    ]
    return {
        "title": "Score by week",
        "svg": charts.line("Score by week", weeks),
        "columns": ["Week", "Score", "From", "To"],
        "rows": [(week.name, (week.value, week.low, week.high)) for week in weeks],
    }


def replies_by_day() -> dict[str, Any]:
    """Bars."""
    counted = {"Mon": 34, "Tue": 41, "Wed": 52, "Thu": 38, "Fri": 47, "Sat": 12, "Sun": 9}
    return {
        "title": "Replies by day",
        "svg": charts.bars("Replies by day", [charts.Point(day, replies) for day, replies in counted.items()]),
        "columns": ["Day", "Replies"],
        "rows": [(day, (replies,)) for day, replies in counted.items()],
    }


def who_would_recommend() -> dict[str, Any]:
    """Shares of a whole."""
    parts = [
        charts.Part("Promoters", 50, "green"),
        charts.Part("Passives", 20, "slate"),
        charts.Part("Detractors", 30, "orange"),
    ]
    return {
        "title": "Who would recommend us",
        "svg": charts.shares("Who would recommend us", parts),
        "columns": ["Group", "Answers"],
        "rows": [(part.name, (part.value,)) for part in parts],
        "legend": [(part.name, part.colour, f"{part.value} %") for part in parts],
    }
