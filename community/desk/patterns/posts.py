"""Posts of one thread, its solution and its composer."""

from typing import Any

from django.utils.safestring import mark_safe

from .buttons import vote
from .people import ANN, BO, CY, LAYLA, SAM, SUDA

HTML = mark_safe(
    "<p>The nightly export stops after the first <strong>10,000 rows</strong>. The log says nothing:</p>"
    '<pre class="code" tabindex="0"><code><span class="k">def</span> <span class="nf">export</span>(rows):\n'
    '    <span class="c1"># one page at a time</span>\n'
    '    <span class="k">return</span> <span class="nb">list</span>(rows)[:<span class="mi">10000</span>]'
    '  <span class="s">"too short"</span>\n</code></pre>'
    '<p>Has anybody seen it since <code>4.2</code>? <a href="/t/1/" class="mention">@bo</a> said something '
    "like it.</p><ul><li>Self-hosted, PostgreSQL 16</li><li>Started after the upgrade</li></ul>"
)
SHORT = mark_safe(
    "<p>Set <code>EXPORT_PAGE=0</code> and restart the worker. The limit was a left-over from the trial; "
    '4.2.1 removes it. <a href="/files/1/export.log" class="file">export.log'
    '<span class="file-size"> 240 KB</span></a></p>'
)


def context() -> dict[str, Any]:
    """A thread's posts, its solution, the composer and a difference between two versions."""
    return {
        "posts": POSTS,
        "solution": {
            "url": "#2",
            "number": 2,
            "author_name": SAM["name"],
            "author_url": SAM["url"],
            "staff": "Hearback",
            "iso": "2026-11-21T09:12:00Z",
            "when": "21 Nov 2026, 09:12",
            "html": SHORT,
            "chosen_text": "chosen by Ann Okafor",
            "is_short": True,
        },
        "composer": {
            "action": "/t/1/replies/",
            "label": "Your reply",
            "placeholder": "Write a reply…",
            "submit_text": "Reply",
            "help": "Markdown works here.",
            "draft_url": "/drafts/1/",
            "seq": 0,
            "body": "",
            "may_attach": True,
        },
        "diff": [
            ("", "The nightly export stops"),
            ("-", mark_safe("after the <del>first</del> 10,000 rows.")),
            ("+", mark_safe("after <ins>exactly</ins> 10,000 rows.")),
            ("", "Nothing in the log."),
        ],
    }


def post(at: int, person: dict[str, Any], html: str, **more: Any) -> dict[str, Any]:
    """A post as components/post.html wants it."""
    return {
        "staff": "",
        "official": False,
        "solution_text": "",
        "edited_text": "",
        "edited_url": "",
        "context_text": "",
        "context_url": "",
        "gone_text": "",
        "state_text": "",
        "folded_text": "",
        "number": at,
        "permalink": f"/t/1/example/#{at}",
        "author_name": person["name"],
        "author_url": person["url"],
        "avatar": person["avatar"],
        "iso": f"2026-11-21T0{at}:12:00Z",
        "when": f"21 Nov 2026, 0{at}:12",
        "html": html,
        "vote": vote(at * 3, flat=True, name=f"Upvote the reply of {person['name']}, {at * 3} votes"),
        "reply_url": f"?reply={at}#composer",
        "quote_url": f"?quote={at}#composer",
        "actions": [("flag", "Report", "#flag", False), ("trash", "Delete", "/d/", True)],
    } | more


POSTS = [
    post(1, ANN, HTML, edited_text="edited", edited_url="#history"),
    post(
        2,
        SAM,
        SHORT,
        staff="Hearback",
        official=True,
        solution_text="Solution, chosen by Ann Okafor",
        context_text="Ann Okafor: The nightly export stops",
        context_url="#1",
    ),
    post(3, BO, "", gone_text="Removed by a moderator: advertising."),
    post(
        4,
        CY,
        SHORT,
        state_text="This is hidden. Only its author and staff see it. Reason: off-topic.",
    ),
    post(
        5,
        LAYLA,
        SHORT,
        folded_text="You ignore Layla. Show these words",
    ),
    post(
        6,
        SUDA,
        mark_safe("<p>ขอบคุณค่ะ ใช้ได้แล้ว ตั้งค่าแล้วเริ่มต้นใหม่ครั้งเดียวก็ส่งออกครบทุกแถว ที่นี่ใช้รุ่น 4.2 บนเครื่องของเราเอง</p>"),
    ),
    post(
        7,
        LAYLA,
        mark_safe("<p>شكرًا، نجح الحل معنا أيضًا بعد إعادة تشغيل الخدمة. كان الحد موجودًا في الإصدار 4.2 فقط.</p>"),
    ),
]
