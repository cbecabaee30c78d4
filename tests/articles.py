"""A made-up help centre in the shapes that articles come in, and bringing it in."""

import gzip
import json
from pathlib import Path

from community.knowledge.import_articles.report import Report
from community.knowledge.import_articles.run import Wish, format_of, import_articles
from community.knowledge.models import Article
from tests.files import packed


def bring(path: Path, name: str = "old", **fields: object) -> Report:
    return import_articles(Wish(path=path, name=name, format=format_of(path), **fields))


def article(external_id: str) -> Article:
    return Article.objects.select_related("item__place__parent", "original__item").get(item__external_id=external_id)


def write_lines(path: Path, *lines: dict[str, object]) -> Path:
    words = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(words) if path.name.endswith(".gz") else words)
    return path


def zendesk_article(number: int, title: str, body: str, **fields: object) -> dict[str, object]:
    return {
        "id": number,
        "html_url": f"https://acme.zendesk.com/hc/en-us/articles/{number}-{title.replace(' ', '-')}",
        "title": title,
        "body": body,
        "section_id": 20,
        "label_names": ["billing"],
        "source_locale": "en-us",
        "locale": "en-us",
        "created_at": "2023-02-01T08:00:00Z",
        "updated_at": "2024-05-06T09:30:00Z",
        "draft": False,
        "promoted": False,
        "user_segment_id": None,
    } | fields


def said(locale: str, title: str, body: str, **fields: object) -> dict[str, object]:
    return {"locale": locale, "title": title, "body": body, "draft": False, "outdated": False} | fields


def zendesk() -> dict[str, dict[str, object]]:
    """By file name."""
    invoice = zendesk_article(
        101, "Where are my invoices", "<h2>On the web</h2><p>Open <b>Settings</b>. See "
        '<a href="https://acme.zendesk.com/hc/en-us/articles/102-Refunds">refunds</a>.</p>'
        '<p><img src="/hc/article_attachments/7/screen.png" alt="The menu"></p><ol><li>One</li><li>Two</li></ol>',
        promoted=True,
        translations=[
            said("en-us", "Where are my invoices?", "<p>Open <b>Settings</b>. See "
                 '<a href="https://acme.zendesk.com/hc/en-us/articles/102-Refunds">refunds</a>.</p>'
                 '<p><img src="/hc/article_attachments/7/screen.png" alt="The menu"></p><ol><li>One</li></ol>'),
            said("pl", "Gdzie są moje faktury?", "<p>Otwórz <b>Ustawienia</b>.</p>", outdated=True),
            said("th", "ใบแจ้งหนี้อยู่ที่ไหน", "<p>เปิดการตั้งค่า</p>"),
            said("ko", "청구서", "<p>설정</p>", draft=True),
        ],
    )  # fmt: skip
    refunds = zendesk_article(102, "Refunds", "<p>Within 14 days.</p><p>x <script>alert(1)</script> y</p>")
    agents = zendesk_article(103, "For agents", "<p>Secret discount.</p>", user_segment_id=5)
    members = zendesk_article(104, "For customers", "<p>Signed in.</p>", user_segment_id=6)
    unfinished = zendesk_article(105, "Not yet", "<p>Soon.</p>", draft=True)
    return {
        "articles-1.json": {"articles": [invoice, refunds], "next_page": "…", "count": 5},
        "articles-2.json": {"articles": [agents, members]},
        "105.json": {"article": unfinished},
        "sections.json": {"sections": [{"id": 20, "name": "Paying", "category_id": 30, "position": 2}]},
        "categories.json": {"categories": [{"id": 30, "name": "Account", "description": "All about it"}]},
        "segments.json": {"user_segments": [{"id": 6, "user_type": "signed_in_users"}, {"id": 5, "user_type": "staff"}]},
    }  # fmt: skip


def zendesk_folder(path: Path) -> Path:
    (path / "article_attachments" / "7").mkdir(parents=True)
    for name, page in zendesk().items():
        (path / name).write_text(json.dumps(page), "utf-8")
    (path / "article_attachments" / "7" / "screen.png").write_bytes(packed())
    return path


MARKDOWN = {
    "billing/refunds.md": """---
title: "Refunds: when and how"
id: refunds
language: en
section: Billing / Money back   # two levels
labels: [billing, "pay, later"]
url: https://docs.acme.example/billing/refunds/
redirect_from:
  - /old/refunds
  - /older/refunds.html
date: 2023-02-01
updated: 2024-03-04 10:00
---

# Refunds: when and how

Within 14 days, see [invoices](../invoices.md) and ![the menu](img/menu.png).

> [!NOTE]
> Not on Sundays.

```
[not a link](../invoices.md)
```
""",
    "billing/refunds.pl.md": """---
title: Zwroty
translation_of: refunds
out_of_date: true
---
W ciągu 14 dni.
""",
    "invoices.md": "# Your invoices\n\nEach month. The [terms](https://docs.acme.example/billing/refunds?x=1#top).\n",
    "drafts/soon.md": "---\ndraft: true\nlang: th\n---\nเร็ว ๆ นี้\n",
    "README.md": "not an article",
}


def markdown_folder(path: Path) -> Path:
    for name, words in MARKDOWN.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(words, "utf-8")
    (path / "billing" / "img").mkdir()
    (path / "billing" / "img" / "menu.png").write_bytes(packed())
    return path
