"""A member's part in articles, for their copy and when they leave. Articles belong to the company and stay."""

from collections.abc import Iterator
from secrets import token_hex

from django.db.models import Q

from community.feedback.erase import worded
from community.feedback.models import Item
from community.knowledge.models import Article, Edit, Highlight, Verdict
from community.knowledge.verdict import REMARK, voter_of
from community.members import forget
from community.members.models import Member
from community.members.privacy import Leaver, Record, erasers, exporters

BATCH = 500
worded.fill("edits", Edit)


@exporters.filler("articles")
def articles(member: Member) -> Iterator[Record]:
    """What they look after, what they wrote of it, and what they decided about it."""
    for article in Article.objects.filter(owner=member).select_related("item").order_by("pk").iterator(BATCH):
        yield {"what": "owner", "article": article.pk, "title": article.item.title}
    for edit in Edit.objects.filter(Q(by=member) | Q(reviewed_by=member)).order_by("pk").iterator(BATCH):
        names = ("article_id", "state", "title", "body", "comment", "note", "significance", "revision", "at")
        what = "edit" if edit.by_id == member.pk else "review"
        yield {"what": what} | {name: getattr(edit, name) for name in names}
    for one in Highlight.objects.filter(by=member).order_by("pk").iterator(BATCH):
        yield {"what": "highlight", "article": one.article_id, "at": one.at}


@exporters.filler("verdicts")
def verdicts(member: Member) -> Iterator[Record]:
    """Which articles helped them; their words are among the items."""
    names = ("article_id", "revision", "is_helpful", "reason", "at")
    yield from Verdict.objects.filter(voter=voter_of(member)).order_by("pk").values(*names).iterator(BATCH)


@erasers.filler("articles")
def forget_part(leaver: Leaver) -> None:
    """What they said of articles counts on, under no name; nobody is named beside an edit."""
    for verdict in Verdict.objects.filter(voter=voter_of(leaver.member)):
        Verdict.objects.filter(pk=verdict.pk).update(voter=f"left:{token_hex(16)}")
    if leaver.erases:
        Item.objects.filter(kind=REMARK, author=leaver.member).update(state=Item.State.REMOVED)
    person = leaver.person
    for name, longest in (("comment", 200), ("note", 500)):
        for edit in Edit.objects.exclude(**{name: ""}).order_by("pk").iterator(BATCH):
            words = person.hidden(getattr(edit, name), forget.known_handles)
            if words != getattr(edit, name):
                Edit.objects.filter(pk=edit.pk).update(**{name: words[:longest]})
