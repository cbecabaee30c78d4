"""What an operator can get wrong, told by `manage.py` in a process of its own; and production as it must be."""

import json
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from tests import processes

KEY = "k" * 50
SHOW = (
    "import django; django.setup(); from django.conf import settings as s; import json; "
    "print(json.dumps({n: getattr(s, n, None) for n in ("
    "'IS_PRODUCTION','DEBUG','SESSION_COOKIE_SECURE','CSRF_COOKIE_SECURE','LANGUAGE_COOKIE_SECURE','SECURE_SSL_REDIRECT',"
    "'SECURE_HSTS_SECONDS','SECRET_KEY','ALLOWED_HOSTS','SESSION_COOKIE_HTTPONLY','X_FRAME_OPTIONS','SITE_URL',"
    "'SECURE_PROXY_SSL_HEADER','ALLAUTH_TRUSTED_PROXY_COUNT','MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN','EMAIL_HOST_PASSWORD',"
    "'CONTENT_SECURITY_POLICY','API_RATE')}))"
)


def run(*words: str, data: Path, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = {**kept, "DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "config.settings", **env}
    return processes.run(*words, env=told)


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
        ({"EMAIL_URL": "postmark://"}, "EMAIL_URL has not the form postmark://TOKEN@: a part is missing"),
        ({"EMAIL_URL": "sendgrid://SG.a/geheim@"}, "a slash, @, # or ? of the key is written %2F"),
        ({"EMAIL_URL": "brevo://a:geheim@"}, "a colon that belongs to the key is written %3A"),
        ({"EMAIL_URL": "mailjet://geheim@"}, "EMAIL_URL has not the form mailjet://KEY:SECRET@"),
        ({"EMAIL_URL": "mailgun://geheim@"}, "EMAIL_URL has not the form mailgun://KEY@DOMAIN?region=eu"),
        ({"EMAIL_URL": "mailgun://geheim@mg.example?region=mars"}, "it takes region=us or region=eu"),
        ({"EMAIL_URL": "resend://geheim@?stream=x"}, "behind the ? it takes nothing"),
        ({"EMAIL_URL": "ses://geheim@?region=eu-central-1"}, "EMAIL_URL has not the form ses://"),
        ({"EMAIL_URL": "postal://geheim@[::1"}, "EMAIL_URL is no address"),
        ({"EMAIL_URL": "pidgin://geheim@"}, "EMAIL_URL starts with none of console:"),
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


@pytest.mark.parametrize(
    ("url", "backend", "anymail"),
    [
        ("postmark://a%2Fb%40c@?stream=news", "postmark", {"POSTMARK_SERVER_TOKEN": "a/b@c", "POSTMARK_MESSAGE_STREAM": "news"}),
        ("mailgun://key@mg.example?region=eu", "mailgun", {
            "MAILGUN_API_KEY": "key", "MAILGUN_SENDER_DOMAIN": "mg.example", "MAILGUN_API_URL": "https://api.eu.mailgun.net/v3",
        }),
        ("sendgrid://SG.x@", "sendgrid", {"SENDGRID_API_KEY": "SG.x"}),
        ("brevo://key@", "brevo", {"BREVO_API_KEY": "key"}),
        ("resend://key@", "resend", {"RESEND_API_KEY": "key"}),
        ("mailjet://key:secret@", "mailjet", {"MAILJET_API_KEY": "key", "MAILJET_SECRET_KEY": "secret"}),
        ("sparkpost://key@", "sparkpost", {"SPARKPOST_API_KEY": "key"}),
        ("mailersend://key@", "mailersend", {"MAILERSEND_API_TOKEN": "key"}),
        ("mandrill://key@", "mandrill", {"MANDRILL_API_KEY": "key"}),
        ("mailtrap://key@", "mailtrap", {"MAILTRAP_API_TOKEN": "key"}),
        ("scaleway://key@project?region=pl-waw", "scaleway", {
            "SCALEWAY_SECRET_KEY": "key", "SCALEWAY_PROJECT_ID": "project", "SCALEWAY_REGION": "pl-waw",
        }),
        ("postal://key@postal.example:8443", "postal", {
            "POSTAL_API_KEY": "key", "POSTAL_API_URL": "https://postal.example:8443",
        }),
        ("ses://?region=eu-central-1", "amazon_ses", {"AMAZON_SES_CLIENT_PARAMS": {
            "region_name": "eu-central-1",
            "config": {"connect_timeout": 10, "read_timeout": 20, "retries": {"max_attempts": 1}},
        }}),
    ],
)  # fmt: skip
def test_each_provider_by_its_address(url: str, backend: str, anymail: dict[str, object]) -> None:
    said = env.mail(url)
    assert said["EMAIL_BACKEND"] == f"anymail.backends.{backend}.EmailBackend"
    assert said["MAIL_PROVIDER"] == url.partition(":")[0]
    assert said["ANYMAIL"] == {"REQUESTS_TIMEOUT": (10, 20), **anymail}


def test_keys_of_amazon_are_taken_from_the_address() -> None:
    params = env.mail("ses://AKIA:a%2Fb%2Bc@?region=us-east-1")["ANYMAIL"]["AMAZON_SES_CLIENT_PARAMS"]
    assert (params["aws_access_key_id"], params["aws_secret_access_key"]) == ("AKIA", "a/b+c")


@pytest.mark.skipif(find_spec("boto3") is not None, reason="boto3 is there")
def test_amazon_needs_a_package_and_says_which(tmp_path: Path) -> None:
    answer = run("manage.py", "check", data=tmp_path, EMAIL_URL="ses://AKIA:geheim@?region=eu-central-1")
    assert answer.returncode == 1
    assert "hearback.E010" in answer.stderr
    assert "pip install boto3" in answer.stderr
    assert "geheim" not in answer.stderr


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({}, None),
        ({"EMAIL_URL": "smtp://mail.example"}, None),
        ({"EMAIL_URL": "scaleway://key@project"}, None),  # has no hooks
        ({"EMAIL_URL": "postmark://key@"}, "hearback.W005"),
        ({"EMAIL_URL": "postmark://key@", "MAIL_HOOK_SECRET": "geheim"}, "hearback.E011"),
        ({"MAIL_HOOK_SECRET": "geheim with spaces in it"}, "hearback.E011"),
        ({"EMAIL_URL": "postmark://key@", "MAIL_HOOK_SECRET": "geheim-geheim-geheim"}, None),
        ({"MAIL_HOOKS": "postmark,pidgin", "MAIL_HOOK_SECRET": "geheim-geheim-geheim"}, "hearback.E012"),
        ({"EMAIL_URL": "mailgun://key@mg.example", "MAIL_HOOK_SECRET": "geheim-geheim-geheim"}, "hearback.E013"),
        (
            {"SITE_URL": "http://community.example", "MAIL_HOOKS": "postmark", "MAIL_HOOK_SECRET": "geheim-geheim-geheim"},
            "hearback.W006",
        ),
    ],
)  # fmt: skip
def test_hooks_that_are_not_set_up_are_told(env: dict[str, str], told: str | None, tmp_path: Path) -> None:
    answer = run("manage.py", "check", data=tmp_path, **env)
    assert (told or "no issues") in answer.stderr + answer.stdout
    assert ("HINT" in answer.stderr) is bool(told)
    assert "geheim" not in answer.stderr


