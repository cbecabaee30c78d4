"""The archive of a backup: one tar file that only its owner reads, and whose last member vouches for all others.

The manifest names every member with its size and SHA-256, and its own sum stands in its name: so an archive
that was cut anywhere has no manifest, and one that was changed anywhere has a wrong sum.
"""

import gzip
import hashlib
import io
import json
import os
import secrets
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
BLOCK = 1 << 20
_BROKEN = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error)


class BackupRefused(Exception):
    """Carries a sentence that says what is wrong and what to do."""


@dataclass
class Manifest:
    engine: str  # sqlite or postgresql
    version: str
    made_at: str
    migrations: list[list[str]]  # [app, name], as they were applied
    tables: dict[str, int] = field(default_factory=dict)  # rows
    columns: dict[str, list[str]] = field(default_factory=dict)  # PostgreSQL: of each table, in the order of its file
    sequences: list[list[Any]] = field(default_factory=list)  # PostgreSQL: [table, column, last value, was it given]
    members: dict[str, list[Any]] = field(default_factory=dict)  # [size in bytes, SHA-256]
    format: int = FORMAT

    @property
    def files(self) -> int:
        return sum(name.startswith("files/") for name in self.members)


class Summed:
    """A file whose bytes are counted and summed as they are read; BackupRefused where it ends early in its archive."""

    def __init__(self, file: IO[bytes], inside: Path = Path()) -> None:
        self._file, self._inside = file, inside
        self._sum = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        try:
            block = self._file.read(size)
        except _BROKEN as error:
            raise _cut(self._inside) from error
        self._sum.update(block)
        self.size += len(block)
        return block

    def drain(self) -> None:
        while self.read(BLOCK):
            pass

    @property
    def told(self) -> list[Any]:
        return [self.size, self._sum.hexdigest()]


class Writer:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, list[Any]] = {}

    def add(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self._add(name, file, os.fstat(file.fileno()).st_size)

    def finish(self, manifest: Manifest) -> None:
        manifest.members = dict(self.members)
        words = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
        self._add(f"manifest-{hashlib.sha256(words).hexdigest()}.json", io.BytesIO(words), len(words))

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        summed = Summed(file)
        self._tar.addfile(info, summed)  # type: ignore[arg-type]
        self.members[name] = summed.told


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """A new archive, which gets its name only once all of it is on the disk; *.gz and *.tgz are compressed."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    mode: Any = "w|gz" if path.suffix in (".gz", ".tgz") else "w|"
    try:
        # Nobody else's from its first byte on: it holds every address and password hash (ABUSE I110).
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            with tarfile.open(fileobj=file, mode=mode) as tar:
                yield Writer(tar)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """So that the name outlives a loss of power too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def members(path: Path) -> Iterator[tuple[str, Summed]]:
    """Each member in its order, to be read before the next one is asked for. Raises BackupRefused."""
    try:
        with tarfile.open(path, "r|*") as tar:
            for info in tar:
                file = tar.extractfile(info) if info.isreg() else None
                if file is None:
                    raise BackupRefused(f"{path.name} holds {info.name!r}, which is no plain file: it is no backup.")
                yield info.name, Summed(file, path)
    except FileNotFoundError as error:
        raise BackupRefused(f"There is no {path}.") from error
    except _BROKEN as error:
        raise _cut(path) from error
    except OSError as error:
        raise BackupRefused(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _cut(path: Path) -> BackupRefused:
    return BackupRefused(f"{path.name} cannot be read to its end: it was cut short or changed.")


def check(path: Path) -> Manifest:
    """The manifest of an archive after all of it was read and compared. Raises BackupRefused."""
    found: dict[str, list[Any]] = {}
    for name, file in members(path):
        if name.startswith("manifest-"):
            manifest = _manifest(path, name, file.read())
            break
        file.drain()
        if name in found:
            raise BackupRefused(f"{path.name} holds {name} twice: it was changed after it was made.")
        found[name] = file.told
    else:
        raise BackupRefused(f"{path.name} has no manifest at its end: it was cut short, or is no backup of Hearback.")
    wrong = sorted(name for name in {*found, *manifest.members} if found.get(name) != manifest.members.get(name))
    if wrong:
        raise BackupRefused(f"{path.name} was changed after it was made: {wrong[0]} is not what the manifest says.")
    return manifest


def _manifest(path: Path, name: str, words: bytes) -> Manifest:
    if name != f"manifest-{hashlib.sha256(words).hexdigest()}.json":
        raise BackupRefused(f"{path.name} was changed after it was made: its manifest is not what it was.")
    told = json.loads(words)
    if told.get("format") != FORMAT:
        raise BackupRefused(f"{path.name} was made by a newer Hearback: install that version to restore it.")
    return Manifest(**told)
