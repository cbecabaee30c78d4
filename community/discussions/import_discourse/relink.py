"""The last step of an import: links to posts that were written after the post that links to them."""

from collections.abc import Callable, Iterator

from django.db import transaction

from community.discussions.import_discourse.plan import VERB
from community.discussions.import_discourse.report import Report
from community.discussions.import_discourse.survey import external_id_of_post, external_id_of_topic
from community.discussions.import_discourse.words import Words
from community.feedback.models import Event, Item
from community.lib.discourse_topics import ArchivedTopic


def relink(source: str, read: Callable[[], Iterator[ArchivedTopic]], words: Words) -> None:
    """Write again what waits for a link, unless somebody edited it here. May be killed and run again."""
    waiting = Event.objects.filter(item__source=source, verb=VERB, detail__has_key="waiting")
    topics = {event.detail["topic"] for event in waiting}
    if not topics:
        return
    words.report = Report()  # everything was counted the first time
    for topic in read():
        if topic.id in topics:
            with transaction.atomic():
                _relink_topic(source, topic, words)


def _relink_topic(source: str, topic: ArchivedTopic, words: Words) -> None:
    untouched = _untouched(source, topic)
    imported = Event.objects.filter(item__source=source, item__external_id=external_id_of_topic(topic.id), verb=VERB)
    waiting = imported.filter(detail__has_key="waiting")
    opening = imported.filter(detail__has_key="opening").first()
    opening_id = opening.detail["opening"] if opening else None
    for post in topic.posts:
        is_opening = post.id == opening_id
        item = untouched.get(external_id_of_topic(topic.id) if is_opening else external_id_of_post(post.id))
        if item is None:
            continue
        written = words.of(post)
        if (written.body, written.html) != (item.body, item.html):
            item.body, item.html = written.body, written.html
            item.save(update_fields=["body", "html"])
    for event in waiting:
        event.detail.pop("waiting")
        event.save(update_fields=["detail"])


def _untouched(source: str, topic: ArchivedTopic) -> dict[str | None, Item]:
    """What came from the topic and nobody edited here, by the id that it has over there."""
    ids = [external_id_of_topic(topic.id), *(external_id_of_post(post.id) for post in topic.posts)]
    items = Item.objects.filter(source=source, external_id__in=ids, revisions=None)
    return {item.external_id: item for item in items}
