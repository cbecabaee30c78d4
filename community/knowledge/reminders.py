"""Asking owners whether their articles are still correct."""

from datetime import timedelta

from django.utils import timezone

from community.knowledge.models import Article
from community.notifications.tell import tell

TASK = "community.knowledge.reminders.ask_owners"
AGAIN = timedelta(days=14)  # who says nothing is asked again
MOST = 200  # of one day


def ask_owners() -> None:
    """Once a day. Whoever was asked is not asked again at once, whatever becomes of the task."""
    now = timezone.now()
    due = Article.objects.filter(review_on__lte=now.date(), item__state="visible").select_related("item", "owner")
    for article in due.order_by("review_on", "pk")[:MOST]:
        Article.objects.filter(pk=article.pk).update(review_on=(now + AGAIN).date())
        if article.owner and article.owner.is_staff:
            tell(article.owner, "article_review", item=article.item)
