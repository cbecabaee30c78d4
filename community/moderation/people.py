"""What a moderator sees of a member, and what a member sees of what was decided about them."""

from typing import Any

from community.feedback.models import Item, parents_of_many
from community.lib.markdown import excerpt
from community.lib.times import moment
from community.members.models import Member
from community.members.requests import Request
from community.moderation.log import appeal_url, words_of
from community.moderation.models import APPEALABLE, ModerationEntry
from community.moderation.queue import author_records, facts_of
from community.moderation.sanction import why_not

RECENT = 20


def dossier(member: Member, viewer: Member) -> dict[str, Any]:
    """Everything by and about a member that a decision needs, in a constant number of queries."""
    items = list(
        Item.objects.visible_to(viewer)
        .filter(author=member)
        .select_related("place")
        .order_by("-created_at", "-pk")[:RECENT]
    )
    entries = ModerationEntry.objects.filter(member=member).select_related("by", "item")[:RECENT]
    record = author_records([member.pk])[member.pk]
    return {
        "member": member,
        "facts": facts_of(member, record),
        "joined": moment(member.joined_at),
        "rows": [_row(item) for item in items],
        "entries": entry_rows(list(entries)),
        "sanctions": [(one, moment(one.at)) for one in member.sanctions.select_related("by", "lifted_by")[:RECENT]],
        "sweep": member.sweeps.filter(undone_at=None).first(),
        "refusal": why_not(member, viewer),
    }


def _row(item: Item) -> dict[str, Any]:
    return {"item": item, "text": item.title or excerpt(item.body, 90), "at": moment(item.created_at)}


def entry_rows(entries: list[ModerationEntry]) -> list[dict[str, Any]]:
    """The log as staff read it, with what each act was about; one query more for all replies together."""
    items = [entry.item for entry in entries if entry.item]
    titles = {item.pk: item.title for item in items}
    for kind, ask in parents_of_many.items():
        titles |= {pk: about.title for pk, about in ask([item.pk for item in items if item.kind == kind]).items()}
    return [
        {
            "entry": entry,
            "at": moment(entry.at),
            "words": words_of(entry),
            "title": titles.get(entry.item_id, "") if entry.item_id else "",
            "url": f"/desk/moderation/items/{entry.item_id}/" if entry.item_id else "",
        }
        for entry in entries
    ]


def decisions_about(member: Member, request: Request) -> dict[str, Any]:
    """On their own profile: what staff decided about somebody, why, and where to appeal."""
    section: dict[str, Any] = {"template": "moderation/_mine.html", "rows": []}
    if not request.user.is_authenticated or request.user.pk != member.pk:
        return section
    entries = ModerationEntry.objects.filter(member=member, verb__in=APPEALABLE).exclude(by=member)
    for entry in entries.select_related("item", "appeal", "sanction")[:RECENT]:
        section["rows"].append(_decision(entry))
    return section


def _decision(entry: ModerationEntry) -> dict[str, Any]:
    return {
        "verb": entry.get_verb_display(),
        "at": moment(entry.at),
        "said": entry.sanction.sentence if entry.sanction else words_of(entry),
        "text": excerpt(entry.item.title or entry.item.body, 120) if entry.item else "",
        "appeal_url": appeal_url(entry),
        "is_appealed": hasattr(entry, "appeal"),
    }
