"""`manage.py serve`: the web server and the task workers together, for one box."""

import hashlib
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from community.checks import DEMO_HANDLES, DEMO_PASSWORD
from community.members.models import Site
from community.members.views.setup import set_up_key
from config import metrics
from config.supervisor import Service, Supervisor


def collect_static() -> None:
    """Collect, hash and compress the static files, unless nothing changed since: it takes ten seconds."""
    told = hashlib.blake2b(digest_size=16)
    for finder in get_finders():
        for name, storage in finder.list([]):
            told.update(f"{name} {Path(storage.path(name)).stat().st_mtime_ns}\n".encode())
    note = settings.STATIC_ROOT / ".collected"
    if note.exists() and note.read_text() == told.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    note.write_text(told.hexdigest())


def web_command(host: str, port: int, workers: int, application: str = "config.wsgi:application") -> list[str]:
    """The web server as we run it; the benchmark serves its floor with the same line."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--respawn-failed-workers", "--respawn-interval", "1",
        "--workers-kill-timeout", "10", "--blocking-threads", "4", "--backpressure", "256", "--no-ws",
        # Our own line names the route: granian's would name the visitor's address and the whole path, with its tokens.
        "--no-access-log", "--http1-header-read-timeout", "10000",
        "--log-level", "warning", application,
    ]  # fmt: skip


class Command(BaseCommand):
    help = "Serve the site: granian with respawning workers, and the task cluster; each is restarted when it dies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="An address of this machine, not a name.")
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--workers", type=int, default=settings.WEB_WORKERS)
        parser.add_argument("--demo", action="store_true", help="Fill an empty database with the demo community.")

    def handle(self, *args: Any, host: str, port: int, workers: int, demo: bool, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if demo:
            call_command("seed_demo", if_empty=True)
        collect_static()
        self.greet()
        metrics.forget()
        connection.close()
        tasks = [sys.executable, sys.argv[0], "qcluster"]
        services = [Service("web", web_command(host, port, workers)), Service("tasks", tasks, is_one=True)]
        Supervisor(services, lambda line: self.stderr.write(self.style.WARNING(line))).run()

    def greet(self) -> None:
        site = Site.current()
        self.stdout.write(f"\n  {site.name}: {settings.SITE_URL}/\n")
        if site.set_up_at is None:
            self.stdout.write(f"  Set it up at {settings.SITE_URL}/setup/ with the key {set_up_key()}\n")
        elif site.is_demo:
            names = "customer {}, agent {}, manager {}, admin {}".format(*DEMO_HANDLES)
            self.stdout.write(f"  Log in as {names}; the password is {DEMO_PASSWORD}\n")
        self.stdout.write("  Stop with Ctrl-C.\n\n")
        self.stdout.flush()
