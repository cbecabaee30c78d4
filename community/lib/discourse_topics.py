"""Topics and posts of a Discourse forum, as the JSON of its archives and of its pages describes them."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

SMALL_ACTION, WHISPER = 3, 4
_TOMBSTONE = re.compile(r"\s*<p>\((?:post|topic) deleted by author\)</p>\s*")


@dataclass(frozen=True, slots=True)
class ArchivedPost:
    id: int
    topic_id: int
    number: int
    username: str
    display_name: str
    created_at: datetime
    updated_at: datetime
    raw: str | None
    cooked: str
    reply_to_number: int | None
    likes: int
    is_staff: bool
    is_hidden: bool
    is_deleted: bool
    is_accepted: bool
    is_small_action: bool
    is_whisper: bool  # between staff, never to be shown to customers
    action: str  # what a small action did, such as "closed.enabled"
    version: int


@dataclass(frozen=True, slots=True)
class ArchivedTopic:
    id: int
    title: str
    slug: str
    category_id: int | None
    tags: tuple[str, ...]
    created_at: datetime
    views: int
    posts: tuple[ArchivedPost, ...]  # by number
    is_closed: bool
    is_pinned: bool
    is_visible: bool
    is_deleted: bool
    accepted_number: int | None
    has_first_post: bool


@dataclass(slots=True)
class Problems:
    """What could not be read: how often, and the first examples of where."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, kind: str, where: str) -> None:
        self.counts[kind] += 1
        if len(self.examples) < 100:
            self.examples.append(f"{kind}: {where}")


def posts_of(lines: list[Any], where: str, problems: Problems) -> tuple[ArchivedPost, ...]:
    """The posts by number; of two with one id the one changed last."""
    newest: dict[int, ArchivedPost] = {}
    for line in lines:
        try:
            post = _post(line)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as broken:
            problems.add("post not understood", f"{where}: {broken!r}"[:200])
            continue
        known = newest.get(post.id)
        if known is None or post.updated_at >= known.updated_at:
            newest[post.id] = post
    return tuple(sorted(newest.values(), key=lambda post: (post.number, post.id)))


def _post(line: dict[str, Any]) -> ArchivedPost:
    kind = line.get("post_type") or 1
    created_at = _moment(line["created_at"])
    raw = line.get("raw")
    cooked = _text(line.get("cooked"))
    return ArchivedPost(
        id=int(line["id"]),
        topic_id=int(line["topic_id"]),
        number=int(line["post_number"]),
        username=_text(line.get("username")),
        display_name=_text(line.get("display_username") or line.get("name")),
        created_at=created_at,
        updated_at=_moment(line["updated_at"]) if line.get("updated_at") else created_at,
        raw=raw if isinstance(raw, str) else None,
        cooked=cooked,
        reply_to_number=_number(line.get("reply_to_post_number")),
        likes=_likes(line),
        is_staff=bool(line.get("staff") or line.get("admin") or line.get("moderator")),
        is_hidden=bool(line.get("hidden")),
        is_deleted=bool(line.get("deleted_at") or line.get("user_deleted") or _TOMBSTONE.fullmatch(cooked)),
        is_accepted=bool(line.get("accepted_answer")),
        is_small_action=kind == SMALL_ACTION or bool(line.get("action_code")),
        is_whisper=kind == WHISPER,
        action=_text(line.get("action_code")),
        version=_number(line.get("version")) or 1,
    )


def topic_of(topic: dict[str, Any], posts: tuple[ArchivedPost, ...]) -> ArchivedTopic:
    """The topic with its posts. Raises what broken JSON brings: ValueError, KeyError, TypeError, AttributeError."""
    answer = topic.get("accepted_answer")
    accepted = _number(answer.get("post_number")) if isinstance(answer, dict) else None
    if accepted is None:
        accepted = next((post.number for post in posts if post.is_accepted), None)
    first = posts[0] if posts else None
    opening = first if first and first.number == 1 else None
    created = topic.get("created_at")
    if not created and first is None:
        raise ValueError("a topic without a date and without posts")
    slug = _text(topic.get("slug"))
    return ArchivedTopic(
        id=int(topic["id"]),
        title=_text(topic.get("unicode_title") or topic.get("title")) or slug.replace("-", " ").strip(),
        slug=slug,
        category_id=_number(topic.get("category_id")),
        tags=_tags(topic.get("tags")),
        created_at=_moment(created) if created else min(post.created_at for post in posts),
        views=_number(topic.get("views")) or 0,
        posts=posts,
        is_closed=bool(topic.get("closed") or topic.get("archived")),
        is_pinned=bool(topic.get("pinned") or topic.get("pinned_globally") or topic.get("pinned_at")),
        is_visible=topic.get("visible", True) is not False,
        is_deleted=bool(topic.get("deleted_at")) or bool(opening and opening.is_deleted),
        accepted_number=accepted,
        has_first_post=opening is not None,
    )


def _likes(line: dict[str, Any]) -> int:
    """Hearts and reactions: people, whichever of the two fields counts more of them."""
    hearts = sum(
        _number(action.get("count")) or 0
        for action in line.get("actions_summary") or []
        if isinstance(action, dict) and action.get("id") == 2
    )
    return max(hearts, _number(line.get("reaction_users_count")) or 0)


def _tags(tags: Any) -> tuple[str, ...]:
    """Old versions write names, new ones objects with a name."""
    names = (tag.get("name") if isinstance(tag, dict) else tag for tag in tags or [])
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
