"""Structured data: schema.org/TechArticle for an article, schema.org/FAQPage for a section of questions."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from community.knowledge.dressing import summary
from community.knowledge.lists import Row
from community.knowledge.page import ArticlePage

_INERT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_ASKS = "?？؟"


def of_article(page: ArticlePage, site_name: str, site_url: str) -> SafeString:
    item = page.article.item
    return _script({
        "@type": "TechArticle",
        "headline": item.title,
        "abstract": summary(item.html, 300),
        "inLanguage": page.article.language,
        "url": site_url + item.path,
        "datePublished": item.created_at.isoformat(),
        "dateModified": (item.edited_at or item.created_at).isoformat(),
        "author": {"@type": "Organization", "name": site_name, "url": f"{site_url}/"},
    })  # fmt: skip


def of_section(rows: Sequence[Row], site_url: str) -> SafeString | None:
    """Those of its articles whose title is a question; None where there are none."""
    asked = [row for row in rows if row.title.rstrip()[-1:] in _ASKS]
    questions = [
        {
            "@type": "Question",
            "name": row.title,
            "acceptedAnswer": {"@type": "Answer", "text": row.summary, "url": site_url + row.url},
        }
        for row in asked
    ]
    return _script({"@type": "FAQPage", "mainEntity": questions}) if questions else None


def _script(described: dict[str, Any]) -> SafeString:
    """JSON-LD, safe inside a script element of type application/ld+json."""
    text = json.dumps({"@context": "https://schema.org", **described}, ensure_ascii=False)
    return mark_safe(text.translate(_INERT))  # noqa: S308 (every < > & is escaped)
