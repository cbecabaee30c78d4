"""How fast, and how safe under load: `make bench` and `make trial`."""

import os
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
RESULTS = BASE / "bench" / "results"
# Databases of SQLite, collected static files and logs of the servers; may be thrown away.
WORK = Path(os.environ.get("BENCH_DIR", BASE / "var" / "bench"))
# What the projects share: the floor to be held against. The environment may point elsewhere.
SHARED = Path(os.environ.get("HEARBACK_SHARED", BASE.parent / "shared"))
