"""Providers of mail by EMAIL_URL, such as postmark://TOKEN@: what each needs, as django-anymail calls it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from django.core.exceptions import ImproperlyConfigured

# Seconds to be connected, and to be answered: a task takes its turns of five seconds, and dies after TASK_TIMEOUT.
TIMEOUT = (10, 20)


@dataclass(frozen=True)
class Provider:
    """What the parts of its address are: settings of anymail without the name of the provider before them."""

    form: str  # what an address looks like, for whoever wrote a wrong one
    module: str  # in anymail.backends; the settings begin with it
    key: str = "API_KEY"
    password: str = ""
    host: str = ""
    options: dict[str, str] = field(default_factory=dict)  # ?name= → setting
    regions: dict[str, str] = field(default_factory=dict)  # ?region= → API_URL


PROVIDERS: dict[str, Provider] = {
    "postmark": Provider("postmark://TOKEN@", "postmark", key="SERVER_TOKEN", options={"stream": "MESSAGE_STREAM"}),
    "mailgun": Provider(
        "mailgun://KEY@DOMAIN?region=eu", "mailgun", host="SENDER_DOMAIN",
        regions={"us": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"},
    ),
    "sendgrid": Provider(
        "sendgrid://KEY@", "sendgrid",
        regions={"us": "https://api.sendgrid.com/v3/", "eu": "https://api.eu.sendgrid.com/v3/"},
    ),
    "brevo": Provider("brevo://KEY@", "brevo"),
    "resend": Provider("resend://KEY@", "resend"),
    "mailjet": Provider("mailjet://KEY:SECRET@", "mailjet", password="SECRET_KEY"),  # noqa: S106 (a name)
    "sparkpost": Provider(
        "sparkpost://KEY@?region=eu", "sparkpost", options={"subaccount": "SUBACCOUNT"},
        regions={"us": "https://api.sparkpost.com/api/v1", "eu": "https://api.eu.sparkpost.com/api/v1"},
    ),
    "mailersend": Provider("mailersend://TOKEN@", "mailersend", key="API_TOKEN"),
    "mandrill": Provider("mandrill://KEY@", "mandrill"),
    "mailtrap": Provider("mailtrap://TOKEN@", "mailtrap", key="API_TOKEN", options={"sandbox": "SANDBOX_ID"}),
    "scaleway": Provider(
        "scaleway://SECRET@PROJECT?region=fr-par", "scaleway", key="SECRET_KEY", host="PROJECT_ID",
        options={"region": "REGION"},
    ),
    "postal": Provider("postal://KEY@HOST", "postal", host="API_URL"),
}  # fmt: skip
SES = "ses"
SCHEMES = (*PROVIDERS, SES)


def settings_of(parts: SplitResult) -> dict[str, Any]:
    """EMAIL_BACKEND, ANYMAIL and MAIL_PROVIDER; what is wrong is told without the key."""
    if parts.scheme == SES:
        return _all(SES, "amazon_ses", {"AMAZON_SES_CLIENT_PARAMS": _ses(parts)})
    provider = PROVIDERS[parts.scheme]
    prefix = f"{provider.module.upper()}_"
    named = {prefix + name: value for name, value in _named(provider, parts).items()}
    return _all(parts.scheme, provider.module, named)


def _all(scheme: str, module: str, named: dict[str, Any]) -> dict[str, Any]:
    return {
        "EMAIL_BACKEND": f"anymail.backends.{module}.EmailBackend",
        "MAIL_PROVIDER": scheme,
        "ANYMAIL": {"REQUESTS_TIMEOUT": TIMEOUT, **named},
    }


def _named(provider: Provider, parts: SplitResult) -> dict[str, str]:
    given = {provider.key: unquote(parts.username or "")}
    if provider.password:
        given[provider.password] = unquote(parts.password or "")
    elif parts.password is not None:
        raise _wrong(provider, "a colon that belongs to the key is written %3A")
    if provider.host:
        given[provider.host] = parts.hostname or ""
    elif parts.hostname or parts.path.strip("/"):
        raise _wrong(provider, "nothing stands behind the @; a slash, @, # or ? of the key is written %2F %40 %23 %3F")
    if not all(given.values()):
        raise _wrong(provider, "a part is missing; a slash, @, # or ? of a key is written %2F %40 %23 %3F")
    if provider.host == "API_URL":
        given["API_URL"] = f"https://{parts.netloc.rpartition('@')[2]}"
    return given | _options(provider, dict(parse_qsl(parts.query)))


def _options(provider: Provider, asked: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in asked.items():
        if name in provider.options:
            found[provider.options[name]] = value
        elif name == "region" and value in provider.regions:
            found["API_URL"] = provider.regions[value]
        else:
            known = [*provider.options, *(f"region={region}" for region in provider.regions)]
            raise _wrong(provider, f"behind the ? it takes {' or '.join(known) or 'nothing'}")
    return found


def _wrong(provider: Provider, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"EMAIL_URL has not the form {provider.form}: {why}.")


def _ses(parts: SplitResult) -> dict[str, Any]:
    """What boto3 is given; without a key it looks where Amazon's own tools look."""
    asked = dict(parse_qsl(parts.query))
    if set(asked) != {"region"} or bool(parts.username) != bool(parts.password) or parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL has not the form ses://?region=eu-central-1 or ses://KEY:SECRET@?region=eu-central-1: a slash "
            "or + of the secret is written %2F or %2B."
        )
    keys = {"aws_access_key_id": unquote(parts.username or ""), "aws_secret_access_key": unquote(parts.password or "")}
    patience = {"connect_timeout": TIMEOUT[0], "read_timeout": TIMEOUT[1], "retries": {"max_attempts": 1}}
    return {"region_name": asked["region"], "config": patience, **(keys if parts.username else {})}
