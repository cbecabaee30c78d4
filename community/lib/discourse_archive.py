"""Reads archives of Discourse forums, topic by topic; knows nothing of our own tables."""

import gzip
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .discourse_topics import ArchivedTopic, Problems, posts_of, topic_of

LARGEST_MEMBER = 64 * 1024 * 1024  # bytes of one topic's JSON, or of one line
LARGEST_ARCHIVE = 8 * 1024 * 1024 * 1024  # bytes when unpacked
MOST_MEMBERS = 2_000_000


class ArchiveRefused(ValueError):
    """The file is no archive we read, or is made to fill the memory."""


def read(path: Path, problems: Problems | None = None) -> Iterator[ArchivedTopic]:
    """Every topic of the archive, by id where a line is a post; `problems` collects what failed."""
    problems = Problems() if problems is None else problems
    if _is_lines(path):
        yield from _topics_of_lines(path, problems)
        return
    for where, content in _members(path, problems):
        topic = _topic_of_json(where, content, problems)
        if topic:
            yield topic


def count(path: Path) -> int:
    """How many topics `read` will try, quickly."""
    if _is_lines(path):
        ids = {line["topic_id"] for _number, line in _lines(path, Problems()) if "topic_id" in line}
        return len(ids)
    if path.is_dir():
        return sum(1 for _file in path.rglob("*.json"))
    with _open_tar(path) as archive:
        return sum(1 for member in archive if member.isfile() and member.name.endswith(".json"))


def _is_lines(path: Path) -> bool:
    return path.is_file() and path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson"))


def _open_tar(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, "r|*")  # a stream: nothing is unpacked to disk, no path in it is ever used
    except (tarfile.TarError, OSError, EOFError) as broken:
        raise ArchiveRefused(f"{path.name} is neither a folder, a tar archive nor a .jsonl file: {broken}") from broken


def _members(path: Path, problems: Problems) -> Iterator[tuple[str, bytes]]:
    """Name and content of each JSON file, in a folder (links out of it are not followed) or a tar stream."""
    if path.is_dir():
        yield from _files(path, problems)
        return
    unpacked = 0
    with _open_tar(path) as archive:
        try:
            for place, member in enumerate(archive):
                unpacked += max(member.size, 0)
                if unpacked > LARGEST_ARCHIVE or place > MOST_MEMBERS:
                    raise ArchiveRefused(f"{path.name} unpacks to more than {LARGEST_ARCHIVE} bytes")
                if not member.isfile() or not member.name.endswith(".json"):
                    continue
                if member.size > LARGEST_MEMBER:
                    problems.add("too large", member.name)
                    continue
                stream = archive.extractfile(member)
                yield member.name, stream.read() if stream else b""
        except (tarfile.TarError, OSError, EOFError) as broken:
            problems.add("archive broken off", str(broken))


def _files(folder: Path, problems: Problems) -> Iterator[tuple[str, bytes]]:
    home = folder.resolve()
    for file in sorted(folder.rglob("*.json")):
        if not file.resolve().is_relative_to(home) or not file.is_file():
            problems.add("outside the folder", str(file.relative_to(folder)))
        elif file.stat().st_size > LARGEST_MEMBER:
            problems.add("too large", file.name)
        else:
            yield file.name, file.read_bytes()


def _topic_of_json(where: str, content: bytes, problems: Problems) -> ArchivedTopic | None:
    try:
        topic = json.loads(content)
        posts = topic["post_stream"]["posts"]
        return topic_of(topic, posts_of(posts, where, problems))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
        problems.add("topic not understood", f"{where}: {broken!r}"[:200])
        return None


def _lines(path: Path, problems: Problems) -> Iterator[tuple[int, dict[str, Any]]]:
    unpacked = 0
    open_it = gzip.open if path.name.endswith(".gz") else open
    with open_it(path, "rb") as stream:
        number = 0
        try:
            while line := stream.readline(LARGEST_MEMBER):
                number += 1
                unpacked += len(line)
                if unpacked > LARGEST_ARCHIVE:
                    raise ArchiveRefused(f"{path.name} unpacks to more than {LARGEST_ARCHIVE} bytes")
                if not line.strip():
                    continue
                try:
                    post = json.loads(line)
                except (ValueError, RecursionError) as broken:
                    problems.add("line not understood", f"line {number}: {broken!r}"[:200])
                    continue
                if isinstance(post, dict):
                    yield number, post
                else:
                    problems.add("line not understood", f"line {number}: no object")
        except (OSError, EOFError) as broken:
            problems.add("archive broken off", f"after line {number}: {broken}")


def _topics_of_lines(path: Path, problems: Problems) -> Iterator[ArchivedTopic]:
    """Posts lie scattered over the file, so they are gathered first: memory grows with the file."""
    gathered: dict[int, list[dict[str, Any]]] = {}
    for number, post in _lines(path, problems):
        topic_id = post.get("topic_id")
        if isinstance(topic_id, int) and not isinstance(topic_id, bool):
            gathered.setdefault(topic_id, []).append(post)
        else:
            problems.add("post without topic", f"line {number}")
    for topic_id in sorted(gathered):
        lines = gathered.pop(topic_id)
        posts = posts_of(lines, f"topic {topic_id}", problems)
        if posts:
            newest = max(lines, key=lambda line: str(line.get("updated_at", "")))
            described = {
                "id": topic_id,
                "title": newest.get("topic_title"),
                "slug": newest.get("topic_slug"),
                "category_id": newest.get("category_id"),
                "tags": newest.get("tags"),
            }
            yield topic_of(described, posts)
