"""What an import did, did not, and did not understand: the same for a dry run."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from community.lib.discourse_topics import Problems

MOST_EXAMPLES = 200
_LINES = {
    "read": "articles read, each language for itself",
    "new": "articles written",
    "translations": "of them translations",
    "drafts": "of them drafts, which nobody reads yet",
    "restricted": "of them for members or staff only, as they were",
    "titles made": "titles made from the first sentence",
    "changed": "articles that changed since the last import: a new revision",
    "readers changed": "articles that more or fewer may read by now, as over there",
    "known": "articles that were here already, just so",
    "edited here": "articles that changed and were edited here as well, left as they are",
    "readers changed here": "articles with other readers over there and here, left as they are",
    "published here": "articles that changed and are drafts by now, published here and left as they are",
    "removed": "articles removed",
    "kept": "articles kept, for something was done with them here",
    "new sections": "sections made",
    "removed sections": "sections removed, which the import had made",
    "new labels": "labels made",
    "removed labels": "labels removed, which the import had made",
    "addresses": "old addresses that lead to their articles",
    "addresses taken": "old addresses that lead to another article already",
    "links led here": "links that now lead to this site",
    "files kept": "pictures and files taken along",
    "files refused": "pictures and files that could not be taken",
    "pictures left": "pictures still shown as links to where they were",
    "without original": "translations whose original is not here, taken as articles of their own",
    "language taken": "second translations into one language, taken as articles of their own",
    "twice": "articles that the file holds twice, the first one taken",
    "characters cleaned": "articles with control characters, which were dropped",
    "cut": "articles too long, cut",
    "shown as code": "articles too heavy to format, shown as plain text",
}


@dataclass(slots=True)
class Report:
    counts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    is_dry: bool = False

    def note(self, what: str, where: str) -> None:
        """Count it, and keep the first places."""
        self.counts[what] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(f"{what}: {where}")

    def as_json(self) -> dict[str, Any]:
        return {
            "dry_run": self.is_dry,
            "counts": {name: self.counts[name] for name in _LINES},
            "problems": dict(self.problems.counts),
            "examples": self.examples + self.problems.examples,
        }

    def lines(self) -> list[str]:
        """For the terminal; what did not occur is left out."""
        found = [f"{self.counts[name]:>9,}  {words}" for name, words in _LINES.items() if self.counts[name]]
        found += [f"{number:>9,}  problem: {kind}" for kind, number in self.problems.counts.items()]
        return found + [f"           {example}" for example in (self.examples + self.problems.examples)[:20]]
