"""Which column of a file says what: by the headings that each program writes, or as somebody chose."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from community.lib.csv_files import FileRefused, heading_of

LEAVE_OUT = "-"
FIELDS = {
    "id": _("Number or id"),
    "title": _("Title"),
    "text": _("Text"),
    "markdown": _("Text in Markdown"),
    "status": _("Status"),
    "votes": _("Number of votes"),
    "labels": _("Labels"),
    "area": _("Product area"),
    "author_email": _("E-mail of the author"),
    "created": _("Written on"),
    "url": _("Address of the idea"),
    "readers": pgettext_lazy("column of a file", "Who may read it"),
    "voter_email": _("E-mail of those who voted"),
    "voted": _("Voted on"),
    "answer": pgettext_lazy("official", "Answer"),
    "answered": _("Answered on"),
    "answerer_email": _("E-mail of who answered"),
    "duplicate_of": _("Merged into (its id)"),
}
_GENERIC = {
    "id": "id,key,number,no,idea id,post id,feature id,note id,external id,uuid,หมายเลข,رقم,번호",
    "title": "title,name,feature name,note title,idea,feature,post title,idea title,summary,tytuł,หัวข้อ,العنوان,제목",
    "markdown": "markdown",
    "text": "text,description,details,body,content,post details,note,notes,note text,opis,treść,รายละเอียด,الوصف,내용",
    "status": "status,state,stage,stan,สถานะ,الحالة,상태",
    "votes": "votes,vote count,votes count,score,upvotes,number of votes,głosy,โหวต,الأصوات,투표",
    "labels": "labels,tags,label,tag,etykiety,ป้าย,الوسوم,태그",
    "area": "area,product area,board,category,component,product,forum,obszar",
    "author_email": "author email,email,e mail,creator email,created by email,reporter email,customer email,user email",
    "created": "created,created at,created on,creation date,date,date created,posted at,submitted at,utworzono",
    "url": "url,link,address,post url,permalink",
    "readers": "visibility,private,is private,internal",
    "voter_email": "voter email,voter emails,voters,voter,supporter email,upvoter email",
    "voted": "voted,voted at,vote date,vote created",
    "answer": "answer,response,official response,admin response,status note",
    "answered": "answered,answered at,responded at,response date",
    "answerer_email": "answerer email,responded by email",
    "duplicate_of": "duplicate of,merged into,merged into id,parent id",
}
_OWN = {
    "canny": {
        "id": "post id,id,object id",
        "text": "details,post details",
        "area": "board,board name",
        "labels": "tags,category,categories",
        "votes": "votes,score,vote count",
        "url": "url,post url",
        "author_email": "author email,email",
        "voter_email": "voter email,voters",
        "duplicate_of": "merged into,merged into id,merge post id",
    },
    "uservoice": {
        "id": "suggestion id,idea id",
        "title": "suggestion title,idea title",
        "text": "suggestion body,idea body,idea description",
        "status": "suggestion status name,idea status",
        "votes": "suggestion supporters count,suggestion vote count,suggestion votes count,idea supporters,idea votes",
        "labels": "suggestion labels name,idea labels",
        "area": "suggestion category name,idea category",
        "author_email": "suggestion created by email address,suggestion creator email,suggestion user email address",
        "created": "suggestion created timestamp,suggestion created at,idea created at",
        "url": "suggestion portal url,idea url",
        "voter_email": "user email address,supporter user email address,voter email,email address,email",
        "voted": "supporter created timestamp,supporter created at,vote created at",
        "answer": "suggestion status update body,suggestion last status update body,suggestion response",
        "answered": "suggestion last status update created timestamp,suggestion status updated timestamp",
        "answerer_email": "suggestion last status update created by email address",
        "duplicate_of": "suggestion parent id",
    },
    "fider": {
        "id": "number",
        "text": "description",
        "votes": "votes count",
        "created": "created at",
        "answer": "response",
        "answered": "responded at",
        "duplicate_of": "original number",
    },
    "csv": {},
}
FORMATS = tuple(_OWN)


def format_of(heading: Sequence[str]) -> str:
    """The program that writes such headings; "csv" for any other."""
    names = {heading_of(name) for name in heading}
    if {"number", "original number"} <= names:
        return "fider"
    if any(name.startswith("suggestion ") for name in names):
        return "uservoice"
    return "canny" if "details" in names and names & {"board", "eta", "board name", "post id", "post url"} else "csv"


def guessed(heading: Sequence[str], format: str) -> dict[str, str]:
    """Column → field, for those that are known by their headings; a field is given once."""
    found: dict[str, str] = {}
    for known in (_by_heading(_OWN[format]), _by_heading(_GENERIC) if format != "uservoice" else {}):
        for name in heading:
            field = known.get(heading_of(name), "")
            if field and name not in found and field not in found.values():
                found[name] = field
    return found


def _by_heading(headings: Mapping[str, str]) -> dict[str, str]:
    return {name: field for field, names in headings.items() for name in names.split(",")}


def places(heading: Sequence[str], chosen: Mapping[str, str], format: str) -> dict[str, int]:
    """Field → its place in a line: as it was chosen by column → field, else as guessed. Raises FileRefused."""
    by_name = {heading_of(name): name for name in reversed(heading)} | {name: name for name in heading}
    mapping = guessed(heading, format)
    for name, field in chosen.items():
        column = by_name.get(name) or by_name.get(heading_of(name))  # "Name" and "name" may be two
        if column is None:
            words = gettext("There is no column “%(name)s”. The first line says: %(heading)s.")
            raise FileRefused(words % {"name": name, "heading": ", ".join(heading)[:300]})
        if field not in FIELDS and field != LEAVE_OUT:
            words = gettext("There is no field “%(name)s”. Choose one of %(fields)s, or - to leave it out.")
            raise FileRefused(words % {"name": field, "fields": ", ".join(FIELDS)})
        mapping = {one: other for one, other in mapping.items() if one != column and other != field}
        if field != LEAVE_OUT:
            mapping[column] = field
    if not {"title", "text", "markdown"} & set(mapping.values()):
        words = gettext(
            "No column is the title. The first line says: %(heading)s. Say which one it is; a command is told by "
            '--map "Feature name=title".'
        )
        raise FileRefused(words % {"heading": ", ".join(name[:40] for name in heading[:20])})
    return {field: heading.index(column) for column, field in mapping.items()}
