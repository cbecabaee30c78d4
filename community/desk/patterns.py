"""What the pattern page shows: one made-up example of every component, in both its states. Pure data."""

from typing import Any
from urllib.parse import quote

from django.utils.safestring import mark_safe

from community.lib import charts
from community.lib.avatars import Avatar

PALETTE = [
    "slate",
    "red",
    "orange",
    "amber",
    "green",
    "teal",
    "sky",
    "blue",
    "indigo",
    "violet",
    "pink",
    "brown",
]
PEOPLE = {
    name: {
        "name": name,
        "url": f"/members/{quote(name.split()[0].lower())}/",
        "avatar": Avatar(initials, colour, ""),
    }
    for name, initials, colour in (
        ("Ann Okafor", "AO", "teal"),
        ("Bo Lindqvist", "BL", "orange"),
        ("Cyrus Mehta", "CM", "violet"),
        ("Sam Rivera", "SR", "sky"),
        ("สุดารัตน์ แก้วใส", "สแ", "pink"),
        ("김하늘", "김", "green"),
        ("ليلى حداد", "لح", "indigo"),
    )
}
ANN, BO, CY, SAM, SUDA, HANEUL, LAYLA = PEOPLE.values()

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
    "4.2.1 removes it.</p>"
)


def patterns_context() -> dict[str, Any]:
    """Everything templates/desk/patterns.html asks for."""
    return {
        "palette": PALETTE,
        "places": PLACES,
        "tabs": [
            ("Latest", "?order=latest", True),
            ("New", "?order=new", False),
            ("Unanswered", "?order=unanswered", False),
            ("Top", "?order=top", False),
            ("Mine", "?order=mine", False),
        ],
        "threads": [thread(at, *row) for at, row in enumerate(ROWS)],
        "stages": [
            ("Under review", "amber", "eye"),
            ("Planned", "blue", "clock"),
            ("In progress", "violet", "edit"),
            ("Shipped", "green", "solved"),
            ("Not planned", "slate", "close"),
        ],
        "votes": [
            vote(),
            vote(pressed=True, count=13),
            vote(reason="This idea is closed"),
            vote(guest=True),
            vote(flat=True),
        ],
        "people": list(PEOPLE.values()),
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
        },
        "more": [
            ("edit", "Edit", "#edit", False),
            ("history", "History", "#history", False),
            ("flag", "Report", "#flag", False),
            ("trash", "Delete", "/r/2/delete/", True),
        ],
        "crumbs": [("Home", "/"), ("Discussions", "/discussions/"), ("Exports", "/c/exports/")],
        "pages": [
            (1, "?page=1", False),
            ("", "", False),
            (4, "?page=4", False),
            (5, "?page=5", True),
            (6, "?page=6", False),
            ("", "", False),
            (12, "?page=12", False),
        ],
        "diff": [
            ("", "The nightly export stops"),
            ("-", mark_safe("after the <del>first</del> 10,000 rows.")),
            ("+", mark_safe("after <ins>exactly</ins> 10,000 rows.")),
            ("", "Nothing in the log."),
        ],
        "table": [
            ("Ann Okafor", "Northwind", 42, 310),
            ("Bo Lindqvist", "Fjord AB", 17, 96),
            ("김하늘", "Haneul Labs", 8, 41),
        ],
        "charts": example_charts(),
        "skeleton": "123",
        "similar": [("The nightly export stops", "/t/1/", True), ("Exports by e-mail?", "/t/2/", False)],
    }


def example_charts(rtl: bool = False) -> list[dict[str, Any]]:
    """A line with its interval, bars, and shares of a whole."""
    weeks = [
        charts.Point(f"W{36 + at}", value, value - wide, value + wide)
        for at, (value, wide) in enumerate(((12, 14), (18, 12), (15, 11), (24, 10), (31, 9), (29, 8), (36, 8), (41, 7)))
    ]
    days = [
        charts.Point(day, value)
        for day, value in zip(
            ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), (34, 41, 52, 38, 47, 12, 9), strict=True
        )
    ]
    parts = [
        charts.Part("Promoters", 50, "green"),
        charts.Part("Passives", 20, "slate"),
        charts.Part("Detractors", 30, "orange"),
    ]
    return [
        {
            "title": "Score by week",
            "svg": charts.line("Score by week", weeks, rtl=rtl),
            "columns": ["Week", "Score", "From", "To"],
            "rows": [(p.name, (p.value, p.low, p.high)) for p in weeks],
        },
        {
            "title": "Replies by day",
            "svg": charts.bars("Replies by day", days, rtl=rtl),
            "columns": ["Day", "Replies"],
            "rows": [(p.name, (p.value,)) for p in days],
        },
        {
            "title": "Who would recommend us",
            "svg": charts.shares("Who would recommend us", parts, rtl=rtl),
            "columns": ["Group", "Answers"],
            "rows": [(p.name, (p.value,)) for p in parts],
            "legend": [(p.name, p.colour, f"{p.value} %") for p in parts],
        },
    ]


