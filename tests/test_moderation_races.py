"""Moderation by several at once, on whichever database is at hand: each act once, no deadlock, exact counts."""

import pytest

from community.conversations.post import post_reply
from community.discussions.ask import Question, start_thread
from community.feedback.models import Item
from community.feedback.vote import vote
from community.moderation.decide import decide
from community.moderation.flag import FlagRefused, flag
from community.moderation.models import Flag, ModerationEntry
from community.moderation.sweep import sweep, undo
from tests import make
from tests.conftest import signed_in
from tests.test_races import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)


def test_C48_a_double_click_is_one_report(transactional_db: None) -> None:
    item = make.thread().item
    browsers = [signed_in(make.member("bo")) for _ in range(4)]
    at_once([lambda one=one: one.post(f"/items/{item.pk}/flag/", {"reason": "spam"}) for one in browsers])
    assert Flag.objects.count() == 1


def test_many_reports_at_once_hide_once(transactional_db: None) -> None:
    thread = make.thread()
    item = make.reply(thread, by=make.member("bo")).item
    champions = [make.member(f"champ{number}", role="champion") for number in range(6)]
    answers = at_once([lambda one=one: flag(item, by=one, reason="spam") for one in champions])
    assert all(isinstance(answer, Flag | FlagRefused) for answer in answers), answers
    assert Item.objects.get(pk=item.pk).state == "hidden"
    assert ModerationEntry.objects.filter(verb="hidden").count() == 1
    assert Item.objects.get(pk=thread.pk).reply_count == 0


def test_two_of_staff_decide_once(transactional_db: None) -> None:
    thread = make.thread()
    item = make.reply(thread, by=make.member("bo")).item
    staff = [make.member(f"staff{number}", role="agent") for number in range(4)]
    answers = at_once([lambda one=one: decide(Item.objects.get(pk=item.pk), "hide", by=one) for one in staff])
    assert not errors(answers)
    assert sorted(answers) == [False, False, False, True]
    assert ModerationEntry.objects.count() == 1
    assert Item.objects.get(pk=thread.pk).reply_count == 0


def test_a_sweep_while_everybody_writes_and_votes(transactional_db: None) -> None:
    sam = make.member("sam", role="agent")
    place = make.category().place
    threads = [make.thread(by=sam, place=place) for _ in range(3)]
    spammer, others = make.member("deals"), [make.member(f"writer{number}") for number in range(3)]
    for number in range(9):
        make.reply(threads[number % 3], by=spammer, body=f"Pills, offer {number}")
    acts = [lambda: sweep(spammer, by=sam)]
    acts += [
        lambda one=one, thread=thread: post_reply(thread.item, by=one, body=f"Of {one.pk} in {thread.pk}")
        for one in others
        for thread in threads
    ]
    acts += [lambda thread=thread: vote(thread.item, by=others[0]) for thread in threads]
    acts += [lambda: start_thread(Question("A good one", "Words", place, "question"), by=others[1])]
    answers = at_once(acts)
    assert not errors(answers), errors(answers)
    for thread in threads:
        assert Item.objects.get(pk=thread.pk).reply_count == 3
    assert not errors(at_once([lambda: undo(answers[0], by=sam) for _ in range(3)]))
    for thread in threads:
        assert Item.objects.get(pk=thread.pk).reply_count == 6
    assert ModerationEntry.objects.filter(verb="unswept").count() == 1


def test_an_author_writes_while_staff_hide_what_they_wrote_before(transactional_db: None) -> None:
    bo, sam = make.member("bo"), make.member("sam", role="agent")
    threads = [make.thread(by=sam) for _ in range(4)]
    before = [make.reply(thread, by=bo, body=f"Before {thread.pk}").item for thread in threads]
    acts = [lambda item=item: decide(item, "hide", by=sam, reason="spam") for item in before]
    acts += [
        lambda thread=thread: post_reply(thread.item, by=bo, body=f"Meanwhile {thread.pk}") for thread in threads[::-1]
    ]
    assert not errors(at_once(acts))
    assert [Item.objects.get(pk=thread.pk).reply_count for thread in threads] == [1] * 4
