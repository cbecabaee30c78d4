"""What imports add to lower rooms: a link at the desk, and files that go after a day."""

from django.utils.translation import gettext as _

from community.desk.links import DeskLink, desk_links
from community.members.cleaning import cleaners
from roadmap.imports.upload import clean_uploads

desk_links.fill("import ideas", lambda: DeskLink(_("Import ideas"), "/desk/import-ideas/", act="import ideas"))
cleaners.fill("uploaded imports", clean_uploads)