def vote(count: int = 12, **more: Any) -> dict[str, Any]:
    """A vote as components/vote.html wants it."""
    return {
        "url": "/t/1/vote/",
        "count": count,
        "pressed": False,
        "name": f"Upvote Dark mode, {count} votes",
        "reason": "",
        "guest": False,
        "flat": False,
    } | more


def thread(
    at: int,
    title: str,
    glyph: str,
    place: int,
    labels: list[tuple[str, str, str]],
    people: list[dict[str, Any]],
    replies: int,
    votes: int,
    unread: int,
    hour: str,
) -> dict[str, Any]:
    """A row as components/thread_row.html wants it."""
    name, url, colour = PLACES[place][:3]
    words = {"solved": "Solved", "pin": "Pinned", "lock": "Locked"}
    return {
        "url": f"/t/{at}/example/",
        "title": title,
        "glyph": glyph,
        "glyph_label": words.get(glyph, ""),
        "place_name": name,
        "place_url": url,
        "place_colour": colour,
        "labels": labels,
        "author": people[0],
        "faces": [person["avatar"] for person in people[:3]],
        "reply_count": replies,
        "reply_text": f"{replies} replies",
        "vote_count": votes,
        "vote_text": f"{votes} votes",
        "active_iso": f"2026-11-21T{hour}:00Z",
        "active_text": f"21 Nov, {hour}",
        "unread": unread,
        "unread_text": f"{unread} new",
        "unread_url": f"/t/{at}/example/#2",
    }


PLACES = [
    ("Getting started", "/c/getting-started/", "green", 214, False),
    ("Exports and imports", "/c/exports/", "sky", 96, True),
    ("Billing", "/c/billing/", "amber", 58, False),
    ("Integrations", "/c/integrations/", "violet", 131, False),
    ("คำถามภาษาไทย", "/c/thai/", "pink", 42, False),
    ("Announcements", "/c/announcements/", "red", 12, False),
]
BUG, API = ("bug", "/labels/bug/", "red"), ("api", "/labels/api/", "indigo")
ROWS: list[tuple[Any, ...]] = [
    (
        "Version 4.3 is here: quicker exports and a calmer inbox",
        "pin",
        5,
        [],
        [SAM, ANN, BO],
        48,
        96,
        0,
        "14:20",
    ),
    ("The nightly export stops after 10,000 rows", "solved", 1, [BUG], [ANN, SAM, BO], 12, 31, 3, "13:05"),
    ("How do I give a colleague read-only access?", "", 0, [], [BO, CY], 4, 7, 1, "12:48"),
    ("ส่งออกข้อมูลเป็น CSV แล้วภาษาไทยเพี้ยน เปิดใน Excel ไม่ได้", "solved", 4, [], [SUDA, SAM], 6, 14, 0, "11:30"),
    (
        "Webhook signature does not match when the body holds emoji",
        "",
        3,
        [API, BUG],
        [CY, BO, SAM],
        9,
        22,
        0,
        "11:02",
    ),
    ("كيف أغيّر لغة الفاتورة إلى العربية؟", "solved", 2, [], [LAYLA, SAM], 3, 5, 0, "10:41"),
    (
        "Moving from a spreadsheet: what we learned in three weeks",
        "",
        0,
        [],
        [ANN, CY, HANEUL],
        27,
        64,
        0,
        "10:15",
    ),
    ("청구서를 이메일로 자동 발송할 수 있나요?", "", 2, [], [HANEUL, SAM], 2, 3, 2, "09:58"),
    (
        "Why was my invoice in November higher than in October, although nobody new joined the team?",
        "lock",
        2,
        [],
        [BO, SAM],
        5,
        1,
        0,
        "09:12",
    ),
    ("Slack integration posts twice", "", 3, [BUG], [CY], 0, 2, 0, "08:40"),
    (
        "Is there a keyboard shortcut for the next unread thread?",
        "solved",
        0,
        [],
        [HANEUL, ANN],
        2,
        11,
        0,
        "08:03",
    ),
    ("Import keeps the old dates, thank you", "", 1, [], [ANN, SAM], 1, 4, 0, "07:31"),
    ("Two-factor codes arrive a minute late", "", 0, [], [LAYLA, BO, CY], 8, 9, 0, "07:02"),
    ("Can we pay once a year?", "solved", 2, [], [BO, SAM], 3, 6, 0, "06:44"),
]


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
        SUDA,
        mark_safe("<p>ขอบคุณค่ะ ใช้ได้แล้ว ตั้งค่าแล้วเริ่มต้นใหม่ครั้งเดียวก็ส่งออกครบทุกแถว ที่นี่ใช้รุ่น 4.2 บนเครื่องของเราเอง</p>"),
    ),
    post(
        5,
        LAYLA,
        mark_safe("<p>شكرًا، نجح الحل معنا أيضًا بعد إعادة تشغيل الخدمة. كان الحد موجودًا في الإصدار 4.2 فقط.</p>"),
    ),
]
