"""The site's own settings, with nothing of this machine's running site in them."""

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR, DATABASES

STATIC_ROOT = DATA_DIR / "test-static"  # empty: no manifest, so that {% static %} gives plain names
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = DATA_DIR / "test-media"
LEFT_FILE = DATA_DIR / "test-left.jsonl"
EXPORT_ROOT = DATA_DIR / "test-exports"
IMPORT_ROOT = DATA_DIR / "test-imports"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["CONN_MAX_AGE"] = 0  # the live server's threads hold no connection between requests
if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # what a crash of the machine would lose, nobody misses
    given = DATABASES["default"]["OPTIONS"].get("options", "")
    DATABASES["default"]["OPTIONS"]["options"] = f"{given} -c synchronous_commit=off -c lock_timeout=60s".strip()
