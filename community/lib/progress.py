"""The progress bar of long commands: numbers and time left, on a terminal or where it is asked for."""

from typing import Any

from tqdm import tqdm


def bar(total: int | None, unit: str, *, is_forced: bool = False) -> "tqdm[Any]":
    """A bar on stderr; silent where stderr is no terminal, unless forced. Use it in a `with`."""
    # None is tqdm's "off unless this is a terminal".
    return tqdm(total=total, unit=f" {unit}", disable=False if is_forced else None, dynamic_ncols=True, smoothing=0.1)
