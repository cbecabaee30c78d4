"""Where an article stands, who may read it, who looks after it, and whether it stands first."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from community.feedback.models import Item
from community.knowledge.draft import lock
from community.knowledge.models import Article, Highlight
from community.members.models import Member


@transaction.atomic
def change_settings(article: Article, said: dict[str, Any], *, by: Member) -> None:
    """Translations move with their original, are read by the same people and have its labels.

    So of a translation itself `said` names neither its section nor its readers.
    """
    lock(article)
    family = [article.pk, *article.translations.values_list("pk", flat=True)]
    if not article.original_id:
        _place(article, family, said)
    Article.objects.filter(pk=article.pk).update(owner=said["owner"], version=said["version"])
    for item in Item.objects.filter(pk__in=family):
        item.record("filed", by=by)
        item.labels.set(said["labels"])


def _place(article: Article, family: list[int], said: dict[str, Any]) -> None:
    old = article.item.place
    Item.objects.filter(pk__in=family).update(place=said["section"], visibility=said["visibility"], group=said["group"])
    if old and old != said["section"]:
        Article.objects.filter(pk__in=family).update(rank=0)  # there it stands last


@transaction.atomic
def highlight(article: Article, where: str, *, by: Member) -> None:
    """ "pinned" stands first in its section, "featured" on the help page too, "" nowhere."""
    lock(article)
    if where:
        values = {"is_featured": where == "featured", "by": by, "at": timezone.now()}
        Highlight.objects.update_or_create(article=article, defaults=values)
    else:
        Highlight.objects.filter(article=article).delete()
    article.item.record("pinned" if where else "unpinned", by=by)
