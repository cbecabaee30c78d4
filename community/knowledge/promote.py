"""Making an article of what somebody wrote in a thread, with a link to it and thanks to its author."""

from django.db import transaction
from django.utils.translation import gettext as _

from community.conversations.models import Reply
from community.conversations.posts import Outcome
from community.feedback.models import Item, Link
from community.feedback.places import Place, Viewer
from community.knowledge.draft import Said, begin_article
from community.knowledge.models import Article
from community.members.models import Member
from community.notifications.tell import tell

STAGE = "article"  # of the post that an article was made of


def said_by(item: Item) -> Said:
    """What the article begins with: the title of the question, the words of the answer."""
    about = item.reply.about if item.kind == Reply.KIND else item
    return Said(about.title, item.body)


@transaction.atomic
def promote(item: Item, said: Said, *, section: Place, language: str, by: Member) -> Article:
    """An article that is still a draft; what it was made of stays where it is. Its author is thanked once it is
    published."""
    article = begin_article(said, section=section, language=language, by=by)
    Article.objects.filter(pk=article.pk).update(is_promoted=True)
    article.is_promoted = True
    Link.objects.create(source=item, target=article.item, kind=Link.Kind.BECAME, by=by)
    item.record("became an article", by=by, article=article.pk)
    return article


def thank(article: Article, *, by: Member) -> None:
    """For the transaction that publishes it the first time: the post says what became of it."""
    links = Link.objects.filter(target=article.pk, kind=Link.Kind.BECAME).select_related("source__author")
    for link in links:
        Item.objects.filter(pk=link.source_id).update(stage=STAGE)
        if link.source.author and link.source.author != by:
            tell(link.source.author, "article_thanks", item=article.item, by=by)


def articles_from(items: list[int], viewer: Viewer) -> dict[int, Outcome]:
    """Item → the article that was made of it, where the viewer may read that."""
    visible = Item.objects.visible_to(viewer).listed().filter(kind=Article.KIND)
    links = Link.objects.filter(source__in=items, kind=Link.Kind.BECAME, target__in=visible)
    found = links.order_by("-pk").values_list("source", "target__title", "target__path")
    return {source: Outcome("book", _("In the help centre:"), title, path) for source, title, path in found}
