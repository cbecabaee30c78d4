"""What an import did, did not, and did not understand: the same for a dry run."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from community.lib.discourse_topics import Problems

MOST_EXAMPLES = 200
_LINES = {
    "topics": "topics in the archive",
    "new threads": "threads written",
    "known threads": "threads that were here already",
    "posts": "posts in the archive",
    "new replies": "replies written",
    "known replies": "replies that were here already",
    "new members": "members written",
    "known members": "members that were here already",
    "new categories": "categories made",
    "new labels": "labels made",
    "solutions": "accepted answers",
    "closed": "closed threads",
    "pinned": "pinned threads",
    "likes": "likes kept as votes",
    "small actions dropped": "small actions dropped (closed, pinned, moved …)",
    "hidden": "posts kept, hidden",
    "deleted": "posts kept, removed",
    "whispers": "whispers between staff, kept hidden",
    "without first post": "topics without their first post, opened by the earliest one",
    "without posts": "topics without a post, left out",
    "links led here": "links and quotes that now lead to this site",
    "links not found": "links and quotes to posts that the archive does not hold",
    "links without --base-url": "links inside the old forum that need --base-url",
    "characters cleaned": "posts with control characters, which were dropped",
    "shown as code": "posts too heavy to format, shown as plain text",
    "cut": "posts too long, cut",
}


@dataclass(slots=True)
class Report:
    counts: Counter[str] = field(default_factory=Counter)
    not_understood: Counter[str] = field(default_factory=Counter)  # tags and classes of the old forum's HTML
    staff: Counter[str] = field(default_factory=Counter)  # username → official posts
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
            "not_understood": dict(self.not_understood.most_common()),
            "staff": dict(self.staff.most_common()),
        }

    def lines(self) -> list[str]:
        """For the terminal; what did not occur is left out."""
        found = [f"{self.counts[name]:>9,}  {words}" for name, words in _LINES.items() if self.counts[name]]
        found += [f"{number:>9,}  problem: {kind}" for kind, number in self.problems.counts.items()]
        if self.not_understood:
            kinds = ", ".join(f"{what} {number}" for what, number in self.not_understood.most_common(20))
            found.append(f"Not understood, kept as words: {kinds}")
        if self.staff:
            names = ", ".join(f"{name} ({number})" for name, number in self.staff.most_common(30))
            found.append(f"Staff of the old forum, now plain members; give them a role if they still are: {names}")
        if self.counts["links without --base-url"]:
            found.append("Some links lead nowhere. Empty the import and run it again with --base-url https://…")
        return found
