"""What is measured: each page, who asks for it, and what it may cost."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import BASE
from bench.databases import POSTGRES, Database, fill, fill_floor, manage
from bench.floor import OWN, shared_floor
from bench.load import Ask, Driven
from bench.servers import Server, free_port
from community.management.commands.serve import web_command

WORKERS = 2
LIST, DEEP, THREAD, FIRST, LAST, VOTE = "list", "deep list", "thread", "first page", "last page", "vote"
ANSWER, CHANGE = "answer a survey", "change the answer"
# How many times the floor a page may cost, by page and reader (issue "Must show" 5).
BUDGETS = {
    **{("guest", page): 2.0 for page in (THREAD, FIRST, LAST)},
    **{("member", page): 2.5 for page in (THREAD, FIRST, LAST)},
    **{("kept", page): 0.15 for page in (THREAD, LIST)},
    **{("guest", page): 1.5 for page in (LIST, DEEP)},
    **{("member", page): 2.0 for page in (LIST, DEEP)},
    ("own floor", THREAD): 1.1,
    ("member", VOTE): 1.5,  # issue 5
    ("guest", ANSWER): 1.5,  # issue 6
}
GROWTH = 1.2  # a page at a million replies against the same page at ten thousand


@dataclass
class Entry:
    """One line of the table: a page for a reader, on a server."""

    who: str  # floor, own floor, guest, kept, gzip, member
    page: str
    server: Server
    ask: Ask
    database: Database
    queries: int | None = None
    packed: int | None = None  # bytes for a browser that accepts gzip
    driven: list[Driven] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)  # to the floor, one for each round

    @property
    def budget(self) -> float | None:
        return BUDGETS.get((self.who, self.page)) if self.database.engine == "postgresql" else None


def floor_server(name: str, database: Database, folder: Any, application: str) -> Server:
    """A floor served by the line that serves the product."""
    user, _, place = POSTGRES.partition("@")
    host, _, port = place.partition(":")
    tables = f"{database.name}_floor"
    env = {
        "PYTHONPATH": str(folder), "FLOOR_DB": tables, "FLOOR_DB_PORT": port or "5432", "FLOOR_DB_HOST": host,
        "FLOOR_DB_USER": user.partition(":")[0], "FLOOR_DB_PASSWORD": user.partition(":")[2],
    }  # fmt: skip
    own_port = free_port()
    return Server(
        f"{name} {database.size}", web_command("127.0.0.1", own_port, WORKERS, application), env, own_port,
        ready="/thread/0/", database=tables,
    )  # fmt: skip


def product_server(database: Database, pages_kept: int) -> Server:
    port = free_port()
    env = {**database.env, "GUEST_PAGES": str(pages_kept), "PYTHONPATH": str(BASE)}
    backends = database.name if database.engine == "postgresql" else ""
    name = f"product {database.engine} {database.size} keeping {pages_kept}"
    return Server(name, web_command("127.0.0.1", port, WORKERS), env, port, ready="/robots.txt", database=backends)


@contextmanager
def entries_on(database: Database) -> Iterator[list[Entry]]:
    """Fill the database, start its servers, and give what is to be measured on it."""
    fill(database)
    found = json.loads(manage(database, "-m", "bench.inside", "targets").splitlines()[-1])
    with ExitStack() as running:
        entries = floors_of(database, found["thread_id"], running) if database.engine == "postgresql" else []
        yield entries + _product(database, found, running)


def _started(server: Server, running: ExitStack) -> Server:
    server.start()
    running.callback(server.stop)
    return server


def floors_of(database: Database, thread_id: int, running: ExitStack) -> list[Entry]:
    """The floors beside a database on PostgreSQL, until `running` ends."""
    fill_floor(database)
    path, kept_path = f"/thread/{thread_id}/", f"/thread-locmem/{thread_id}/"
    entries = []
    folder = shared_floor()
    if folder:
        shared = _started(floor_server("shared floor", database, folder, "floorapp:application"), running)
        entries.append(Entry("floor", THREAD, shared, Ask(path), database, 3))
    own = _started(floor_server("own floor", database, OWN, "floorpage:application"), running)
    entries.append(Entry("own floor" if folder else "floor", THREAD, own, Ask(path), database, 3))
    entries.append(Entry("own floor, kept", THREAD, own, Ask(kept_path), database, 0))
    return entries


def _product(database: Database, found: dict[str, Any], running: ExitStack) -> list[Entry]:
    making = _started(product_server(database, 0), running)
    keeping = _started(product_server(database, 500), running)
    guest, member = found["measured"]["guest"], found["measured"]["member"]
    cookie = {"Cookie": f"sessionid={found['session']}"}
    entries = []
    for page, path in found["pages"].items():
        entries.append(Entry("guest", page, making, Ask(path), database, guest[page]["queries"]))
    packed = Ask(found["pages"][THREAD], {"Accept-Encoding": "gzip"})
    entries.append(Entry("guest, gzip", THREAD, making, packed, database, guest[THREAD]["queries"]))
    for page in (LIST, THREAD):
        kept = Ask(found["pages"][page])
        entries.append(Entry("kept", page, keeping, kept, database, found["queries_of_a_cached_page"]))
    for page, path in found["pages"].items():
        entries.append(Entry("member", page, making, Ask(path, cookie), database, member[page]["queries"]))
    post = Ask(
        found["post"],
        {
            "Cookie": f"sessionid={found['agent_session']}; csrftoken={found['token']}",
            "X-CSRFToken": found["token"],
            "Origin": "https://127.0.0.1",
        },
        body="body=The+{n}th+reply+of+the+benchmark%2C+with+%2A%2Asome%2A%2A+words.",
        expect=302,
    )
    entries.append(Entry("member", "post a reply", making, post, database, found["queries_of_a_post"]))
    for entry in entries:
        sizes = found["measured"].get(entry.who, {}).get(entry.page)
        entry.packed = sizes["gzip"] if sizes else None
    return entries
