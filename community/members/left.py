"""Who left, by number, in a file beside the database: so that no backup of before brings them back."""

import json
import os
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone


def note(member_id: int, erases: bool) -> None:
    """Add a line; a number says nothing once its row is gone."""
    line = json.dumps({"member": member_id, "erases": erases, "at": timezone.now().isoformat()})
    with open(settings.LEFT_FILE, "a", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(f"{line}\n")


def left_after(at: datetime) -> Iterator[tuple[int, bool]]:
    """(member id, whether their words went too) of everybody who left after a moment."""
    if not settings.LEFT_FILE.exists():
        return
    for line in settings.LEFT_FILE.read_text().splitlines():
        told = json.loads(line)
        if datetime.fromisoformat(told["at"]) > at:
            yield told["member"], told["erases"]
