"""The demo community: complete, the same every time, and never in somebody's own database."""

import re
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from django.utils import timezone, translation

from community.conversations.models import ReadMark, Reply
from community.discussions.models import Category, Pin, Solution, Thread
from community.discussions.seed_demo import seed_demo
from community.feedback.models import Event, Item, Label, Vote
from community.feedback.places import Place
from community.members.models import Company, Group, Member, Product, Site
from tests import make

pytestmark = pytest.mark.django_db


def test_fills_an_empty_database(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_demo")
    assert "hearback-demo" in capsys.readouterr().out
    site = Site.current()
    assert (site.name, site.is_demo, site.languages) == (
        "Tidewick Community",
        True,
        [code for code, _name in settings.LANGUAGES],
    )
    assert site.set_up_at is not None
    assert Thread.objects.count() == 60
    assert {item.language for item in Item.objects.filter(kind="thread")} == set(site.languages)
    assert not mail.outbox


def test_the_four_log_ins_work() -> None:
    seed_demo()
    roles = {"ann": "member", "sam": "agent", "mia": "manager", "root": "admin"}
    for handle, role in roles.items():
        member = authenticate(None, username=handle, password="hearback-demo")
        assert member is not None
        assert member.role == role
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == Member.objects.count()


def test_counts_and_paths_are_right() -> None:
    seed_demo()
    for thread in Item.objects.filter(kind="thread").annotate(said=Count("replies")):
        assert (thread.reply_count, thread.reply_serial) == (thread.said, thread.said)
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
    seed_demo()
    assert Solution.objects.count() == 26
    assert Pin.objects.count() == 1
    assert Event.objects.filter(verb="posted").count() == Item.objects.count()
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


def test_nobody_votes_for_what_they_cannot_see() -> None:
    seed_demo()
    beta = Place.objects.get(slug="beta")
    voters = Member.objects.filter(votes__item__place=beta).distinct()
    members = set(Group.objects.get(name="beta").members.all())
    assert all(voter in members or voter.is_staff for voter in voters)


def test_is_the_same_every_time() -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def told() -> list[tuple[object, ...]]:
        return [
            *Member.objects.order_by("handle").values_list("handle", "joined_at"),
            *Item.objects.order_by("created_at", "title", "body").values_list("title", "created_at", "vote_count"),
            *Vote.objects.order_by("created_at", "member__handle").values_list("member__handle", "created_at"),
        ]

    seed_demo(now=now)
    first = told()
    Item.objects.all().delete()
    Place.objects.filter(parent__isnull=False).delete()
    for model in (Place, Member, Company, Product, Group, Label):
        model.objects.all().delete()
    seed_demo(now=now)
    assert told() == first


def test_refuses_a_database_in_use(ann: Member, capsys: pytest.CaptureFixture[str]) -> None:
    make.thread(by=ann)
    with pytest.raises(CommandError, match=re.escape("holds a community already")):
        call_command("seed_demo")
    call_command("seed_demo", if_empty=True)
    assert capsys.readouterr().out == ""
    assert Thread.objects.count() == 1
    assert not Site.current().is_demo
