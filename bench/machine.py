"""Where and with what a run was made: numbers mean nothing without it."""

import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import psutil
import psycopg

from bench import BASE

PARTS = ("Django", "granian", "psycopg", "django-q2", "whitenoise", "django-allauth")


def described(monitor: psycopg.Connection | None = None) -> dict[str, Any]:
    """The machine, the versions, the commit and the time."""
    import sqlite3

    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "cpu": processor(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "load": [round(load, 2) for load in psutil.getloadavg()],
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        **{part: version(part) for part in PARTS},
    }
    if monitor is not None:
        found["postgresql"] = monitor.execute("SHOW server_version").fetchone()[0]
        found["postgresql_settings"] = dict(
            monitor.execute(
                "SELECT name, setting || coalesce(unit, '') FROM pg_settings"
                " WHERE name IN ('shared_buffers', 'work_mem', 'jit', 'fsync', 'synchronous_commit')"
            ).fetchall()
        )
    return found


def commit() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=BASE, capture_output=True, text=True)
    return done.stdout.strip()


def processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()
