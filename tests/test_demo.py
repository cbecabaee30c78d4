"""What the demo community's conversations hold."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone, translation
from pytest_django.plugin import DjangoDbBlocker

from community.conversations.models import ReadMark, Reply
from community.desk import learning
from community.desk.seed_demo import seed_searches
from community.discussions.models import Category, Pin, Solution, Thread
from community.discussions.seed_demo import seed_demo
from community.feedback.models import Event, Item, Label, Vote
from community.feedback.places import Place
from community.knowledge.seed_demo import seed_articles
from community.members.models import Company, Group, Member
from community.moderation.queue import cases, counts, flagged
from community.notifications.models import Mailing, Notification
from community.search.find import find
from community.search.grammar import parse
from community.search.languages import language_of, languages_of
from community.search.masking import masked
from community.search.searches import Search
from tests import make, tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Made once: the tests only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        make.site()
        seed_demo()
        yield
        transaction.set_rollback(True)


def test_the_four_log_ins_work() -> None:
    roles = {"ann": "member", "sam": "agent", "mia": "manager", "root": "admin"}
    for handle, role in roles.items():
        member = authenticate(None, username=handle, password="hearback-demo")
        assert member is not None
        assert member.role == role
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == Member.objects.count()


def test_counts_and_paths_are_right() -> None:
    for thread in Item.objects.filter(kind="thread").annotate(said=Count("replies")):
        held = thread.replies.filter(item__state="held").count()
        assert (thread.reply_count, thread.reply_serial) == (thread.said - held, thread.said)
        assert thread.path == Thread.path_for(thread.pk, thread.title)
        numbers = list(Reply.objects.filter(about=thread).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, thread.said + 1))
    for item in Item.objects.annotate(voted=Count("votes")):
        assert item.vote_count == item.voted
    assert not Vote.objects.filter(member=F("item__author")).exists()
    for member in Member.objects.annotate(said=Count("items")):
        assert member.post_count == member.said
    reply = Reply.objects.filter(number__gt=1).select_related("item", "about").first()
    assert reply.item.path == f"{reply.about.path}#{reply.number}"
    assert not Item.objects.filter(html="").exists()
    assert not Item.objects.filter(created_at__gt=timezone.now()).exists()
    assert not Item.objects.filter(created_at__lt=F("author__joined_at")).exists()


def test_tells_the_whole_story() -> None:
    assert Solution.objects.count() == 26
    assert Pin.objects.count() == 1
    assert Event.objects.filter(verb="posted").count() == Item.objects.filter(state="visible").count()
    official = Reply.objects.filter(is_official=True).select_related("item__author")
    assert official
    assert all(reply.item.author.is_staff for reply in official)
    assert Company.objects.exclude(products=None).count() == 12
    assert ReadMark.objects.exists()
    category = Category.objects.get(place__slug="announcements")
    with translation.override("th"):
        assert category.place.local_name == "ประกาศ"
        assert Label.objects.get(slug="payroll").local_name == "เงินเดือน"
    private = Item.objects.filter(kind="thread", visibility="private")
    assert private.count() == 2
    assert not Item.objects.visible_to(AnonymousUser()).filter(pk__in=private).exists()
    assert not Item.objects.visible_to(AnonymousUser()).filter(reply__about__in=private).exists()


def test_bells_ring_and_moderators_have_something_to_decide() -> None:
    unread = dict(Member.objects.values_list("handle", "unread_count"))
    assert unread["ann"] > 0
    for handle, number in unread.items():
        assert Notification.objects.unread().filter(recipient__handle=handle).count() == number
    assert set(Notification.objects.values_list("topic", flat=True)) >= {"asked", "replied", "mentioned", "solved"}
    assert not Notification.objects.filter(recipient=F("item__author")).exclude(topic="solved").exists()
    assert not Mailing.objects.exists()
    sam = Member.objects.get(handle="sam")
    assert counts(sam) == {"flagged": 2, "held": 1}
    reported = cases(list(flagged(sam)))
    assert sorted(len(case.flags) for case in reported) == [1, 2]
    held = cases(list(Item.objects.held()))
    assert [number for _says, number in held[0].signals] == [100, 100]


def test_nobody_votes_for_what_they_cannot_see() -> None:
    beta = Place.objects.get(slug="beta")
    voters = Member.objects.filter(votes__item__place=beta).distinct()
    members = set(Group.objects.get(name="beta").members.all())
    assert all(voter in members or voter.is_staff for voter in voters)


@pytest.fixture
def searches() -> list[Search]:
    seed_articles()
    seed_searches()
    return list(Search.objects.select_related("solved_by"))


def test_searches_say_what_is_missing_in_each_language(searches: list[Search]) -> None:
    today, languages = timezone.localdate(), {code for code, _name in settings.LANGUAGES}
    assert all(today - timedelta(days=30) < one.on <= today for one in searches)
    assert all(one.text == masked(one.text) and one.language == language_of(one.text, one.language) for one in searches)
    for name, condition in learning.LISTS.items():
        assert set(learning.searches(28).filter(condition).values_list("language", flat=True)) == languages, name
        assert learning.themes(7, name)
    assert learning.themes(28, "empty")[0].count > 3
    assert len(learning.helpful(28, Member.objects.get(handle="sam"))) == learning.SOLVED_MOST
    assert 40 < (learning.deflection(28)[0].percent or 0) < 80


def test_searches_found_what_the_demo_finds(searches: list[Search]) -> None:
    tasks.run_all()
    told = {(one.text, one.language, one.results > 0, one.solved_by) for one in searches}
    unlike = []
    for text, language, has_results, solved_by in told:
        found = find(parse(text), AnonymousUser(), languages_of(text, language, "en"))
        unlike += [text] if found.is_weak == has_results else []
        assert solved_by is None or solved_by.pk in [hit.item_id for hit in found.hits[:3]], text
    assert unlike == []
