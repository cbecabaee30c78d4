"""Articles for tests."""

from typing import Any

from community.feedback.places import Place
from community.knowledge.draft import Said, begin_article, save_edit
from community.knowledge.models import Article, Section
from community.knowledge.publish import publish
from community.members.models import Member
from tests import make


def section(slug: str = "start", **fields: Any) -> Place:
    takes_replies = fields.pop("takes_replies", False)
    there = Place.objects.filter(kind=Section.KIND, slug=slug).first()
    if there:
        return there
    place = Place.objects.create(kind=Section.KIND, slug=slug, name=fields.pop("name", slug.title()), **fields)
    Section.objects.create(place=place, takes_replies=takes_replies)
    return place


def writer() -> Member:
    return Member.objects.filter(handle="sam").first() or make.member("sam", role="agent")


def drafted(title: str = "Set up sync", body: str = "Open the settings.", **fields: Any) -> Article:
    place = fields.pop("section", None) or section()
    language, original = fields.pop("language", "en"), fields.pop("original", None)
    said = Said(title, body, **fields)
    return begin_article(said, section=place, language=language, by=writer(), original=original)


def published(title: str = "Set up sync", body: str = "Open the settings.", **fields: Any) -> Article:
    article = drafted(title, body, **fields)
    publish(article, by=writer())
    return Article.objects.select_related("item__place", "original__item").get(pk=article.pk)


def changed(article: Article, body: str, **fields: Any) -> Article:
    """The article with another text, published."""
    save_edit(article, Said(fields.pop("title", article.item.title), body, **fields), by=writer())
    publish(article, by=writer())
    return Article.objects.select_related("item__place", "original__item").get(pk=article.pk)
