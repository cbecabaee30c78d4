"""Structured data: schema.org/TechArticle for an article, schema.org/FAQPage for a section of questions."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from community.knowledge.dressing import summary
from community.knowledge.lists import Row
from community.knowledge.page import ArticlePage
from community.lib import json_ld

_ASKS = "?？؟"


def of_article(page: ArticlePage, site_name: str, site_url: str) -> SafeString:
    item = page.article.item
    return json_ld.script({
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
    return json_ld.script({"@type": "FAQPage", "mainEntity": questions}) if questions else None
