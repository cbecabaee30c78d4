"""Providers of mail whose network is replaced: what is asked of them is kept, and what they answer is given."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

import pytest
import requests
from requests.adapters import HTTPAdapter

from config import env

URLS = {
    "postmark": "postmark://geheim-key@",
    "mailgun": "mailgun://geheim-key@mg.example.com?region=eu",
    "sendgrid": "sendgrid://geheim-key@",
    "brevo": "brevo://geheim-key@",
    "resend": "resend://geheim-key@",
    "mailjet": "mailjet://geheim-key:geheim-too@",
    "sparkpost": "sparkpost://geheim-key@?region=eu",
    "mailersend": "mailersend://geheim-key@",
    "mandrill": "mandrill://geheim-key@",
    "mailtrap": "mailtrap://geheim-key@",
    "scaleway": "scaleway://geheim-key@project?region=fr-par",
    "postal": "postal://geheim-key@postal.example.com",
}
YES: dict[str, Any] = {
    "postmark": {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": "ann@example.com"},
    "mailgun": {"id": "<1.x@mg.example.com>", "message": "Queued. Thank you."},
    "sendgrid": None,
}


@dataclass
class Asked:
    request: requests.PreparedRequest
    timeout: Any
    session: int

    @property
    def body(self) -> str:
        body = self.request.body or b""
        return body.decode() if isinstance(body, bytes) else body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def words(self) -> str:
        """All that goes out, with no letter escaped."""
        if self.body.startswith(("{", "[")):
            return json.dumps(self.json, ensure_ascii=False)
        return unquote_plus(self.body)


@dataclass
class Api:
    """Answers one after another: a status with JSON, or a failure of the network; the last one again and again."""

    answers: list[tuple[int, Any] | Exception]
    asked: list[Asked] = field(default_factory=list)

    def send(self, adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self.asked.append(Asked(request, options.get("timeout"), id(adapter)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, content = answer
        response.reason = "as asked"
        response.headers["Content-Type"] = "application/json"
        response._content = b"" if content is None else json.dumps(content).encode()
        response.request, response.url = request, str(request.url)
        return response


def set_up(name: str, settings: Any, monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, Any] | Exception) -> Api:
    """The site sends by this provider, which answers so; without answers it takes everything."""
    for setting, value in env.mail(URLS[name]).items():
        setattr(settings, setting, value)
    api = Api(list(answers) or [(200, YES[name])])
    monkeypatch.setattr(HTTPAdapter, "send", lambda adapter, request, **options: api.send(adapter, request, **options))
    return api
