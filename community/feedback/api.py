"""How the API names people, places and labels, and which places a filter means."""

from ninja import Schema

from community.feedback import directory
from community.feedback.models import Label
from community.feedback.places import Place
from community.lib.api import whole
from community.members.models import Member
from community.members.requests import Request


class Author(Schema):
    handle: str
    name: str
    url: str
    is_staff: bool

    @classmethod
    def of(cls, member: Member | None) -> "Author | None":
        if member is None:
            return None
        url = whole(member.get_absolute_url())
        return cls(handle=member.handle, name=member.display_name, url=url, is_staff=member.is_staff)


class Named(Schema):
    slug: str
    name: str
    url: str

    @classmethod
    def of(cls, named: Place | Label) -> "Named":
        return cls(slug=named.slug, name=named.local_name, url=whole(named.get_absolute_url()))


def ids_inside(request: Request, kind: str, slug: str) -> list[int]:
    """The place and those inside it; none where the reader may not know that there is one."""
    places = directory.visible_places(request.site, request.user, kind)
    top = next((place.pk for place in places if place.slug == slug), None)
    return [place.pk for place in places if top in (place.pk, place.parent_id)] if top else []
