"""What an import did, and what it did not take in which line: the same for a dry run. A command tells it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

MOST_WARNINGS = 200
COUNTS = {
    "lines": "Lines read",
    "new": "Answers brought in",
    "known": "Answers that were here already, just so",
    "changed": "Answers that changed since the last import",
    "touched": "Answers with which something was done here, left as they are",
    "skipped": "Questions that were skipped, which are no answers",
    "left out": "Lines left out",
    "people": "People who were not here yet",
    "words": "Answers with words",
    "cleaned": "Texts with control characters, which were dropped",
    "cut": "Texts too long, cut",
    "removed": "Answers removed",
    "kept": "Answers kept, for something was done with them here",
    "removed people": "People removed whom the import had made",
}
# What is wrong, and what to do; %(what)s is the cell, cut short.
WARNINGS = {
    "broken": "This line cannot be read: quotation marks are missing or wrong. Mend it and import again.",
    "score": "“%(what)s” is no whole number of the survey's scale. The line was left out.",
    "no date": "There is no date. The line was left out.",
    "date": "“%(what)s” is no date that is understood. The line was left out: write it as 2026-11-30.",
    "date guessed": "“%(what)s” was read as day, month, year. If it is not, import with --month-first.",
    "future": "“%(what)s” is in the future. The line was left out.",
    "twice": "The same answer as in an earlier line, which was taken. Give each answer an id of its own.",
    "email": "“%(what)s” is no e-mail address. The answer was brought in without its person.",
    "revenue": "“%(what)s” is no amount of money, and was left out.",
    "encoding": "The file is no UTF-8 and was read as %(what)s. If letters look wrong, save it as CSV UTF-8.",
}


@dataclass(slots=True)
class Report:
    counts: Counter[str] = field(default_factory=Counter)
    warnings: list[tuple[int, str, str]] = field(default_factory=list)  # line, key of WARNINGS, what
    warned: Counter[str] = field(default_factory=Counter)
    is_dry: bool = False

    def warn(self, line: int, about: str, what: object = "") -> None:
        """Count it, and keep the first ones with their lines."""
        self.warned[about] += 1
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append((line, about, str(what)[:80]))

    def leave_out(self, line: int, about: str, what: object = "") -> None:
        self.counts["left out"] += 1
        self.warn(line, about, what)

    def as_json(self) -> dict[str, Any]:
        return {
            "dry_run": self.is_dry,
            "counts": {name: self.counts[name] for name in COUNTS if self.counts[name]},
            "warned": dict(self.warned),
            "warnings": [list(one) for one in self.warnings],
        }


def count_lines(counts: dict[str, int]) -> list[tuple[str, int]]:
    """(words, number) of what occurred."""
    return [(str(words), counts[name]) for name, words in COUNTS.items() if counts.get(name)]


def warning_lines(warnings: list[list[Any]]) -> list[tuple[int, str]]:
    """(line, what is wrong and what to do)."""
    return [(line, str(WARNINGS[about]) % {"what": what}) for line, about, what in warnings]
