"""Keeps the web server and the task cluster running together on one box.

Each runs in a process group of its own. When one dies, by whatever signal, its whole group is killed
before it is started anew: a granian whose parent was killed leaves workers that hold the port, and a
task worker that was killed while it waited for a task leaves a lock behind on which the others wait
for ever (multiprocessing.Queue), so the loss of any one of them restarts the whole cluster.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

POLL = 0.5  # seconds
STOP_WITHIN = 10.0  # seconds from the polite signal to the other one
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """On Linux, let a child end when the supervisor is killed without a chance to end it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Service:
    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    # Whether the loss of any process below it means that all of it must start anew.
    is_one: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    members: frozenset[int] = frozenset()

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            list(self.command),
            env={**os.environ, **self.env},
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        self.started_at = time.monotonic()
        self.members = frozenset()

    def is_broken(self) -> bool:
        """Whether it, or a process it cannot do without, is gone."""
        if self.process is None or self.process.poll() is not None:
            return True
        if not self.is_one:
            return False
        now = group_of(self.process.pid)
        lost = self.members - now
        self.members = now
        return bool(lost) and time.monotonic() - self.started_at > 2

    def wait_before_restart(self) -> float:
        """Seconds: none after a long life, more and more for what dies at once."""
        lived = time.monotonic() - self.started_at
        self.failures = 0 if lived > 30 else self.failures + 1
        return min(0.2 * 2 ** max(0, self.failures - 1), 15.0) if self.failures else 0.0

    def signal(self, number: int) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return

    def stop(self) -> None:
        """Ask it to end, then make it: the whole group, orphans included."""
        if self.process is None:
            return
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_WITHIN)
        self.signal(signal.SIGKILL)
        self.process.wait()


def group_of(leader: int) -> frozenset[int]:
    """The processes alive in a process group, from /proc; only the leader where there is no /proc."""
    found = {leader}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == leader and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return frozenset(found)


class Supervisor:
    def __init__(self, services: Sequence[Service], say: Callable[[str], None]) -> None:
        self.services = services
        self.say = say
        self.is_ending = False

    def end(self, number: int, frame: FrameType | None) -> None:
        self.is_ending = True

    def run(self) -> None:
        """Start all, restart what breaks, and on SIGINT or SIGTERM stop all."""
        signal.signal(signal.SIGINT, self.end)
        signal.signal(signal.SIGTERM, self.end)
        for service in self.services:
            service.start()
        try:
            while not self.is_ending:
                time.sleep(POLL)
                for service in self.services:
                    if not self.is_ending and service.is_broken():
                        self.restart(service)
        finally:
            for service in reversed(self.services):
                service.stop()

    def restart(self, service: Service) -> None:
        self.say(f"{service.name} died and is started again")
        service.signal(signal.SIGKILL)
        if service.process:
            service.process.wait()
        # In small steps: who stops it must not wait for what dies at once.
        until = time.monotonic() + service.wait_before_restart()
        while not self.is_ending and time.monotonic() < until:
            time.sleep(min(POLL, max(0.0, until - time.monotonic())))
        if not self.is_ending:
            service.start()
