"""Says clearly what the tests need and this machine has not: a Chromium, and the database of DATABASE_URL."""

import os
import shutil
import sys

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), ""
)


def main() -> None:
    if not CHROMIUM and not _install_chromium():
        sys.exit(
            "The browser tests drive the system's Chromium, and there is none. "
            "Install it (apt-get install chromium) or name one: CHROMIUM=/path/to/chrome make test"
        )
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        _reach(url)


def _install_chromium() -> bool:
    """On a Debian machine where we are root, as CI is, install it; elsewhere ask for it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Chromium for the browser tests…", flush=True)
    quiet = "apt-get update -qq && apt-get install -y -qq chromium >/dev/null"
    return os.system(quiet) == 0 and bool(shutil.which("chromium"))  # noqa: S605


def _reach(url: str) -> None:
    import psycopg

    try:
        psycopg.connect(url.rpartition("/")[0] + "/postgres", connect_timeout=10).close()
    except psycopg.OperationalError as error:
        sys.exit(f"DATABASE_URL names a PostgreSQL that cannot be reached: {error}")


if __name__ == "__main__":
    main()
