"""Errors for programs: one shape for all of them, RFC 9457."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

API = "/api/v1/"


class Problem(Exception):
    """Ends a request to the API with this status, a sentence for people, and what else a program may want to know."""

    def __init__(self, status: int, detail: str, **further: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.further = further


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **further: Any) -> HttpResponse:
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **further}
    content = json.dumps(said, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type="application/problem+json", headers=headers)


def is_asked_by_program(request: HttpRequest) -> bool:
    """Whether an answer is read by a program, errors included."""
    return request.path.startswith(API)