@pytest.mark.skipif(find_spec("svix") is not None, reason="svix is there")
def test_a_signature_that_needs_a_package_says_which(tmp_path: Path) -> None:
    env = {"EMAIL_URL": "resend://key@", "MAIL_HOOK_SECRET": "geheim-geheim-geheim"}
    assert "no issues" in run("manage.py", "check", data=tmp_path, **env).stdout
    answer = run("manage.py", "check", data=tmp_path, MAIL_HOOK_SIGNING_KEY="whsec_x", **env)
    assert "hearback.E014" in answer.stderr
    assert "pip install svix" in answer.stderr


def test_debug_pages_show_no_key_of_a_provider(tmp_path: Path) -> None:
    """They show every setting whose name says nothing of a secret, and the address of a provider holds its key."""
    show = (
        "import django; django.setup(); from django.views.debug import SafeExceptionReporterFilter as F; "
        "print(F().get_safe_settings())"
    )
    for url in ("postmark://geheim@", "ses://AKIA:geheim@?region=x", "smtp://me:geheim@mail.example"):
        answer = run("-c", show, data=tmp_path, EMAIL_URL=url)
        assert answer.returncode == 0
        assert "EMAIL_BACKEND" in answer.stdout
        assert "geheim" not in answer.stdout


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("REPLY_ADDRESS", "reply", "REPLY_ADDRESS is 'reply'; write an address as in reply@example.com"),
        ("REPLY_ADDRESS", "*reply*@example.com", "write an address"),
        ("REPLY_ADDRESS", "@example.com", "nothing stands before the @"),
        ("REPLY_ADDRESS", f"{'r' * 23}@example.com", "use 22 at most"),
        ("INBOX_URL", "pop3://a:b@host", "starts with neither imaps:// nor imap://"),
        ("INBOX_URL", "imaps://host/INBOX", "has no user or no password"),
        ("INBOX_URL", "imap://me:geheim@mail.example/INBOX", "would send its password unencrypted"),
        ("INBOX_URL", "imaps://me:geheim@mail.example:99999/", "INBOX_URL has a port that is no number"),
        ("INBOX_URL", "imaps://me:geheim@mail.example/", "INBOX_URL is set and REPLY_ADDRESS is not."),
    ],
)
def test_what_replies_by_mail_need_is_said_without_the_password(
    name: str, value: str, says: str, tmp_path: Path
) -> None:
    answer = run("manage.py", "check", data=tmp_path, **{name: value})
    assert answer.returncode != 0
    assert says in answer.stderr
    assert "geheim" not in answer.stderr


