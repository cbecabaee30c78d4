"""What an operator can get wrong, told by `manage.py` in a process of its own; and production as it must be."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEY = "k" * 50
SHOW = (
    "import django; django.setup(); from django.conf import settings as s; import json; "
    "print(json.dumps({n: getattr(s, n, None) for n in ("
    "'IS_PRODUCTION','DEBUG','SESSION_COOKIE_SECURE','CSRF_COOKIE_SECURE','LANGUAGE_COOKIE_SECURE','SECURE_SSL_REDIRECT',"
    "'SECURE_HSTS_SECONDS','SECRET_KEY','ALLOWED_HOSTS','SESSION_COOKIE_HTTPONLY','X_FRAME_OPTIONS','SITE_URL',"
    "'SECURE_PROXY_SSL_HEADER','ALLAUTH_TRUSTED_PROXY_COUNT','MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN','EMAIL_HOST_PASSWORD',"
    "'CONTENT_SECURITY_POLICY')}))"
)


def run(*words: str, data: Path, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = {**kept, "DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "config.settings", **env}
    return subprocess.run([sys.executable, *words], cwd=ROOT, env=told, capture_output=True, text=True, timeout=60)


def shown(data: Path, **env: str) -> dict[str, object]:
    answer = run("-c", SHOW, data=data, **env)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_production_is_where_the_address_is_https(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    (tmp_path / "mail").write_text("smtp://me:geheim%40@mail.example:587?tls=1")
    said = shown(
        tmp_path, SITE_URL="HTTPS://community.example/", SECRET_KEY_FILE=str(tmp_path / "key"), TRUSTED_PROXIES="1",
        EMAIL_URL_FILE=str(tmp_path / "mail"), OIDC_ISSUER="https://id.example/realms/one",
    )  # fmt: skip
    assert said["IS_PRODUCTION"]
    assert not said["DEBUG"]
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert said[name] is True, name
    assert said["SESSION_COOKIE_HTTPONLY"]
    assert said["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert said["SECRET_KEY"] == KEY
    assert said["ALLOWED_HOSTS"] == ["community.example"]
    assert said["SITE_URL"] == "https://community.example"
    assert said["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert said["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert said["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    assert said["EMAIL_HOST_PASSWORD"] == "geheim@"
    assert said["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"][1:] == ["https://id.example"]


def test_development_needs_nothing_and_its_key_is_its_own(tmp_path: Path) -> None:
    said = shown(tmp_path, DEBUG="1")
    assert said["DEBUG"]
    assert not said["IS_PRODUCTION"]
    assert said["SECURE_PROXY_SSL_HEADER"] is None
    assert set(said["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}
    key = tmp_path / "secret.key"
    assert said["SECRET_KEY"] == key.read_text()
    assert len(key.read_text()) >= 40
    assert key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"SITE_URL": "https://community.example"}, "set SECRET_KEY"),
        ({"SITE_URL": "community.example"}, "SITE_URL is 'community.example'"),
        ({"SITE_URL": "https://community.example/forum"}, "SITE_URL"),
        ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE names /nowhere/key"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://me:geheim@host:port/name"}, "DATABASE_URL has a port"),
        ({"EMAIL_URL": "mail.example"}, "EMAIL_URL"),
        ({"DEBUG": "maybe"}, "DEBUG is 'maybe'"),
        ({"PORT": "0"}, "PORT is '0'"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is 'LOUD'"),
    ],
)
def test_a_wrong_value_is_named(env: dict[str, str], told: str, tmp_path: Path) -> None:
    answer = run("manage.py", "check", data=tmp_path, **env)
    assert answer.returncode != 0
    last = answer.stderr.strip().splitlines()[-1]
    assert told in last
    assert "geheim" not in answer.stderr


def test_check_deploy_tells_what_production_lacks(tmp_path: Path) -> None:
    answer = run(
        "manage.py",
        "check",
        "--deploy",
        data=tmp_path,
        SITE_URL="https://community.example",
        SECRET_KEY="short",
        DEBUG="1",
    )
    assert answer.returncode == 1
    for name in ("hearback.E001", "hearback.E002", "hearback.W001", "hearback.W002", "hearback.W003"):
        assert name in answer.stderr
    assert answer.stderr.count("HINT") >= 5
    assert "Traceback" not in answer.stderr


def test_plain_http_beyond_this_machine_is_told(tmp_path: Path) -> None:
    answer = run("manage.py", "check", data=tmp_path, SITE_URL="http://community.example")
    assert answer.returncode == 0
    assert "hearback.W004" in answer.stderr
