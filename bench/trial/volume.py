"""Six writers at once: no vote lost, no reply doubled, numbers without gap or repeat."""

import time
from collections import Counter
from multiprocessing import get_context
from typing import Any

from bench.trial.site import WRITERS, Running, connect, post

VOTES, REPLIES = 300, 40  # of each writer
_spawned = get_context("spawn")


def vote(port: int, jobs: list[tuple[int, str]], answers: Any) -> None:
    """One writer: each job is an item and the session of who votes for it."""
    connection = connect(port)
    answers.put(Counter(post(connection, f"/items/{item}/vote/", session) for item, session in jobs))


def reply(port: int, item: int, session: str, writer: int, answers: Any) -> None:
    """One writer of replies; each form is sent twice at the same moment by another process."""
    connection = connect(port)
    statuses: Counter[int] = Counter()
    for number in range(REPLIES):
        statuses[post(connection, f"/items/{item}/reply/", session, f"body=Writer+{writer}+says+{number}")] += 1
    answers.put(statuses)


def at_once(jobs: list[tuple[Any, tuple[Any, ...]]]) -> tuple[Counter[int], float]:
    """Run each job in a process of its own; the statuses that they were answered, and the seconds."""
    answers = _spawned.Queue()
    processes = [_spawned.Process(target=work, args=(*arguments, answers)) for work, arguments in jobs]
    began = time.monotonic()
    for process in processes:
        process.start()
    statuses: Counter[int] = Counter()
    for _process in processes:
        statuses += answers.get(timeout=600)
    for process in processes:
        process.join()
    return statuses, round(time.monotonic() - began, 1)


def votes(site: Running) -> dict[str, Any]:
    """1,800 votes, each of another member for another item."""
    pairs = [(item, session) for item in site.people["items"] for session in site.people["sessions"]]
    pairs = pairs[: WRITERS * VOTES]
    jobs = [(vote, (site.server.port, pairs[writer::WRITERS])) for writer in range(WRITERS)]
    statuses, seconds = at_once(jobs)
    found = site.ask("votes")
    accepted = statuses[302]
    ok = accepted == found["rows"] == found["counted"] == len(pairs) and not found["items_that_disagree"]
    return {"ok": ok, "sent": len(pairs), "accepted": accepted, "statuses": dict(statuses), "seconds": seconds, **found}


def replies(site: Running) -> dict[str, Any]:
    """Six writers in one thread, and each of them twice: the second sends what the first sends."""
    item, sessions = site.people["items"][0], site.people["sessions"]
    jobs = [
        (reply, (site.server.port, item, sessions[writer], writer)) for writer in range(WRITERS) for _twice in range(2)
    ]
    statuses, seconds = at_once(jobs)
    found = site.ask("replies", str(item))
    wanted = WRITERS * REPLIES
    ok = (
        found["rows"] == found["serial"] == found["count"] == wanted
        and not found["gaps_or_repeats"]
        and not found["doubles"]
        and statuses[302] == wanted * 2
    )
    return {"ok": ok, "wanted": wanted, "sent": wanted * 2, "statuses": dict(statuses), "seconds": seconds, **found}