def test_the_address_for_replies_is_not_that_of_the_sender(tmp_path: Path) -> None:
    told = {"REPLY_ADDRESS": "News@example.com", "MAIL_FROM": "Northwind <news@example.com>"}
    assert "REPLY_ADDRESS is the address of MAIL_FROM." in run("manage.py", "check", data=tmp_path, **told).stderr


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("imaps://me%40x:geheim%20one@mail.example", ["mail.example", 993, "me@x", "geheim one", "INBOX", True, False]),
        ("imap://me:g@mail.example/Re%20plies?tls=1", ["mail.example", 143, "me", "g", "Re plies", False, True]),
        ("imap://me:g@127.0.0.1:1143/a/b", ["127.0.0.1", 1143, "me", "g", "a/b", False, False]),
        ("", []),
    ],
)
def test_a_mailbox_is_read_from_its_address(url: str, says: list[object]) -> None:
    assert list(env.inbox(url).values()) == says


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("120/m", (120, 60)), ("5/s", (5, 1)), ("2000/10min", (2000, 600)), ("100 / hour", (100, 3600)), ("9/d", (9, 86400)),
        ("300", (300, 60)), ("1/minute", (1, 60)), ("off", None), ("0", None), ("OFF", None), ("", None), ("none", None),
    ],
)  # fmt: skip
def test_a_rate_is_so_many_in_so_much_time(said: str, meant: tuple[int, int] | None) -> None:
    assert env.rate("API_RATE", said) == meant


@pytest.mark.parametrize("said", ["often", "0/m", "5/w", "-1/m", "5/0m", "1.5/m", "٥/m", "5/m/ip", "1" * 20])
def test_a_wrong_rate_is_said_at_once(said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="API_RATE"):
        env.rate("API_RATE", said)


def test_the_api_has_a_rate_in_production_and_none_elsewhere(tmp_path: Path) -> None:
    assert shown(tmp_path)["API_RATE"] is None
    assert shown(tmp_path, SITE_URL="https://community.example", SECRET_KEY=KEY)["API_RATE"] == [120, 60]
    assert shown(tmp_path, API_RATE="5/s")["API_RATE"] == [5, 1]
