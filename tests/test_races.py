"""Several at once, on whichever database is at hand: exact totals, no deadlock, no error."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from django.db import connection

from community.conversations import change
from community.conversations.models import Reply
from community.conversations.post import post_reply
from community.discussions import decide, relocate
from community.discussions.ask import Question, start_thread
from community.discussions.models import Thread
from community.discussions.relocate import RelocationRefused
from community.feedback.drafts import discard_draft, save_draft
from community.feedback.models import Draft, Event, Item, Vote
from community.feedback.vote import vote, withdraw
from community.knowledge.draft import EditRefused, Said, begin_article
from community.knowledge.models import Verdict
from community.knowledge.verdict import REMARK, explain, judge
from community.members import limits
from community.members.models import Member
from tests import make
from tests.conftest import signed_in
from tests.knowledge import published

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts: Iterable[Callable[[], object]]) -> list[object]:
    """Run all in threads that start together; answers what each gave, or the exception it ended with."""
    acts = list(acts)
    gate = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            answers[place] = act()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return answers


def errors(answers: list[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, Exception)]


def people(count: int) -> list[Member]:
    return [make.member(f"voter{number}") for number in range(count)]


def test_H94_eight_voters_and_one_item(transactional_db: None) -> None:
    item = make.thread().item
    voters = people(8)
    acts = [lambda one=one: [vote(item, by=one) for _ in range(5)] for one in voters]
    assert not errors(at_once(acts))
    assert Item.objects.get(pk=item.pk).vote_count == Vote.objects.filter(item=item).count() == 8


def test_H94_votes_and_withdrawals_of_one_person_in_many_tabs(transactional_db: None) -> None:
    item = make.thread().item
    one = make.member("voter")
    acts = [lambda: [vote(item, by=one), withdraw(item, by=one)] for _ in range(4)]
    acts += [lambda: [withdraw(item, by=one), vote(item, by=one)] for _ in range(4)]
    assert not errors(at_once(acts))
    assert Item.objects.get(pk=item.pk).vote_count == Vote.objects.filter(item=item).count() <= 1


def test_H94_a_double_click_in_the_browser(transactional_db: None) -> None:
    item = make.thread().item
    browsers = [signed_in(make.member("bo")) for _ in range(4)]
    answers = at_once([lambda one=one: one.post(f"/items/{item.pk}/vote/").status_code for one in browsers])
    assert answers == [302] * 4
    assert Item.objects.get(pk=item.pk).vote_count == 1


def test_a_day_s_limit_holds_for_many_requests_at_once(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [make.thread(by=make.member("sam", role="agent")).item for _ in range(8)]
    one = make.member("voter")
    few = replace(limits.LIMITS[limits.Standing.NEW], votes_a_day=3)
    monkeypatch.setitem(limits.LIMITS, limits.Standing.NEW, few)
    answers = at_once([lambda item=item: vote(item, by=one) for item in items])
    assert Vote.objects.count() == 3
    assert {type(error) for error in errors(answers)} == {limits.LimitReached}


def test_two_merges_at_once(transactional_db: None, sam: Member) -> None:
    left, right, third = (make.thread(title=f"Number {number}") for number in range(3))
    for thread in (left, right, third):
        make.reply(thread)
    acts = [
        lambda: relocate.merge(left, right, by=sam),
        lambda: relocate.merge(right, left, by=sam),
        lambda: relocate.merge(right, third, by=sam),
    ]
    failed = errors(at_once(acts))
    assert all(isinstance(error, RelocationRefused) for error in failed), failed
    visible = Item.objects.filter(kind="thread", state="visible")
    assert 1 <= visible.count() <= 2
    for item in Item.objects.filter(kind="thread"):
        numbers = list(Reply.objects.filter(about=item).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert item.reply_serial == len(numbers)


def test_moves_merges_votes_and_replies_never_wait_for_each_other_in_a_ring(
    transactional_db: None, sam: Member
) -> None:
    one, two = make.category("one"), make.category("two")
    left, right = make.thread(place=one.place), make.thread(place=two.place)
    replies = [make.reply(left, body=f"left {n}") for n in range(3)] + [
        make.reply(right, body=f"r {n}") for n in range(3)
    ]
    voters = people(4)

    def there_and_back(thread: Thread, first: object, second: object) -> None:
        for category in (first, second, first, second):
            try:
                relocate.move(thread, category, by=sam)
            except RelocationRefused:
                continue

    acts: list[Callable[[], object]] = [
        lambda: there_and_back(left, two, one),
        lambda: there_and_back(right, one, two),
        *[lambda v=v: [vote(reply.item, by=v) for reply in replies] for v in voters],
        lambda: [post_reply(left.item, by=sam, body=f"more {n}") for n in range(4)],
        lambda: [post_reply(right.item, by=sam, body=f"more {n}") for n in range(4)],
    ]
    assert not errors(at_once(acts))
    assert Vote.objects.count() == len(voters) * len(replies)
    for reply in Reply.objects.select_related("item", "about"):
        assert reply.item.vote_count == Vote.objects.filter(item=reply.pk).count()
    for thread in (left, right):
        item = Item.objects.get(pk=thread.pk)
        assert item.reply_count == item.reply_serial == 7


def test_solving_while_removing(transactional_db: None, ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    reply = make.reply(thread)
    answers = at_once(
        [
            lambda: decide.solve(thread, reply, by=ann),
            lambda: change.remove(reply, by=sam),
            lambda: decide.unsolve(thread, by=ann),
            lambda: decide.solve(thread, reply, by=sam),
            lambda: change.remove(reply, by=sam),
        ]
    )
    assert not errors(answers)
    assert Item.objects.get(pk=thread.pk).reply_count == 0
    assert Event.objects.filter(item=reply.pk, verb="removed").count() == 1
    page = signed_in(ann).get(thread.item.path)
    assert page.status_code == 200
    assert "This reply was removed." in page.content.decode()


def test_drafts_from_two_tabs_at_once(transactional_db: None, ann: Member) -> None:
    acts = [lambda n=n: save_draft(ann, "thread:new", 0, title="", body=f"tab {n}") for n in range(6)]
    answers = at_once(acts)
    assert not errors(answers)
    kept = [answer for answer in answers if answer.conflict is None]
    assert len(kept) == 1
    assert Draft.objects.get().seq == 1
    mixed = [lambda: discard_draft(ann, "thread:new")] * 3 + acts
    assert not errors(at_once(mixed))


def test_a_double_click_on_ask_is_one_thread(transactional_db: None, ann: Member) -> None:
    place = make.category().place
    asked = Question(title="Twice?", body="Same.", place=place, kind="question")
    answers = at_once([lambda: start_thread(asked, by=ann).pk for _ in range(5)])
    assert not errors(answers)
    assert len(set(answers)) == Thread.objects.count() == 1
    ann.refresh_from_db()
    assert ann.post_count == 1


def test_a_double_click_on_reply_is_one_reply(transactional_db: None, ann: Member, bo: Member) -> None:
    thread = make.thread(by=ann)
    answers = at_once([lambda: post_reply(thread.item, by=bo, body="Once").reply.pk for _ in range(5)])
    assert not errors(answers)
    assert len(set(answers)) == Reply.objects.count() == 1


def test_a_reply_on_its_way_while_the_thread_is_merged_away_is_not_lost(
    transactional_db: None, ann: Member, bo: Member, sam: Member
) -> None:
    left, right = make.thread(by=ann), make.thread(by=ann)
    browser = signed_in(bo)
    relocated = at_once(
        [
            lambda: relocate.merge(left, right, by=sam),
            lambda: browser.post(f"/items/{left.pk}/reply/", {"body": "On its way"}).status_code,
        ]
    )
    assert not errors(relocated)
    assert relocated[1] in (302, 403, 404, 422)
    for reply in Reply.objects.filter(item__body="On its way"):
        assert Item.objects.get(pk=reply.about_id).is_visible


def test_a_translation_that_two_begin_at_once_is_there_once(transactional_db: None) -> None:
    original = published()

    def begin() -> object:
        said = Said("Włącz", "Otwórz.")
        return begin_article(said, section=original.item.place, language="pl", by=None, original=original)

    refused = errors(at_once([begin] * 4))
    assert {type(one) for one in refused} == {EditRefused}
    assert original.translations.count() == 1


def test_a_remark_that_is_sent_twice_is_one(transactional_db: None) -> None:
    article = published()
    verdict = judge(article, by="g:1", is_helpful=False)
    pages = [Verdict.objects.get(pk=verdict.pk) for _ in range(4)]
    acts = [lambda one=one: explain(one, "wrong", "The menu moved.", by=None) for one in pages]
    assert not errors(at_once(acts))
    assert Item.objects.get(kind=REMARK).body == "The menu moved."
