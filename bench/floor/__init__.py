"""The floor: a bare page with the same posts, to hold ours against.

Two of them: the shared one, which is given, and our own, which may not cost more than 1.1 × of it.
Both read four tables that are filled from a database of the product.
"""

from pathlib import Path

from bench import SHARED

OWN = Path(__file__).resolve().parent


def shared_floor() -> Path | None:
    """The folder of the shared floor, None where it is not at hand."""
    folder = SHARED / "floor"
    return folder if (folder / "floorapp.py").exists() else None
