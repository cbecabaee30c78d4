"""Small siblings of `make trial`: writers at once, and a supervisor whose services are killed."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from community.conversations.models import Reply
from community.conversations.post import post_reply
from community.feedback.models import Item, Vote
from community.feedback.vote import vote
from community.members.models import Member
from config.supervisor import Service, Supervisor
from tests import make

WRITERS = 3


def at_once(*works: Callable[[], None]) -> list[BaseException]:
    """Run each in a thread with a connection of its own; gives what they raised."""
    failures: list[BaseException] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            gate.wait(10)
            work()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return failures


@pytest.mark.django_db(transaction=True)
def test_no_vote_of_writers_at_once_is_lost() -> None:
    items = [make.thread().item for _ in range(4)]
    voters = [make.member(f"voter{n}", role="agent") for n in range(WRITERS * 3)]

    def writer(number: int) -> Callable[[], None]:
        return lambda: [vote(item, by=voter) for voter in voters[number::WRITERS] for item in items] and None

    assert at_once(*map(writer, range(WRITERS))) == []
    assert Vote.objects.count() == len(items) * len(voters)
    assert set(Item.objects.filter(kind="thread").values_list("vote_count", flat=True)) == {len(voters)}


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_get_numbers_without_gap_and_a_double_click_one_reply() -> None:
    item = make.thread().item
    people = [make.member(f"writer{n}", role="agent") for n in range(WRITERS)]

    def writer(member: Member) -> Callable[[], None]:
        return lambda: [post_reply(item, by=member, body=f"{member.handle} says {n}") for n in range(5)] and None

    assert at_once(*(writer(member) for member in people for _twice in range(2))) == []
    assert list(Reply.objects.order_by("number").values_list("number", flat=True)) == list(range(1, WRITERS * 5 + 1))
    item.refresh_from_db()
    assert (item.reply_serial, item.reply_count) == (WRITERS * 5, WRITERS * 5)


def test_a_second_click_is_known_however_many_replied_in_between(db: None, bo: Member) -> None:
    """The second of two clicks was taken for new when ten others had replied before it (found by the trial)."""
    thread = make.thread()
    first = post_reply(thread.item, by=bo, body="The same words.")
    make.replies(thread, 12)
    second = post_reply(thread.item, by=bo, body="The same words.")
    assert (second.is_new, second.reply.pk) == (False, first.reply.pk)


SERVICE = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "a").write(f"{os.getpid()} {child.pid}\\n")
time.sleep(60)
"""


def starts(note: Path) -> list[tuple[int, int]]:
    """(parent, child) of each start of the service."""
    if not note.exists():
        return []
    return [(int(a), int(b)) for a, b in (line.split() for line in note.read_text().splitlines())]


def wait_for(what: Callable[[], object], within: float = 15.0) -> None:
    until = time.monotonic() + within
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_the_supervisor_restarts_what_is_killed_with_all_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, said = tmp_path / "starts", []
    monkeypatch.setattr(signal, "signal", lambda *arguments: None)  # only a main thread may set handlers
    service = Service("fake", [sys.executable, "-c", SERVICE, str(note)], is_one=True)
    supervisor = Supervisor([service], said.append)
    running = threading.Thread(target=supervisor.run)
    running.start()
    try:
        wait_for(lambda: len(starts(note)) == 1)
        parent, child = starts(note)[0]
        os.kill(parent, signal.SIGKILL)
        wait_for(lambda: len(starts(note)) == 2)
        wait_for(lambda: not is_alive(child))  # the orphan went with it
        time.sleep(2.6)  # younger than two seconds, a lost child is taken for one that comes and goes
        parent, child = starts(note)[1]
        os.kill(child, signal.SIGKILL)
        wait_for(lambda: len(starts(note)) == 3)
        wait_for(lambda: not is_alive(parent))
    finally:
        supervisor.end(signal.SIGTERM, None)
        running.join(20)
    wait_for(lambda: not any(is_alive(pid) for pid in starts(note)[-1]))
    assert said == ["fake died and is started again"] * 2
