"""The files of articles that are not published yet: whoever writes and reviews them sees them too."""

from collections.abc import Collection

from community.feedback.attach import ADDRESS
from community.feedback.attachments import Attachment, shared
from community.knowledge.models import Article, Edit
from community.members.models import Member
from community.members.roles import STAFF


@shared.filler("articles")
def of_open_edits(files: Collection[Attachment]) -> set[int]:
    """Those that staff uploaded and an open edit names, and those of articles that nobody reads. Three queries."""
    unread = Article.objects.filter(pk__in=[one.item_id for one in files], revision=0).values_list("pk", flat=True)
    found = {one.pk for one in files if one.item_id in set(unread)}
    waiting = [one for one in files if one.item_id is None]
    named = _named() if waiting else frozenset()
    writers = {one.uploaded_by_id for one in waiting if one.uploaded_by_id and one.pk in named}
    staff = set(Member.objects.filter(pk__in=writers, role__in=STAFF).values_list("pk", flat=True))
    return found | {one.pk for one in waiting if one.pk in named and one.uploaded_by_id in staff}


def _named() -> frozenset[int]:
    bodies = Edit.objects.exclude(state=Edit.State.PUBLISHED).filter(body__contains="/files/")
    return frozenset(int(pk) for body in bodies.values_list("body", flat=True) for pk in ADDRESS.findall(body))
