"""Every model of the community, for Django to find; rooms import each other's models from the rooms."""

from community.conversations.models import ReadMark, Reply
from community.discussions.models import Category, Closure, Consent, Pin, Relocation, Solution, Thread
from community.feedback.attachments import Attachment
from community.feedback.models import Draft, Event, Item, Label, Link, Revision, Vote
from community.feedback.places import Place
from community.members.ignoring import Ignore
from community.members.models import (
    Acceptance,
    Company,
    Group,
    Member,
    Product,
    Site,
    SitePage,
)
from community.members.outgoing import OutgoingMail
from community.members.privacy import Deletion, Export
from community.members.sanctions import Sanction
from community.moderation.models import Appeal, Championship, Flag, ModerationEntry, Sweep
from community.notifications.models import Follow, Mailing, Notification, Preference, Suppression

__all__ = [
    "Acceptance",
    "Appeal",
    "Attachment",
    "Category",
    "Championship",
    "Closure",
    "Company",
    "Consent",
    "Deletion",
    "Draft",
    "Event",
    "Export",
    "Flag",
    "Follow",
    "Group",
    "Ignore",
    "Item",
    "Label",
    "Link",
    "Mailing",
    "Member",
    "ModerationEntry",
    "Notification",
    "OutgoingMail",
    "Pin",
    "Place",
    "Preference",
    "Product",
    "ReadMark",
    "Relocation",
    "Reply",
    "Revision",
    "Sanction",
    "Site",
    "SitePage",
    "Solution",
    "Suppression",
    "Sweep",
    "Thread",
    "Vote",
]
