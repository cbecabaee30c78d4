"""What surveys add to lower rooms: a link at the desk, and what answers are called."""

from django.utils.translation import gettext as _

from community.desk.links import DeskLink, desk_links
from community.feedback.states import KindStates
from community.feedback.states import kinds as states_of_kinds
from surveys.responses.models import Response

desk_links.fill("surveys", lambda: DeskLink(_("Surveys"), "/desk/surveys/", act="run surveys"))
states_of_kinds.fill(Response.KIND, KindStates())
