"""200 open pages on one box while nothing happens: what their asking costs."""

import re
import time
from http.client import HTTPException
from threading import Event, Thread
from typing import Any

from bench.databases import postgres
from bench.servers import Meter, between
from bench.trial.site import Running, connect

PAGES = 200
EVERY = 4.0  # seconds, as static/js/live.js asks
SECONDS = 30
MOST_OF_A_CORE = 0.20
PATIENCE = 120.0  # seconds


def open_pages(site: Running) -> dict[str, Any]:
    """Each page asks as its script does, with the ETag that it knows; CPU is that of workers and database."""
    emptied = _until_nothing_is_queued(site)
    addresses = [_address(site, number) for number in range(PAGES)]
    stop, answered = Event(), [0, 0]
    askers = [Thread(target=_ask, args=(site, addresses[n::4], stop, answered)) for n in range(4)]
    for asker in askers:
        asker.start()
    time.sleep(EVERY + 1)  # until each has asked once
    with postgres() as monitor:
        meter = Meter(site.server, monitor if site.trial.engine == "postgresql" else None)
        before, began = meter.read(), time.monotonic()
        time.sleep(SECONDS)
        share = between(before, meter.read()) / (time.monotonic() - began)
    stop.set()
    for asker in askers:
        asker.join()
    return {
        "ok": share < MOST_OF_A_CORE and answered[0] > PAGES * SECONDS / EVERY and not answered[1],
        "pages": PAGES,
        "queue_empty_after_seconds": emptied,
        "share_of_a_core": round(share, 3),
        "answered": answered[0],
        "failed": answered[1],
    }


def _until_nothing_is_queued(site: Running) -> float:
    """What was written before is announced and learnt by tasks, which are not the pages' doing."""
    began = time.monotonic()
    while site.ask("queued")["queued"] and time.monotonic() - began < PATIENCE:
        time.sleep(1)
    return round(time.monotonic() - began, 1)


def _address(site: Running, number: int) -> str:
    """Of a page that a member or a guest has open, turn by turn."""
    connection = connect(site.server.port)
    session = site.people["sessions"][number % len(site.people["sessions"])]
    path = site.people["paths"][number % len(site.people["paths"])]
    connection.request("GET", path, headers={"Cookie": f"sessionid={session}"} if number % 2 else {})
    page = connection.getresponse().read().decode()
    found = re.search(r'data-live="([^"]+)"', page)
    assert found, f"{path} does not ask"
    return found[1]


def _ask(site: Running, addresses: list[str], stop: Event, answered: list[int]) -> None:
    connection, known = connect(site.server.port), dict.fromkeys(addresses, "")
    while not stop.is_set():
        for address in addresses:
            try:
                connection.request("GET", address, headers={"If-None-Match": known[address]})
                answer = connection.getresponse()
                answer.read()
                known[address] = answer.getheader("ETag") or ""
                answered[0 if answer.status in (200, 304) else 1] += 1
            except (OSError, HTTPException):
                connection.close()
                answered[1] += 1
            if stop.wait(EVERY / len(addresses)):
                return
