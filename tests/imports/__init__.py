"""Files as other programs write them; the people in them are invented."""

import json
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

FOLDER = Path(__file__).resolve().parent
CANNY, USERVOICE, FIDER = FOLDER / "canny.csv", FOLDER / "uservoice.csv", FOLDER / "fider_posts.csv"
TABLES: dict[str, list[dict[str, Any]]] = {
    "users": [
        {"id": 1, "name": "Ann Okafor", "email": "ann@example.com", "role": 1},
        {"id": 2, "name": "Sam Rivera", "email": "SAM@example.com", "role": 3},
        {"id": 3, "name": "Wanda Stranger", "email": "wanda@example.org", "role": 1},
    ],
    "tags": [
        {"id": 5, "name": "night", "slug": "night", "is_public": True},
        {"id": 6, "name": "whales", "slug": "whales", "is_public": False},
    ],
    "post_tags": [{"tag_id": 5, "post_id": 70}, {"tag_id": 6, "post_id": 70}],
    "posts": [
        {
            "id": 70, "number": 7, "title": "Night shifts", "description": "**Bold** wishes", "user_id": 1, "status": 4,
            "created_at": "2023-05-01T10:00:00Z", "response": "We plan it.", "response_user_id": 2,
            "response_date": "2023-06-01T10:00:00Z", "original_id": None,
        },
        {
            "id": 80, "number": 8, "title": "Shifts at night", "description": "The same.", "user_id": 3, "status": 5,
            "created_at": "2023-05-02T10:00:00Z", "response": "", "response_user_id": 2,
            "response_date": "2023-06-02T10:00:00Z", "original_id": 70,
        },
        {
            "id": 90, "number": 9, "title": 2024, "description": "A spam.", "user_id": 3, "status": 6,
            "created_at": "2023-05-03T10:00:00Z", "response": None, "response_user_id": None, "response_date": None,
            "original_id": None,
        },
    ],
    "post_votes": [
        {"post_id": 70, "user_id": 1, "created_at": "2023-05-01T10:00:00Z"},
        {"post_id": 70, "user_id": 3, "created_at": "2023-05-04T10:00:00Z"},
        {"post_id": 80, "user_id": 3, "created_at": "2023-05-02T10:00:00Z"},
        {"post_id": 90, "user_id": 3, "created_at": "2023-05-03T10:00:00Z"},
    ],
    "comments": [
        {
            "id": 31, "post_id": 70, "user_id": 3, "content": 'Yes, @{"id":1,"name":"Ann Okafor"}!',
            "created_at": "2023-05-05T10:00:00Z", "deleted_at": None,
        },
        {
            "id": 32, "post_id": 70, "user_id": 1, "content": "Thanks!", "created_at": "2023-07-05T10:00:00Z",
            "deleted_at": None,
        },
        {
            "id": 33, "post_id": 70, "user_id": 3, "content": "Rude.", "created_at": "2023-07-06T10:00:00Z",
            "deleted_at": "2023-07-07T10:00:00Z",
        },
    ],
}  # fmt: skip


def backup(path: Path, **tables: list[dict[str, Any]]) -> Path:
    """A backup zip as Fider writes one."""
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for name, rows in (TABLES | tables).items():
            packed.writestr(f"{name}.json", json.dumps(rows))
    return path
