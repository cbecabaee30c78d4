"""What people uploaded. Files never change under their random names, so a copy needs no lock.

They are listed after the rows were read: whatever a row names was there before. What is deleted while it is being
copied is left out, and said.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.core.files.storage import FileSystemStorage, storages

from config.backup.archive import BLOCK, BackupRefused, Summed, Writer

MODE = 0o644


def roots() -> dict[str, Path]:
    """The folders of every storage on this machine, by its name; a bucket elsewhere keeps its own backups."""
    found: dict[str, Path] = {}
    for alias in storages.backends:
        if alias == "staticfiles":
            continue
        storage = storages[alias]
        if isinstance(storage, FileSystemStorage) and Path(storage.location) not in found.values():
            found[alias] = Path(storage.location)
    return found


def listed() -> list[tuple[str, Path]]:
    """(name in the archive, path) of each file, in order."""
    return sorted((f"files/{alias}/{name}", root / name) for alias, root in roots().items() for name in _names(root))


def _names(root: Path) -> Iterator[str]:
    for folder, _folders, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(root).as_posix()


def back_up(archive: Writer, names: list[tuple[str, Path]]) -> Iterator[bool]:
    """Add each; yields whether it was still there."""
    for name, path in names:
        try:
            archive.add(name, path)
            yield True
        except FileNotFoundError:
            yield False


def target(name: str) -> Path:
    """Where a member goes. Raises BackupRefused for names that lead elsewhere."""
    parts = PurePosixPath(name).parts
    root = roots().get(parts[1]) if len(parts) > 2 else None
    if root is None:
        raise BackupRefused(f"The backup holds {name}, and there is no folder of this site for it: check STORAGES.")
    if ".." in parts or "\\" in name or "\0" in name:
        raise BackupRefused(f"The backup holds {name!r}, which leads out of the folder of uploads.")
    return root.joinpath(*parts[2:])


def restore(path: Path, file: Summed, mode: int = MODE) -> None:
    """Write a member whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as made:
            while block := file.read(BLOCK):
                made.write(block)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def remove_others(kept: set[Path]) -> int:
    """Delete what is not of the backup; the number of files."""
    gone = 0
    for root in roots().values():
        for name in list(_names(root)):
            if root / name not in kept:
                (root / name).unlink(missing_ok=True)
                gone += 1
    return gone
