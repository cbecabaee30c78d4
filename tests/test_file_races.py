"""Files while several do something at once: one item for each, exact limits, nothing posted is thrown away."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from community.feedback.attach import attach, throw_away_unused
from community.feedback.attachments import Attachment
from community.feedback.models import Item
from community.members import limits
from community.members.models import Member
from tests import make
from tests.files import pdf
from tests.test_races import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def test_a_file_that_two_posts_name_at_once_belongs_to_one(ann: Member, bo: Member) -> None:
    threads = [make.thread(by=bo) for _ in range(5)]
    row = attach(pdf(), by=ann)
    answers = at_once([lambda on=on: make.reply(on, by=ann, body=f"{row.markdown}") for on in threads])
    assert errors(answers) == []
    row.refresh_from_db()
    assert row.item_id in [reply.pk for reply in answers]  # type: ignore[attr-defined]


def test_the_limit_of_files_holds_for_many_uploads_at_once(
    ann: Member, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(limits.LIMITS[limits.Standing.NEW], files_a_day=3)
    monkeypatch.setitem(limits.LIMITS, limits.Standing.NEW, few)
    answers = at_once([lambda: attach(pdf(), by=ann) for _ in range(8)])
    assert {type(error) for error in errors(answers)} == {limits.LimitReached}
    assert Attachment.objects.count() == len([one for one in media.rglob("*") if one.is_file()]) == 3


def test_cleaning_takes_no_file_that_is_posted_meanwhile(ann: Member, bo: Member, media: Path) -> None:
    for _ in range(5):
        row = attach(pdf(), by=ann)
        Attachment.objects.filter(pk=row.pk).update(unused_since=timezone.now() - timedelta(hours=25))
        thread = make.thread(by=bo)
        answers = at_once([throw_away_unused, lambda on=thread, body=row.markdown: make.reply(on, by=ann, body=body)])
        assert errors(answers) == []
        there = Attachment.objects.filter(pk=row.pk).first()
        # Whoever came first: it belongs to the reply and is on the disk, or it is gone from both.
        if there:
            assert there.item_id == Item.objects.get(kind="reply", reply__about=thread.pk).pk
            assert Path(there.file.path).exists()
        else:
            assert not Path(row.file.path).exists()
