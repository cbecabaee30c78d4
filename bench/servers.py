"""Starting a web server for a while, and reading what it costs."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from bench import BASE, WORK


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@dataclass
class Server:
    """One command that answers on a port of 127.0.0.1, in a process group of its own."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    port: int
    ready: str = "/"
    database: str = ""  # the PostgreSQL database whose backends count as its cost
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        return WORK / f"{re.sub(r'[^a-z0-9]+', '-', self.name.lower())}.log"

    def start(self, within: float = 60.0) -> None:
        """Start it, and wait until it answers; what it said stands in its log."""
        WORK.mkdir(parents=True, exist_ok=True)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                list(self.command),
                cwd=BASE,
                env={**os.environ, **self.env},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait(within)

    def wait(self, within: float = 60.0) -> None:
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.ready}", timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise SystemExit(f"{self.name} does not answer. It said:\n{self.log.read_text()[-3_000:]}")

    def stop(self) -> None:
        if self.process is None:
            return
        tree = self.tree()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
        for one in tree:
            with suppress(psutil.NoSuchProcess):
                if one.is_running() and one.pid != self.process.pid:
                    one.kill()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process = None

    def tree(self) -> list[psutil.Process]:
        """Its processes as they are now, the first one first."""
        if self.process is None:
            return []
        try:
            top = psutil.Process(self.process.pid)
            return [top, *top.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@dataclass
class Meter:
    """Seconds of CPU that a server's processes and its PostgreSQL backends have used."""

    server: Server
    monitor: psycopg.Connection | None

    def read(self) -> dict[int, float]:
        """Process id → seconds of CPU."""
        used = {}
        for one in [*self.server.tree(), *self.backends()]:
            try:
                times = one.cpu_times()
            except psutil.NoSuchProcess:
                continue
            used[one.pid] = times.user + times.system
        return used

    def backends(self) -> list[psutil.Process]:
        if self.monitor is None or not self.server.database:
            return []
        pids = self.monitor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s", [self.server.database]
        ).fetchall()
        found = []
        for (pid,) in pids:
            try:
                found.append(psutil.Process(pid))
            except psutil.NoSuchProcess:
                continue
        return found


def between(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """CPU used from one reading to the next; a process that began between them counts from its start."""
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())
