"""ABUSE I107: a hundred connections that never finish their request keep nobody else out, and are closed."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from community.management.commands.serve import web_command

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 2_000  # milliseconds here; `serve` has ten seconds


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A site under the web server as `serve` starts it, but for its patience."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = web_command("127.0.0.1", port, workers=2)
    assert command[command.index("--http1-header-read-timeout") + 1] == "10000"
    command[command.index("--http1-header-read-timeout") + 1] = str(PATIENCE)
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + 60
            while [status(port) for _ in range(8)] != [200] * 8:  # both workers
                assert time.monotonic() < until, "the server did not start"
                time.sleep(0.2)
            yield port
        finally:
            server.terminate()


def status(port: int) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def is_closed(half_open: socket.socket) -> bool:
    half_open.settimeout(0.2)
    with suppress(TimeoutError):
        while half_open.recv(1_000):
            pass
        return True
    return False


def test_I107_half_open_connections_keep_nobody_out_and_are_closed(port: int) -> None:
    half_open = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(100)]
    try:
        for one in half_open:
            one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        began = time.monotonic()
        assert [status(port) for _ in range(10)] == [200] * 10
        assert time.monotonic() - began < PATIENCE / 1_000
        time.sleep(PATIENCE / 1_000 + 0.5)
        assert all(map(is_closed, half_open))
        assert status(port) == 200
    finally:
        for one in half_open:
            one.close()
