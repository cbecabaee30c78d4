import gzip
import io
import json
import tarfile
from datetime import UTC, datetime

import pytest

from community.lib import discourse_archive
from community.lib.discourse_archive import ArchiveRefused, count, read
from community.lib.discourse_topics import Problems


def post(number, topic=7, **more):
    return {
        "id": 100 * topic + number,
        "topic_id": topic,
        "post_number": number,
        "username": "ann",
        "created_at": "2024-01-02T03:04:05.678Z",
        "updated_at": "2024-01-02T03:04:05.678Z",
        "cooked": f"<p>words {number}</p>",
        "post_type": 1,
    } | more


def topic(*posts, **more):
    return {
        "id": 7,
        "title": "How?",
        "slug": "how",
        "category_id": 3,
        "created_at": "2024-01-02T03:04:05Z",
        "views": 9,
        "post_stream": {"posts": list(posts)},
    } | more


def lines(tmp_path, *objects):
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in objects))
    return file


def tar(tmp_path, members, name="topics.tar.gz"):
    file = tmp_path / name
    with tarfile.open(file, "w:gz") as archive:
        for path, content in members.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file


def test_a_folder_and_a_tar_read_alike(tmp_path):
    content = json.dumps(
        topic(post(2, reply_to_post_number=1), post(1), tags=["a", {"name": "b"}], closed=True)
    ).encode()
    (tmp_path / "folder" / "json").mkdir(parents=True)
    (tmp_path / "folder" / "json" / "how.7.json").write_bytes(content)
    archive = tar(tmp_path, {"json/how.7.json": content, "json/readme.md": b"x"})
    assert list(read(tmp_path / "folder")) == list(read(archive))
    assert count(tmp_path / "folder") == count(archive) == 1
    [only] = read(archive)
    assert (only.title, only.tags, only.views, only.is_closed, only.is_pinned, only.is_visible) == (
        "How?",
        ("a", "b"),
        9,
        True,
        False,
        True,
    )
    assert [each.number for each in only.posts] == [1, 2]
    assert only.posts[1].reply_to_number == 1
    assert only.posts[0].created_at == datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


@pytest.mark.parametrize("packed", [False, True])
def test_scattered_lines_are_gathered_by_topic(tmp_path, packed):
    file = lines(
        tmp_path,
        post(2, raw="two"),
        post(1, topic=3, topic_title="Third"),
        post(1, topic_title="Seventh", topic_slug="seventh", category_id=4),
    )
    if packed:
        packed_file = tmp_path / "posts.jsonl.gz"
        packed_file.write_bytes(gzip.compress(file.read_bytes()))
        file = packed_file
    third, seventh = read(file)
    assert count(file) == 2
    assert (third.id, third.title, third.posts[0].raw) == (3, "Third", None)
    assert [each.number for each in seventh.posts] == [1, 2]
    assert seventh.posts[1].raw == "two"


def test_of_two_versions_of_a_post_the_newest_counts(tmp_path):
    newest = post(1, cooked="new", updated_at="2024-05-01T00:00:00Z")
    for order in ((newest, post(1)), (post(1), newest)):
        [only] = read(lines(tmp_path, *order))
        assert [each.cooked for each in only.posts] == ["new"]


def test_kinds_and_states_of_posts(tmp_path):
    file = lines(
        tmp_path,
        post(2, post_type=3, action_code="closed.enabled", cooked=""),
        post(3, action_code="split_topic"),
        post(4, post_type=4),
        post(5, hidden=True),
        post(6, deleted_at="2024-01-03T00:00:00Z"),
        post(7, cooked="<p>(post deleted by author)</p>"),
        post(
            8,
            moderator=True,
            accepted_answer=True,
            actions_summary=[{"id": 2, "count": 4}],
            reaction_users_count=5,
        ),
    )
    [only] = read(file)
    assert not only.has_first_post
    assert only.accepted_number == 8
    assert {each.number for each in only.posts if each.is_small_action} == {2, 3}
    assert {each.number for each in only.posts if each.is_whisper} == {4}
    assert {each.number for each in only.posts if each.is_hidden} == {5}
    assert {each.number for each in only.posts if each.is_deleted} == {6, 7}
    assert (only.posts[-1].likes, only.posts[-1].is_staff) == (5, True)


def test_a_topic_is_as_deleted_as_its_first_post(tmp_path):
    [only] = read(lines(tmp_path, post(1, cooked="<p>(topic deleted by author)</p>", user_deleted=True), post(2)))
    assert only.is_deleted
    assert only.has_first_post


def test_malformed_parts_are_reported_and_the_rest_is_read(tmp_path):
    problems = Problems()
    file = lines(
        tmp_path,
        "{broken",
        "[1]",
        {"id": 1},
        post(1),
        post(2, created_at="yesterday"),
        {"topic_id": 7},
        "[" * 100_000,
    )
    [only] = read(file, problems)
    assert [each.number for each in only.posts] == [1]
    assert problems.counts == {"line not understood": 3, "post without topic": 1, "post not understood": 2}
    problems = Problems()
    archive = tar(tmp_path, {"a.json": b"nope", "b.json": b"[]", "c.json": json.dumps(topic(post(1))).encode()})
    assert len(list(read(archive, problems))) == 1
    assert problems.counts == {"topic not understood": 2}


def test_a_broken_off_archive_keeps_what_was_read(tmp_path):
    problems = Problems()
    whole = gzip.compress("\n".join(json.dumps(post(n)) for n in range(1, 2_000)).encode())
    file = tmp_path / "half.jsonl.gz"
    file.write_bytes(whole[: len(whole) // 2])
    assert len(list(read(file, problems))) == 1
    assert problems.counts["archive broken off"] == 1


def test_what_is_no_archive_is_refused(tmp_path):
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG" * 500)
    with pytest.raises(ArchiveRefused):
        list(read(file))


def test_E73_large_members_and_bombs(tmp_path, monkeypatch):
    monkeypatch.setattr(discourse_archive, "LARGEST_MEMBER", 2_000)
    problems = Problems()
    archive = tar(tmp_path, {"big.json": b" " * 5_000, "ok.json": json.dumps(topic(post(1))).encode()})
    assert len(list(read(archive, problems))) == 1
    assert problems.counts == {"too large": 1}
    monkeypatch.setattr(discourse_archive, "LARGEST_ARCHIVE", 4_000)
    with pytest.raises(ArchiveRefused):
        list(read(archive))
    bomb = tmp_path / "bomb.jsonl.gz"
    bomb.write_bytes(gzip.compress(b" " * 1_000_000))
    with pytest.raises(ArchiveRefused):
        list(read(bomb))


def test_E73_paths_and_links_lead_nowhere(tmp_path):
    outside = tmp_path / "outside.json"
    outside.write_text(json.dumps(topic(post(1))))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.json").symlink_to(outside)
    problems = Problems()
    assert list(read(folder, problems)) == []
    assert problems.counts == {"outside the folder": 1}
    archive = tmp_path / "links.tar"
    with tarfile.open(archive, "w") as made:
        member = tarfile.TarInfo("../../evil.json")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(member)
    assert list(read(archive)) == []
