"""The first reading of an archive: who wrote, where, and which posts there are to link to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from community.lib.discourse_topics import ArchivedPost, ArchivedTopic


@dataclass(slots=True)
class Person:
    username: str
    display_name: str
    joined_at: datetime
    described_at: datetime  # when the display name was seen last


@dataclass(slots=True)
class Survey:
    topics: int = 0
    posts: int = 0
    people: dict[str, Person] = field(default_factory=dict)  # by username in small letters
    categories: Counter[int | None] = field(default_factory=Counter)
    solving: set[int | None] = field(default_factory=set)  # categories where answers are accepted
    titles: dict[int, str] = field(default_factory=dict)  # by topic id
    external_ids: dict[tuple[int, int], str] = field(default_factory=dict)  # topic id, post number → ours

    def add(self, topic: ArchivedTopic) -> None:
        self.topics += 1
        self.posts += len(topic.posts)
        opening = opening_of(topic)
        if opening is None:
            return
        self.categories[topic.category_id] += 1
        if topic.accepted_number is not None:
            self.solving.add(topic.category_id)
        self.titles[topic.id] = topic.title
        # A link to a topic is one to its first post, also where that is missing.
        self.external_ids[topic.id, 1] = external_id_of_topic(topic.id)
        for post in topic.posts:
            if post.is_small_action:
                continue
            self._meet(post)
            self.external_ids[topic.id, post.number] = (
                external_id_of_topic(topic.id) if post is opening else external_id_of_post(post.id)
            )

    def _meet(self, post: ArchivedPost) -> None:
        if not post.username:
            return
        person = self.people.setdefault(
            post.username.lower(), Person(post.username, post.display_name, post.created_at, post.updated_at)
        )
        person.joined_at = min(person.joined_at, post.created_at)
        if post.display_name and post.updated_at >= person.described_at:
            person.display_name, person.described_at = post.display_name, post.updated_at


def survey(topics: Iterable[ArchivedTopic]) -> Survey:
    found = Survey()
    for topic in topics:
        found.add(topic)
    return found


def external_id_of_topic(topic_id: int) -> str:
    return f"t{topic_id}"


def external_id_of_post(post_id: int) -> str:
    return f"p{post_id}"


def opening_of(topic: ArchivedTopic) -> ArchivedPost | None:
    """The first post; where that is lost the earliest that can be read, so that one deletion hides no others."""
    posts = [post for post in topic.posts if not post.is_small_action and not post.is_whisper]
    if posts and topic.has_first_post and posts[0].number == topic.posts[0].number:
        return posts[0]
    readable = (post for post in posts if not post.is_deleted and not post.is_hidden)
    return next(readable, posts[0] if posts else None)
