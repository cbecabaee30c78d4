"""What moderation adds to lower rooms: signals of spam, reasons, the log of what menus did, and one's own decisions."""

from community.feedback.holding import gates
from community.feedback.models import consumers
from community.feedback.states import reasons
from community.members.views.people import profile_sections
from community.moderation.log import note_event, reasons_of
from community.moderation.people import decisions_about
from community.moderation.spam import signals_of

gates.fill("spam", signals_of)
reasons.fill("moderation", reasons_of)
consumers.fill("moderation", note_event)
profile_sections.fill("decisions", decisions_about)
