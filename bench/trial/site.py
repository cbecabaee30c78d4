"""A small community under `manage.py serve`, with people who are logged in."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

import psutil

from bench import WORK
from bench.databases import Database, create, drop, manage
from bench.servers import Server, free_port

TOKEN = "b" * 32
WRITERS = 6


@dataclass(frozen=True)
class Trial(Database):
    """A database that begins empty with each trial."""

    @property
    def name(self) -> str:
        return f"{super().name}_trial_{os.getpid()}"


@dataclass
class Running:
    """The served site, and what the trials need of it."""

    trial: Trial
    server: Server
    env: dict[str, str]
    people: dict[str, Any]  # what bench.trial.inside made: sessions, items

    def ask(self, verb: str, *arguments: str) -> Any:
        """A question about the database, answered by bench.trial.inside."""
        return json.loads(manage(self.trial, "-m", "bench.trial.inside", verb, *arguments).splitlines()[-1])

    def processes(self, word: str) -> list[psutil.Process]:
        """Those of the site's processes that have a word in their command line, parents first."""
        found = []
        for one in self.server.tree():
            try:
                if word in " ".join(one.cmdline()):
                    found.append(one)
            except psutil.NoSuchProcess:
                continue
        return found


def connect(port: int) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", port, timeout=30)


def post(connection: HTTPConnection, path: str, session: str, body: str = "") -> int:
    """Send a form as a member; gives the status, 0 where no answer came."""
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Origin": "https://127.0.0.1",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, HTTPException):
        connection.close()  # the next request opens it anew
        return 0


@contextmanager
def served(engine: str, mail_port: int = 25, **settings: str) -> Iterator[Running]:
    """A fresh database and `manage.py serve` on it; both are gone afterwards."""
    trial = Trial(engine, 0)
    forget(trial)
    if engine == "postgresql":
        create(trial.name)
    WORK.mkdir(parents=True, exist_ok=True)
    manage(trial, "manage.py", "migrate", "--verbosity", "0")
    port = free_port()
    env = {**trial.env, "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}", **settings}
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    people = json.loads(manage(trial, "-m", "bench.trial.inside", "make").splitlines()[-1])
    server = Server(f"trial {engine}", command, env, port, ready="/robots.txt", database=trial.name)
    server.start()
    try:
        yield Running(trial, server, env, people)
    finally:
        server.stop()
        forget(trial)


def forget(trial: Trial) -> None:
    if trial.engine == "postgresql":
        drop(trial.name)
        return
    for ending in ("", "-wal", "-shm"):
        (WORK / f"{trial.name}.sqlite3{ending}").unlink(missing_ok=True)


def kill(process: psutil.Process) -> bool:
    """kill -9 of one process that this trial started; False where it had ended already."""
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return False
    return True
