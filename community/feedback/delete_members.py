"""Deleting members: what they said and showed stays, without their name; their votes go, and are counted out."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from community.feedback.attachments import Attachment
from community.feedback.models import Item, Vote
from community.members.models import Member, Site

BATCH = 500


@transaction.atomic
def delete_members(members: Iterable[Member]) -> None:
    """Delete them with all that is only theirs, and outdate every page that showed their votes or names."""
    ids = [member.pk for member in members]
    voted = sorted(set(Vote.objects.filter(member__in=ids).values_list("item_id", flat=True)))
    batches = [voted[at : at + BATCH] for at in range(0, len(voted), BATCH)]
    for batch in batches:  # in order, as everybody takes them
        list(Item.objects.select_for_update(no_key=True).filter(pk__in=batch).order_by("pk").values_list("pk"))
    Attachment.objects.filter(uploaded_by__in=ids, item=None).delete()  # nobody else can read them
    Member.objects.filter(pk__in=ids).delete()
    left = Vote.objects.filter(item=OuterRef("pk")).order_by().values("item").annotate(n=Count("pk")).values("n")
    for batch in batches:
        Item.objects.filter(pk__in=batch).update(vote_count=F("imported_votes") + Coalesce(Subquery(left), 0))
    Site.touch()  # counts and names may stand on any page
