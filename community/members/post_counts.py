"""How much each member has written, after much was written or removed at once."""

from collections import Counter, defaultdict

from django.db.models import F
from django.db.models.functions import Greatest

from community.members.models import Member


def add_to_post_counts(posted: Counter[int]) -> None:
    """One update per number, since most people write about as much as others in a batch."""
    by_number: dict[int, list[int]] = defaultdict(list)
    for pk, number in posted.items():
        by_number[number].append(pk)
    for number, pks in by_number.items():
        Member.objects.filter(pk__in=pks).update(post_count=Greatest(F("post_count") + number, 0))
