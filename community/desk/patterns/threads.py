"""Lists of threads and the ways through them."""

from typing import Any

from .people import ANN, BO, CY, HANEUL, LAYLA, SAM, SUDA

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


def context() -> dict[str, Any]:
    """A list of threads with its tabs, pages and neighbours."""
    return {
        "places": PLACES,
        "tabs": [
            ("Latest", "?order=latest", True),
            ("New", "?order=new", False),
            ("Unanswered", "?order=unanswered", False),
            ("Top", "?order=top", False),
            ("Mine", "?order=mine", False),
        ],
        "threads": [thread(at, *row) for at, row in enumerate(ROWS)],
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
        "skeleton": "123",
        "near": [
            {
                "item": {"pk": at},
                "title": title,
                "url": f"/t/{at}/x/",
                "icon": "chat",
                "is_known": at == 1,
                "is_part": at == 1,
                "words": "Open the settings and choose a smaller step.",
                "whole": "Open the settings and choose a smaller step. Then start the export again.",
            }
            for at, title in ((1, "The nightly export stops"), (2, "Exports by e-mail?"))
        ],
    }


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
