"""Runs Python in a process of its own, forked from one that has imported already what takes longest to import.

That one has read no settings and knows nothing of ours: what a process reads of its environment it reads itself.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = [
    "django.core.management", "django.db.models", "django.forms", "django.test", "bs4", "emoji", "fido2.server",
    "markdown_it", "PIL.Image", "psycopg", "pydantic", "redis", "requests", "snowballstemmer", "structlog",
]  # fmt: skip
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(LIBRARIES)


def run(*words: str, env: dict[str, str], timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run([sys.executable, *words])` with this environment, in the folder of the code."""
    with TemporaryDirectory() as folder:
        process = _context.Process(target=_become, args=(words, env, folder))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(words, timeout)
        out, err = (Path(folder, name).read_text() for name in ("out", "err"))
        return subprocess.CompletedProcess(words, process.exitcode, out, err)


def _become(words: tuple[str, ...], env: dict[str, str], folder: str) -> None:
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(Path(folder, name), os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    if words[0] == "-c":
        sys.argv = ["-c", *words[2:]]
        exec(words[1], {"__name__": "__main__"})  # noqa: S102
    else:
        sys.argv = [*words]
        runpy.run_path(words[0], run_name="__main__")
