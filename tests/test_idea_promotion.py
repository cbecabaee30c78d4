"""A thread or a reply becomes an idea: in the name of whoever wrote it, with their vote, and they are told."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from community.feedback.models import Item, Link, Vote
from community.members.models import Member, Product, Site
from community.notifications import deliver
from community.notifications.follow import set_level
from community.notifications.models import Follow, Level, Notification
from roadmap.ideas.models import Idea
from roadmap.ideas.promote import promote
from roadmap.ideas.suggest import Suggestion
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def said(**words: Any) -> dict[str, Any]:
    return {"title": "Sync calendars", "body": "Both ways, please.", "language": "en", "area": ideas.area().pk} | words


def test_a_reply_becomes_an_idea_of_its_author(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    make.confirmed(bo)
    Member.objects.filter(pk=bo.pk).update(language="pl")
    thread = make.thread(by=ann, title="How do I sync?", labels=(make.label("sync"),))
    reply = make.reply(thread, by=bo, body="Both ways, **please**.")
    set_level(cy, thread.item, Level.TRACKING)
    set_level(make.member("eve"), thread.item, Level.MUTED)
    tasks.run_all()
    mail.outbox.clear()
    Notification.objects.all().delete()
    browser, address = signed_in(sam), f"/items/{reply.pk}/idea/"
    ideas.area()
    assert address in browser.get(thread.item.path).content.decode()
    form = browser.get(address).content.decode()
    assert "How do I sync?" in form
    assert "Both ways, **please**." in form
    answer = browser.post(address, said())
    idea = Idea.objects.select_related("item__author").get()
    assert answer.headers["Location"] == idea.item.path
    assert (idea.item.author, idea.item.vote_count, idea.stage.kind) == (bo, 1, "new")
    assert Vote.objects.get().member == bo
    assert Link.objects.values_list("source", "target", "kind").get() == (reply.pk, idea.pk, "became")
    levels = dict(Follow.objects.filter(item=idea.pk).values_list("member__handle", "level"))
    assert levels == {"ann": "watching", "cy": "tracking"}
    tasks.run_all()
    assert dict(Notification.objects.values_list("recipient__handle", "topic")) == {"bo": "idea_became"}
    deliver.pump()
    assert "pomys" in str(mail.outbox[0].body)
    assert "Became an idea: <bdi>Sync calendars</bdi>" in Client().get(thread.item.path).content.decode()
    page = Client().get(idea.item.path).content.decode()
    assert "It began in a conversation" in page
    assert "How do I sync?" in page
    assert Item.objects.get(pk=reply.pk).path in page


def test_two_clicks_are_one_idea(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    paths = {signed_in(sam).post(f"/items/{thread.pk}/idea/", said()).headers["Location"] for _ in range(2)}
    assert len(paths) == Idea.objects.count() == 1
    assert "Became an idea:" in Client().get(thread.item.path).content.decode()


def test_only_staff_and_only_of_what_can_be_read(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    private = make.thread(by=ann, is_private=True)
    article_like = ideas.idea()
    assert "/idea/" not in signed_in(ann).get(thread.item.path).content.decode()
    assert signed_in(ann).post(f"/items/{thread.pk}/idea/", said()).status_code == 403
    assert signed_in(bo).post(f"/items/{private.pk}/idea/", said()).status_code == 404
    assert Client().post(f"/items/{thread.pk}/idea/", said()).status_code == 302
    assert signed_in(sam).get(f"/items/{article_like.pk}/idea/").status_code == 404
    Item.objects.filter(pk=thread.pk).update(state="hidden")
    assert signed_in(sam).get(f"/items/{thread.pk}/idea/").status_code == 404
    assert Idea.objects.count() == 1


def test_what_is_private_becomes_an_idea_that_is_as_private(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    acme = make.company()
    Member.objects.filter(pk__in=[ann.pk, cy.pk]).update(company=acme)
    thread = make.thread(by=ann, title="Secret", is_private=True)
    set_level(bo, thread.item, Level.WATCHING)  # from when it was public
    form = signed_in(sam).get(f"/items/{thread.pk}/idea/").content.decode()
    assert "stays private" in form
    signed_in(sam).post(f"/items/{thread.pk}/idea/", said(is_private=""))
    idea = Idea.objects.select_related("item").get()
    assert (idea.item.visibility, idea.item.group) == ("private", None)
    page = signed_in(ann).get(idea.item.path)
    assert (page.status_code, "The author and staff" in page.content.decode()) == (200, True)
    for other in (bo, cy):  # cy works where ann does
        assert signed_in(other).get(idea.item.path).status_code == 404
        assert "Sync calendars" not in signed_in(other).get("/ideas/?view=list").content.decode()
    assert not Follow.objects.filter(item=idea.pk).exists()


def test_its_author_opens_a_private_idea_by_editing_it(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Secret", is_private=True)
    signed_in(sam).post(f"/items/{thread.pk}/idea/", said())
    idea, browser = Idea.objects.get(), signed_in(ann)
    address = f"/ideas/{idea.pk}/edit/"
    form = browser.get(address).content.decode()
    assert "Only its author and staff can read it." in form
    browser.post(address, said(is_private="on"))
    assert Item.objects.get(pk=idea.pk).visibility == "private"
    browser.post(address, said())
    assert Item.objects.get(pk=idea.pk).visibility == "public"


def test_the_same_people_read_the_idea_who_read_what_it_was_made_of(ann: Member, sam: Member) -> None:
    beta, gamma = make.group("beta", ann), make.group("gamma", ann)
    members = make.category("members", audience="members")
    inside = make.category("beta", audience="group", group=beta)
    cellar = make.category("cellar", audience="staff")
    for place, visibility, group, expected in (
        (None, "members", None, ("members", None)),
        (None, "group", beta, ("group", beta)),
        (None, "company", None, ("company", None)),
        (None, "staff", None, ("staff", None)),
        (members, "public", None, ("members", None)),
        (members, "group", beta, ("group", beta)),
        (members, "private", None, ("private", None)),
        (inside, "public", None, ("group", beta)),
        (inside, "group", beta, ("group", beta)),
        (inside, "group", gamma, ("private", None)),
        (inside, "company", None, ("private", None)),
        (cellar, "public", None, ("private", None)),
        (cellar, "staff", None, ("staff", None)),
    ):
        thread = make.thread(by=make.member(), place=place.place if place else None)
        reply = make.reply(thread, by=make.member())
        Item.objects.filter(pk__in=[thread.pk, reply.pk]).update(visibility=visibility, group=group)
        for pk in (thread.pk, reply.pk):
            item = Item.objects.select_related("author", "place", "reply__about__place").get(pk=pk)
            made = promote(item, Suggestion("An idea", "Words.", ideas.area(), language="en"), by=sam).item
            assert ((made.visibility, made.group), place, visibility) == (expected, place, visibility)


def test_where_it_came_from_is_said_to_those_who_may_read_it(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Where it began")
    signed_in(sam).post(f"/items/{thread.pk}/idea/", said())
    path = Idea.objects.get().item.path
    assert "Where it began" in Client().get(path).content.decode()
    Item.objects.filter(pk=thread.pk).update(visibility="private")
    thread.item.place.touch()  # type: ignore[union-attr]
    for browser in (Client(), signed_in(bo)):
        assert "Where it began" not in browser.get(path).content.decode()
    assert "Where it began" in signed_in(ann).get(path).content.decode()


def test_its_author_must_be_able_to_read_it(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    cellar = ideas.area("cellar", audience="staff")
    answer = signed_in(sam).post(f"/items/{thread.pk}/idea/", said(area=cellar.pk))
    assert answer.status_code == 422
    assert "could not read it there" in answer.content.decode()
    assert not Idea.objects.exists()


def test_the_idea_is_about_the_product_of_the_conversation(ann: Member, sam: Member) -> None:
    mobile = Product.objects.create(name="Mobile")
    Site.touch()
    thread = make.thread(by=ann)
    Item.objects.filter(pk=thread.pk).update(product=mobile)
    for pk in (thread.pk, make.reply(thread, by=ann).pk):
        form = signed_in(sam).get(f"/items/{pk}/idea/").content.decode()
        assert f'<option value="{mobile.pk}" selected>Mobile</option>' in form
    signed_in(sam).post(f"/items/{thread.pk}/idea/", said(product=mobile.pk))
    assert Item.objects.get(kind="idea").product == mobile


def test_words_of_who_left_have_no_voter(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    Item.objects.filter(pk=thread.pk).update(author=None)
    signed_in(sam).post(f"/items/{thread.pk}/idea/", said())
    assert Item.objects.get(kind="idea").vote_count == 0 == Vote.objects.count()


def test_a_post_may_become_an_article_and_an_idea(ann: Member, sam: Member) -> None:
    from community.knowledge.draft import Said
    from community.knowledge.promote import promote, thank
    from tests.knowledge import section

    reply = make.reply(make.thread(by=ann), by=ann)
    article = promote(reply.item, Said("An article", "Words."), section=section("start"), language="en", by=sam)
    thank(article, by=sam)
    Item.objects.filter(pk=article.pk).update(state="visible")
    signed_in(sam).post(f"/items/{reply.pk}/idea/", said())
    page = Client().get(reply.item.path.partition("#")[0]).content.decode()
    assert "In the help centre: <bdi>An article</bdi>" in page
    assert "Became an idea: <bdi>Sync calendars</bdi>" in page
