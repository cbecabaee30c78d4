"""What changed between two texts, line by line."""

import difflib

MOST_COMPARED = 500_000  # pairs of lines
MOST_LINES = 400  # shown of one edit


def lines_changed(before: str, after: str) -> list[tuple[str, str]]:
    """(sign, line) with sign "+", "-" or ""; of long stretches without change two lines are left on each side.

    Of a very long change only its beginning.
    """
    old, new = _without_ends(before.splitlines(), after.splitlines())
    if len(old) * len(new) > MOST_COMPARED:  # difflib takes seconds for lines that were made to be alike
        return _cut([*(("-", line) for line in old), *(("+", line) for line in new)])
    found: list[tuple[str, str]] = []
    for line in difflib.unified_diff(old, new, n=2, lineterm=""):
        if line.startswith(("---", "+++")):
            continue
        if line.startswith("@@"):
            if found:
                found.append(("", "…"))
            continue
        found.append((line[0].strip(), line[1:]))
    return _cut(found)


def _without_ends(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Without what both begin and end with, but for two lines of it."""
    shorter = min(len(old), len(new))
    same = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    most = shorter - same
    end = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    first, last = max(0, same - 2), max(0, end - 2)
    return old[first : len(old) - last], new[first : len(new) - last]


def _cut(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], ("", "…")]
