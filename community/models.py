"""Every model of the community, for Django to find; rooms import each other's models from the rooms."""

from community.conversations.models import ReadMark, Reply
from community.discussions.models import Category, Closure, Consent, Pin, Relocation, Solution, Thread
from community.feedback.attachments import Attachment
from community.feedback.models import Draft, Event, Item, Label, Link, Revision, Vote
from community.feedback.places import Place
from community.knowledge.models import Article, Edit, Highlight, OldAddress, Section, Verdict
from community.members.ignoring import Ignore
from community.members.models import Company, Group, Member, Product, Site
from community.members.outgoing import OutgoingMail
from community.members.pages import Acceptance, SitePage
from community.members.privacy import Deletion, Export
from community.members.sanctions import Sanction
from community.moderation.models import Appeal, Championship, Flag, ModerationEntry, Sweep
from community.notifications.models import Follow, Mailing, Notification, Preference, Suppression
from community.notifications.received import InboundMail
from community.search.models import Corpus, Entry, Frequency, Index, Shortened, Word
from community.search.searches import Recent, Search

__all__ = [
    "Acceptance",
    "Appeal",
    "Article",
    "Attachment",
    "Category",
    "Championship",
    "Closure",
    "Company",
    "Consent",
    "Corpus",
    "Deletion",
    "Draft",
    "Edit",
    "Entry",
    "Event",
    "Export",
    "Flag",
    "Follow",
    "Frequency",
    "Group",
    "Highlight",
    "Ignore",
    "InboundMail",
    "Index",
    "Item",
    "Label",
    "Link",
    "Mailing",
    "Member",
    "ModerationEntry",
    "Notification",
    "OldAddress",
    "OutgoingMail",
    "Pin",
    "Place",
    "Preference",
    "Product",
    "ReadMark",
    "Recent",
    "Relocation",
    "Reply",
    "Revision",
    "Sanction",
    "Search",
    "Section",
    "Shortened",
    "Site",
    "SitePage",
    "Solution",
    "Suppression",
    "Sweep",
    "Thread",
    "Verdict",
    "Vote",
    "Word",
]
