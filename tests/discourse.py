"""A made-up Discourse forum, its archive, bringing it in, and finding what came of it."""

import json
from pathlib import Path

from community.conversations.models import Reply
from community.discussions.import_discourse.report import Report
from community.discussions.import_discourse.run import Wish, import_discourse
from community.discussions.models import Thread


def post(number: int, username: str, cooked: str = "", **fields: object) -> dict[str, object]:
    return {
        "id": fields.pop("id", None),
        "post_number": number,
        "username": username,
        "name": username.title(),
        "cooked": cooked or f"<p>Words {number} of {username}.</p>",
        "created_at": f"2021-03-{number:02}T10:00:00.000Z",
        "updated_at": f"2021-03-{number:02}T12:00:00.000Z",
        "version": 1,
        "post_type": 1,
    } | fields


def topic(number: int, title: str, posts: list[dict[str, object]], **fields: object) -> dict[str, object]:
    for one in posts:
        one["topic_id"] = number
        one["id"] = one["id"] or number * 100 + int(str(one["post_number"]))
    return {
        "id": number,
        "title": title,
        "category_id": 2,
        "created_at": "2021-03-01T10:00:00Z",
        "views": 40 + number,
        "post_stream": {"posts": posts},
    } | fields


def quote(topic_id: int, number: int, who: str = "bob", words: str = "said") -> str:
    return (
        f'<aside class="quote" data-username="{who}" data-post="{number}" data-topic="{topic_id}">'
        f"<blockquote><p>{words}</p></blockquote></aside>"
    )


def forum() -> list[dict[str, object]]:
    return [
        topic(
            1,
            "Where is the export?",
            [
                post(1, "Anna_B", likes=0, actions_summary=[{"id": 2, "count": 3}]),
                post(2, "bob", reply_to_post_number=1, version=2),
                post(3, "sam", post_type=3, action_code="closed.enabled"),
                post(
                    4, "sam", f"{quote(1, 2)}<p>Under @bob's menu.</p>", reply_to_post_number=2, staff=True,
                    actions_summary=[{"id": 2, "count": 5}],
                ),
                post(5, "bob", "<p>(post deleted by author)</p>", user_deleted=True),
                post(6, "spammer", "<p>Buy!</p>", hidden=True),
                post(7, "sam", "<p>Not for customers.</p>", post_type=4),
            ],
            tags=["pdf export", "ส่งออก"],
            closed=True,
            accepted_answer={"post_number": 4},
        ),
        topic(2, "It began before", [post(3, "bob", quote(3, 1, "cleo")), post(4, "cleo")], category_id=5),
        topic(3, "Later", [post(1, "cleo", raw='[quote="bob, post:2, topic:1"]\nwords\n[/quote]\n\nSo it is.')]),
        topic(4, "Nothing", [post(1, "sam", post_type=3)]),
        topic(5, "Unlisted", [post(1, "bob")], visible=False, pinned=True),
    ]  # fmt: skip


def archive(folder: Path, topics: list[dict[str, object]]) -> Path:
    folder.mkdir(exist_ok=True)
    for one in topics:
        (folder / f"{one['id']}.json").write_text(json.dumps(one))
    return folder


def bring(path: Path, **fields: object) -> Report:
    return import_discourse(Wish(path=path, name="old", base_url="https://old.example", **fields))  # type: ignore[arg-type]


def thread(number: int) -> Thread:
    return Thread.objects.select_related("item__author", "item__place").get(item__external_id=f"t{number}")


def reply(topic_id: int, number: int) -> Reply:
    return Reply.objects.select_related("item__author").get(item__external_id=f"p{topic_id * 100 + number}")
