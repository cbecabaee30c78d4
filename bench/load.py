"""Asking a server many times over connections that stay open, on this machine only."""

import http.client
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from threading import Thread

from bench.servers import Meter, between

CONNECTIONS = 2
# Not "python": views of robots are not counted, and counting is part of the cost.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
_serial = count(time.time_ns())


@dataclass(frozen=True)
class Ask:
    """One kind of request. `{n}` in the body becomes a number that never comes twice; `paths` are asked in turn."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    expect: int = 200
    paths: Iterator[str] | None = None  # without end

    def once(self, connection: http.client.HTTPConnection) -> int:
        """Ask, and give the bytes of the answer; another status than the expected one is an error."""
        headers = {"User-Agent": BROWSER, "Accept-Language": "en", **self.headers}
        path = next(self.paths) if self.paths else self.path
        if self.body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = self.body.replace("{n}", str(next(_serial)))
            connection.request("POST", path, body, headers)
        else:
            connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != self.expect:
            where = answer.getheader("Location", "")
            raise RuntimeError(f"{path} answered {answer.status} {where}: {content[:300]!r}")
        return len(content)


@dataclass
class Driven:
    seconds: float
    cpu: float  # of the server and its database, in seconds
    latencies: list[float]
    size: int

    def quantile(self, share: float) -> float:
        """The latency that `share` of the requests did not exceed, in seconds."""
        ordered = sorted(self.latencies)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def drive(meter: Meter, ask: Ask, times: int, warm: int) -> Driven:
    """Ask `times` times over CONNECTIONS connections at once, after `warm` times that do not count."""
    port = meter.server.port
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(CONNECTIONS)]
    latencies: list[float] = []
    sizes: list[int] = []
    failures: list[BaseException] = []

    def work(connection: http.client.HTTPConnection, rounds: int) -> None:
        try:
            for _ in range(rounds):
                began = time.perf_counter()
                sizes.append(ask.once(connection))
                latencies.append(time.perf_counter() - began)
        except (OSError, http.client.HTTPException, RuntimeError) as failure:
            failures.append(failure)

    def all_at_once(rounds: int) -> float:
        threads = [Thread(target=work, args=(connection, rounds)) for connection in connections]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - began

    try:
        all_at_once(-(-warm // CONNECTIONS))
        latencies.clear()
        before = meter.read()
        seconds = all_at_once(-(-times // CONNECTIONS))
        cpu = between(before, meter.read())
    finally:
        for connection in connections:
            connection.close()
    if failures:
        raise SystemExit(f"The benchmark stops: {failures[0]}")
    return Driven(seconds, cpu, latencies, sizes[-1])
