"""What an import did, and what it did not understand in which line: the same for a dry run."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST_WARNINGS = 200
COUNTS = {
    "lines": _("Lines read"),
    "ideas": _("Ideas in the file"),
    "new": _("Ideas brought in"),
    "changed": _("Ideas that changed since the last import"),
    "known": _("Ideas that were here already, just so"),
    "edited here": _("Ideas that were changed here as well, left as they are"),
    "votes": _("Votes of members"),
    "restricted": _("Ideas that not everybody may read, as over there"),
    "apart": _("Votes of people who are no members, counted apart"),
    "answers": _("Public answers of staff"),
    "replies": _("Replies"),
    "merged": _("Duplicates merged"),
    "new labels": _("Labels made"),
    "authors unknown": _("Ideas and replies of people who are no members, shown without a name"),
    "not shown there": _("Removed or not approved over there, left out"),
    "left out": _("Lines left out"),
    "titles cut": _("Titles cut to 200 characters"),
    "cleaned": _("Texts with control characters, which were dropped"),
    "cut": _("Texts too long, cut"),
    "shown as code": _("Texts too heavy to format, shown as plain text"),
    "removed": _("Ideas removed"),
    "kept": _("Ideas kept, for something was done with them here"),
    "removed labels": _("Labels removed"),
}
# What is wrong, and what to do; %(what)s is the cell, cut short.
WARNINGS = {
    "broken": _(
        "This line cannot be read: quotation marks are missing or wrong. It was left out: mend it and import again."
    ),
    "wide": _("This line has more cells (%(what)s) than the first one: put quotation marks around cells with commas."),
    "empty": _("There is neither a title nor a text. The line was left out: fill in a title."),
    "no title": _("There is no title: the beginning of the text was taken."),
    "twice": _("The same idea as in line %(what)s, which was taken. Give each idea an id of its own."),
    "date": _("“%(what)s” is no date that is understood and was left out. Write it as 2026-11-30."),
    "date guessed": _("“%(what)s” was read as day, month, year. If it is not, write it as 2026-11-30."),
    "future": _("“%(what)s” is in the future: now was taken."),
    "number": _("“%(what)s” is no number of votes: 0 was taken. Write it in digits."),
    "email": _("“%(what)s” is no e-mail address. A vote was counted apart; an author has no name."),
    "status": _("“%(what)s” is no status that is known: the first stage was taken. Choose a stage for it."),
    "area": _("There is no product area “%(what)s”: another one was taken. Add it, or choose where all ideas go."),
    "merged": _("It was merged into “%(what)s”, which is not here or was merged itself: it only shows as merged."),
    "encoding": _("The file is no UTF-8 and was read as %(what)s. If letters look wrong, save it as CSV UTF-8."),
}


@dataclass(slots=True)
class Report:
    counts: Counter[str] = field(default_factory=Counter)
    warnings: list[tuple[int, str, str]] = field(default_factory=list)  # line, key of WARNINGS, what
    warned: Counter[str] = field(default_factory=Counter)
    is_dry: bool = False

    def warn(self, line: int, about: str, what: object = "") -> None:
        """Count it, and keep the first ones with their lines; a status or an area is told once."""
        told = (line, about, str(what)[:80])
        if about in ("status", "area") and any(one[1:] == told[1:] for one in self.warnings):
            return
        self.warned[about] += 1
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(told)

    def as_json(self) -> dict[str, Any]:
        return {
            "dry_run": self.is_dry,
            "counts": {name: self.counts[name] for name in COUNTS if self.counts[name]},
            "warned": dict(self.warned),
            "warnings": [list(one) for one in self.warnings],
        }


def count_lines(counts: dict[str, int]) -> list[tuple[str, int]]:
    """(words, number) of what occurred, in the reader's language."""
    return [(str(words), counts[name]) for name, words in COUNTS.items() if counts.get(name)]


def warning_lines(warnings: list[list[Any]]) -> list[tuple[int, str]]:
    """(line, what is wrong and what to do), in the reader's language."""
    return [(line, str(WARNINGS[about]) % {"what": what}) for line, about, what in warnings]
