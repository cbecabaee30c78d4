"""`/metrics`: only with its token, the same numbers whichever worker is asked, and what waits."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from community.members.mail import queue_mail
from community.members.outgoing import OutgoingMail
from community.notifications.models import Mailing
from config import metrics
from tests import make

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "a-token-of-thirty-letters-or-so"
SENT = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}


def numbers(text: str) -> dict[str, float]:
    found = re.findall(r"^(hearback_\w+(?:\{[^}]*\})?) ([0-9.e+]+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


@pytest.fixture
def scraped(settings: Any, client: Client) -> Any:
    settings.METRICS_TOKEN = TOKEN

    def scrape() -> dict[str, float]:
        answer = client.get("/metrics", **SENT)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return numbers(answer.content.decode())

    return scrape


@pytest.mark.django_db
def test_no_token_no_metrics(client: Client, settings: Any) -> None:
    assert client.get("/metrics", **SENT).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for wrong in ({}, {"HTTP_AUTHORIZATION": TOKEN}, {"HTTP_AUTHORIZATION": f"Bearer {TOKEN[:-1]}"}):
        answer = client.get("/metrics", **wrong)
        assert answer.status_code == 401
        assert b"hearback_" not in answer.content
    assert client.get(f"/metrics?token={TOKEN}").status_code == 401
    assert client.post("/metrics", **SENT).status_code == 405
    assert Client(SERVER_NAME="10.0.0.7").get("/metrics", **SENT).status_code == 200


@pytest.mark.django_db
def test_what_waits_is_counted(scraped: Any) -> None:
    before = scraped()
    assert before["hearback_tasks_queued"] == before["hearback_mails_waiting"] == 0
    assert before["hearback_task_oldest_seconds"] == 0
    queue_mail("ann@example.com", "One", "Words.")
    queue_mail("bo@example.com", "Two", "Words.")
    OutgoingMail.objects.filter(to="bo@example.com").give_up()
    now = timezone.now()
    first, second = OrmQ.objects.order_by("pk")
    OrmQ.objects.filter(pk=first.pk).update(lock=now - timedelta(seconds=90))
    OrmQ.objects.filter(pk=second.pk).update(lock=now + timedelta(seconds=90))  # a worker has it
    ann = make.member("ann")
    for state, due in (("waiting", now), ("waiting", now + timedelta(hours=1)), ("failed", now), ("sent", now)):
        Mailing.objects.create(recipient=ann, state=state, due_at=due, closed_at=now)
    after = scraped()
    assert after["hearback_tasks_queued"] == 2
    assert 90 <= after["hearback_task_oldest_seconds"] < 120
    assert (after["hearback_mails_waiting"], after["hearback_mails_given_up"]) == (1, 1)
    assert (after["hearback_notification_mails_due"], after["hearback_notification_mails_failed"]) == (1, 1)
    assert after["hearback_database_bytes"] > 100_000
    assert after["hearback_disk_free_bytes"] > 0
    assert after["hearback_database_up"] == 1


@pytest.mark.django_db
def test_a_database_that_is_away_is_a_number_too(scraped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(metrics, "_ASKED", (("tasks_queued", "…", away), *metrics._ASKED[1:]))
    found = scraped()
    assert found["hearback_database_up"] == 0
    assert "hearback_tasks_queued" not in found


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_status(scraped: Any, client: Client) -> None:
    name = 'hearback_request_seconds_count{status="%s",view="%s"}'
    before = scraped()
    client.get("/limits/")
    client.get("/limits/")
    client.get("/members/nobody-of-this-name/")
    after = scraped()
    gained = {key: after[key] - before.get(key, 0) for key in after if "_count" in key}
    assert gained[name % (200, "limits")] == 2
    assert gained[name % (404, "profile")] == 1
    assert not [key for key in after if "nobody" in key or "/limits" in key]


WORKER = """
import sys, django
django.setup()
from django.test import Client
browser = Client(HTTP_AUTHORIZATION="Bearer {token}")
for _ in range(int(sys.argv[1])):
    browser.get("/robots.txt-not")
if len(sys.argv) > 2:
    print(browser.get("/metrics").content.decode())
"""


def test_whichever_worker_is_asked_tells_of_all(tmp_path: Path) -> None:
    """Three processes, as granian's workers are; two have ended when the third is asked, and their counts stay."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {
        **kept, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings", "METRICS_TOKEN": TOKEN,
        "ALLOWED_HOSTS": "testserver", "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    assert not run("manage.py", "migrate", "--verbosity", "0", env=env)
    script = WORKER.format(token=TOKEN)
    said = [run("-c", script, *arguments, env=env) for arguments in (["3"], ["2"], ["4", "scrape"])]
    counted = numbers(said[-1])
    (name,) = [key for key in counted if key.startswith("hearback_request_seconds_count")]
    assert counted[name] == 9
    assert len(list((tmp_path / "metrics").glob("histogram_*.db"))) == 3
    assert "hearback_tasks_queued" in counted


def run(*words: str, env: dict[str, str]) -> str:
    answer = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=90)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_a_server_that_starts_begins_to_count_anew(settings: Any, tmp_path: Path) -> None:
    settings.METRICS_DIR = tmp_path
    (tmp_path / "histogram_17.db").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("not ours")
    metrics.forget()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_short_token_is_refused(tmp_path: Path) -> None:
    env = {**os.environ, "METRICS_TOKEN": "short", "DATA_DIR": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode != 0
    assert "METRICS_TOKEN is short" in answer.stderr
