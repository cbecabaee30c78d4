"""Structured data (schema.org) for a script element of type application/ld+json."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

_INERT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def script(described: dict[str, Any]) -> SafeString:
    """JSON that ends no script element."""
    text = json.dumps({"@context": "https://schema.org", **described}, ensure_ascii=False)
    return mark_safe(text.translate(_INERT))  # noqa: S308 (every < > & is escaped)
