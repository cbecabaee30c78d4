"""What openness adds to lower rooms: its pages in the menu, at the foot and on the desk, and a setting."""

from django.utils.translation import gettext_lazy

from community.desk.links import desk_links
from community.members.context import about, my_pages
from community.members.views.privacy import consents
from roadmap.openness import thanks, waiting

my_pages.fill("impact", ("/me/impact/", gettext_lazy("My impact"), "bulb"))
about.fill("open", ("/open/", gettext_lazy("You said, we did")))
consents.fill("thanks", thanks.consent)
desk_links.fill("promises", waiting.promises_link)
desk_links.fill("unanswered ideas", waiting.ideas_link)
