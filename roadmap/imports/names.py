"""Names that tell the ideas of one file from those of another: what comes again under a name changes what came."""

from community.feedback.models import Item
from roadmap.imports.models import Import, brought

MOST = 200
LONGEST = 40


def names_here(format: str) -> list[str]:
    """Under which ideas came in this format: one look into an index for each source of anything."""
    found, after = [], ""
    for _source in range(MOST):
        row = Item.objects.filter(source__gt=after).order_by("source").values_list("source", flat=True).first()
        if row is None:
            break
        after = row
        if row.startswith(f"{format}:") and brought(row).exists():
            found.append(row.removeprefix(f"{format}:"))
    return found


def is_taken(format: str, name: str, *, but: int = 0) -> bool:
    """By ideas that are here, or by another upload that may still become some."""
    ended = (Import.State.DONE, Import.State.UNDONE)
    others = Import.objects.filter(format=format, name=name).exclude(pk=but).exclude(state__in=ended)
    return others.exists() or brought(f"{format}:{name}").exists()


def free_name(format: str, name: str, *, but: int = 0) -> str:
    """The name itself, or with a number behind it: export-2."""
    if not is_taken(format, name, but=but):
        return name
    number = 2
    while is_taken(format, found := f"{name[: LONGEST - len(f'-{number}')]}-{number}", but=but):
        number += 1
    return found
