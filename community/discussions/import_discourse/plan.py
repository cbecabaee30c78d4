"""Which rows a topic becomes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from community.conversations.models import Reply
from community.conversations.post import path_of
from community.discussions.bulk import Rows
from community.discussions.import_discourse.places import Labels, Places
from community.discussions.import_discourse.report import Report
from community.discussions.import_discourse.survey import external_id_of_post, external_id_of_topic
from community.discussions.import_discourse.words import Words
from community.discussions.models import Closure, Kind, Pin, Solution, Thread
from community.feedback.models import Event, Item, Visibility
from community.feedback.places import Place
from community.lib.discourse_topics import ArchivedPost, ArchivedTopic
from community.lib.markdown import RENDERER_VERSION
from community.members.models import Member

VERB = "imported"


@dataclass(slots=True)
class Fresh:
    """What of a topic is not here yet: all of it, or the posts that a later archive adds."""

    topic: ArchivedTopic
    opening: ArchivedPost | None  # None when the thread is here already
    posts: list[ArchivedPost]  # replies to be

    @property
    def external_ids(self) -> list[str]:
        thread = [external_id_of_topic(self.topic.id)] if self.opening else []
        return thread + [external_id_of_post(post.id) for post in self.posts]


@dataclass(slots=True)
class Planner:
    source: str
    language: str
    members: dict[str, Member]
    places: Places
    labels: Labels
    words: Words
    report: Report

    def plan(self, fresh: Fresh, known: Item | None, rows: Rows) -> None:
        """Add the rows of one topic; `known` is its thread when that is here already."""
        now = timezone.now()
        detail: dict[str, int | None] = {"topic": fresh.topic.id}
        waits = False
        if fresh.opening:
            place = self.places.found[fresh.topic.category_id]
            thread, waits = self._thread(fresh.topic, fresh.opening, place, rows)
            detail |= {"opening": fresh.opening.id, "category": fresh.topic.category_id, "place": place.pk}
        else:
            assert known is not None
            thread = known
            rows.grown.append(known)
            detail["added"] = len(fresh.posts)
        for post in fresh.posts:
            waits |= self._reply(fresh, post, thread, rows)
        if fresh.opening:
            self._decide(fresh, thread, rows)
        if waits:
            detail["waiting"] = 1
        rows.events.append(Event(item=thread, verb=VERB, at=now, detail=detail))
        if thread.place_id:
            rows.places.add(thread.place_id)

    def _thread(self, topic: ArchivedTopic, opening: ArchivedPost, place: Place, rows: Rows) -> tuple[Item, bool]:
        item, waits = self._item(opening, external_id_of_topic(topic.id), Thread.KIND)
        item.title = self.words.title(topic.title, item.body, topic.id)
        item.path = Thread.path_for(item.pk, item.title)
        item.place, item.view_count = place, topic.views
        if topic.is_deleted:
            item.state = Item.State.REMOVED
        elif not topic.is_visible:
            item.state = Item.State.HIDDEN
        kind = Kind.QUESTION if topic.accepted_number is not None else Kind.DISCUSSION
        rows.add(item)
        rows.threads.append(Thread(item=item, kind=kind))
        rows.labels += [(item.pk, label) for label in self.labels.of(topic.tags)]
        self.report.counts["new threads"] += 1
        self.report.counts["without first post"] += not topic.has_first_post
        return item, waits

    def _reply(self, fresh: Fresh, post: ArchivedPost, thread: Item, rows: Rows) -> bool:
        item, waits = self._item(post, external_id_of_post(post.id), Reply.KIND)
        thread.reply_serial += 1
        item.place, item.visibility, item.group_id = thread.place, thread.visibility, thread.group_id
        item.path = path_of(thread, thread.reply_serial)
        if post.is_whisper:
            item.state, item.visibility = Item.State.HIDDEN, Visibility.STAFF
            self.report.counts["whispers"] += 1
        if item.is_visible:
            thread.reply_count += 1
            if item.created_at >= thread.active_at:
                thread.active_at, thread.active_by = item.created_at, item.author
        rows.add(item)
        rows.replies.append(
            Reply(
                item=item, about=thread, number=thread.reply_serial, is_official=post.is_staff,
                in_reply_to_id=self._answered(fresh.topic, post),
            )
        )  # fmt: skip
        self.report.counts["new replies"] += 1
        return waits

    def _answered(self, topic: ArchivedTopic, post: ArchivedPost) -> int | None:
        """The reply that a post answers; none when it answers the opening, or what is lost."""
        external_id = self.words.survey.external_ids.get((topic.id, post.reply_to_number or 0), "")
        is_reply = external_id.startswith("p") and post.reply_to_number != post.number
        return self.words.pks.get(external_id) if is_reply else None

    def _item(self, post: ArchivedPost, external_id: str, kind: str) -> tuple[Item, bool]:
        written = self.words.of(post)
        author = self.members.get(post.username.lower())
        state = Item.State.VISIBLE
        if post.is_deleted:
            state = Item.State.REMOVED
            self.report.counts["deleted"] += 1
        elif post.is_hidden:
            state = Item.State.HIDDEN
            self.report.counts["hidden"] += 1
        item = Item(
            pk=self.words.pks[external_id], kind=kind, language=self.language, author=author, state=state,
            source=self.source, external_id=external_id, created_at=post.created_at,
            edited_at=post.updated_at if post.version > 1 else None,
            active_at=post.created_at, active_by=author, vote_count=post.likes, imported_votes=post.likes,
            renderer=RENDERER_VERSION, body=written.body, html=written.html,
        )  # fmt: skip
        self.report.counts["likes"] += post.likes
        if post.is_staff:
            self.report.staff[post.username] += 1
        return item, written.waits

    def _decide(self, fresh: Fresh, thread: Item, rows: Rows) -> None:
        topic = fresh.topic
        solving = next((post for post in fresh.posts if post.number == topic.accepted_number), None)
        if solving and not (solving.is_deleted or solving.is_hidden or solving.is_whisper):
            reply_id = self.words.pks[external_id_of_post(solving.id)]
            rows.solutions.append(Solution(thread_id=thread.pk, reply_id=reply_id, at=solving.created_at))
            self.report.counts["solutions"] += 1
        elif topic.accepted_number is not None:
            self.report.problems.add("accepted answer lost", f"topic {topic.id}, post {topic.accepted_number}")
        if topic.is_closed:
            at, by = self._closed(topic)
            rows.closures.append(Closure(thread_id=thread.pk, at=at, by=by, is_lock=True))
            self.report.counts["closed"] += 1
        if topic.is_pinned:
            rows.pins.append(Pin(thread_id=thread.pk, at=thread.created_at))
            self.report.counts["pinned"] += 1

    def _closed(self, topic: ArchivedTopic) -> tuple[datetime, Member | None]:
        closing = [post for post in topic.posts if post.action in ("closed.enabled", "autoclosed.enabled")]
        if closing:
            return closing[-1].created_at, self.members.get(closing[-1].username.lower())
        return max(post.created_at for post in topic.posts), None
