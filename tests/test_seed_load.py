"""The load for the benchmark: as much as asked for, and rows that hang together."""

import json
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Max, OuterRef, Subquery
from django.test import Client

from community.conversations.models import Reply
from community.conversations.post import path_of
from community.discussions.models import Solution, Thread
from community.discussions.seed_load import Volume, seed_load, sizes
from community.feedback.models import Item, Vote
from community.members.models import Member
from roadmap.features.models import Feature
from roadmap.ideas.heat import heat_of
from roadmap.ideas.models import Idea
from tests import make

pytestmark = pytest.mark.django_db


def test_makes_what_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_load", members=20, threads=30, replies=400, big_thread=120, progress=True)
    shown = capsys.readouterr()
    made = json.loads(shown.out)
    assert (made["members"], made["threads"], made["replies"]) == (20, 30, 400)
    assert Thread.objects.count() == 30
    assert Reply.objects.count() == 400
    assert Reply.objects.filter(about=made["big_thread"]["id"]).count() == 120
    assert Reply.objects.filter(about=made["typical_thread"]["id"]).count() == 20
    assert Item.objects.get(pk=made["big_thread"]["id"]).path == made["big_thread"]["path"]
    assert "800/800" in shown.err


def test_rows_hang_together() -> None:
    seed_load(Volume(members=20, threads=30, replies=400, big_thread=120))
    latest = Reply.objects.filter(about=OuterRef("pk")).order_by("-number")
    threads = Item.objects.filter(kind="thread").annotate(
        said=Count("replies"),
        highest=Max("replies__number"),
        last_at=Subquery(latest.values("item__created_at")[:1]),
        last_by=Subquery(latest.values("item__author")[:1]),
    )
    for thread in threads:
        assert thread.reply_count == thread.reply_serial == thread.said == (thread.highest or 0)
        assert thread.active_at == (thread.last_at or thread.created_at)
        assert thread.active_by_id == (thread.last_by or thread.author_id)
        assert thread.path == Thread.path_for(thread.pk, thread.title)
    for reply in Reply.objects.select_related("item", "about", "in_reply_to"):
        assert reply.item.path == path_of(reply.about, reply.number)
        assert reply.item.place_id == reply.about.place_id
        assert reply.in_reply_to is None or reply.in_reply_to.about_id == reply.about_id
    times = list(Item.objects.filter(kind="reply").order_by("pk").values_list("created_at", flat=True))
    assert times == sorted(times)
    for member in Member.objects.annotate(said=Count("items")):
        assert member.post_count == member.said
    for solution in Solution.objects.select_related("reply"):
        assert solution.reply.about_id == solution.thread_id


def test_bodies_are_of_a_usual_length_and_rendered() -> None:
    seed_load(Volume(members=5, threads=5, replies=60, big_thread=20))
    for item in Item.objects.all():
        assert 400 <= len(item.body) <= 900
        assert item.html.startswith("<")
    assert Item.objects.values("language").distinct().count() > 2


def test_adds_to_what_is_there_and_leaves_room_for_more(ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    seed_load(Volume(members=5, threads=5, replies=30, big_thread=10))
    seed_load(Volume(members=5, threads=5, replies=30, big_thread=10, seed=2))
    make.reply(thread, by=bo)
    assert make.thread(by=ann, title="Later").pk == Item.objects.aggregate(Max("pk"))["pk__max"]
    assert make.member("dora").pk == Member.objects.aggregate(Max("pk"))["pk__max"]
    assert Item.objects.count() == 73


@pytest.mark.parametrize(
    ("threads", "replies", "big"), [(1, 0, 5), (1, 50, 10), (2, 50, 10), (3, 7, 5_000), (100, 20_000, 5_000)]
)
def test_sizes_add_up(threads: int, replies: int, big: int) -> None:
    found = sizes(threads, replies, big, Random(1))
    assert (len(found), sum(found)) == (threads, replies)
    assert threads < 100 or (found[0], found[1]) == (big, 20)


def test_ideas_of_the_load_hang_together(client: Client) -> None:
    call_command("seed_load", members=200, threads=2, replies=4, big_thread=2)
    call_command("seed_ideas", ideas=60, votes=600, features=9)
    assert (Idea.objects.count(), Feature.objects.count()) == (60, 9)
    ideas = Item.objects.filter(kind=Idea.KIND).select_related("idea__stage")
    for item in ideas.annotate(voted=Count("votes", distinct=True), said=Count("replies", distinct=True)):
        assert item.vote_count == item.voted > 0
        assert item.reply_count == item.reply_serial == item.said
        assert item.stage == item.idea.stage.slug
        assert item.idea.heat == heat_of(item.vote_count, item.created_at, item.idea.stage.is_ended)
        assert item.moves.exists() == (item.stage != "new")
    assert 450 <= Vote.objects.count() <= 700
    assert set(Feature.objects.annotate(n=Count("parts")).values_list("n", flat=True)) == {5}
    for path in ("/ideas/", "/roadmap/", "/roadmap/?by=time", ideas[0].path):
        assert client.get(path).status_code == 200


def test_refuses_numbers_that_mean_nothing() -> None:
    with pytest.raises(CommandError, match="at least one member"):
        call_command("seed_load", members=0)
    with pytest.raises(CommandError, match="nobody to vote"):
        call_command("seed_ideas", ideas=10)
    with pytest.raises(CommandError, match="at least 5 ideas"):
        call_command("seed_ideas", ideas=2)
