"""Which column of a file says what: by the headings that each program writes, or as somebody chose."""

import re
from collections.abc import Mapping, Sequence

from community.lib.csv_files import FileRefused, heading_of

LEAVE_OUT = "-"
FIELDS = (
    "id", "score", "comment", "answered", "email", "person", "name", "company", "plan", "revenue", "language",
)  # fmt: skip
_GENERIC = {
    "id": "id,response id,answer id,survey response id,uuid,key",
    "score": "score,rating,nps,nps score,value,answer,csat,ces,ocena,wynik,คะแนน,الدرجة,점수",
    "comment": "comment,comments,feedback,text,reason,verbatim,open feedback,komentarz,ความคิดเห็น,التعليق,의견",
    "answered": "answered,answered at,responded at,response date,submitted at,created at,created,date,timestamp,time",
    "email": "email,e mail,email address,person email,customer email,user email,contact email",
    "person": "external id,user id,customer id,person id,contact id",
    "name": "name,person name,customer name,full name,user name",
    "company": "company,company name,account,account name,organisation,organization",
    "plan": "plan,plan name,subscription,tier",
    "revenue": "revenue,monthly revenue,mrr",
    "language": "language,locale,lang",
}
_OWN = {
    "delighted": {
        "id": "response id,survey response id,id",
        "answered": "response date,responded at,created at,date",
        "email": "person email,email",
        "name": "person name,name",
        "person": "person properties customer id,customer id",
        "language": "delighted locale,person properties locale,locale,language",
        "plan": "person properties plan,plan",
        "company": "person properties company,company",
    },
    "formbricks": {
        "id": "response id",
        "answered": "timestamp,created at,submitted at",
        "person": "user id",
        "email": "email,contact email",
        "language": "language,response language",
        "comment": "",
        "score": "",
    },
    "csv": {},
}
FORMATS = tuple(_OWN)
_QUESTION = re.compile(r"\d+\. ")  # how Formbricks heads the columns of its questions
_NUMBER = re.compile(r"\d{1,2}(\.0+)?")


def format_of(heading: Sequence[str]) -> str:
    """The program that writes such headings; "csv" for any other."""
    names = {heading_of(name) for name in heading}
    if "response id" in names and ("finished" in names or any(name.startswith("formbricks") for name in names)):
        return "formbricks"
    is_delighted = any(name.startswith(("delighted", "person properties")) for name in names)
    return "delighted" if is_delighted or {"survey type", "score"} <= names else "csv"


def places(
    heading: Sequence[str], chosen: Mapping[str, str], format: str, sample: Sequence[Sequence[str]]
) -> dict[str, int]:
    """Field → its place in a line: as it was chosen by column → field, else as guessed. Raises FileRefused."""
    mapping = _guessed(heading, format)
    mapping = _chosen(heading, chosen, mapping)
    if format == "formbricks":
        left_out = {heading_of(name) for name, field in chosen.items() if field == LEAVE_OUT}
        _add_questions(heading, mapping, sample, left_out)
    for field, words in (("score", "No column is the score."), ("answered", "No column is the date.")):
        if field not in mapping:
            more = "The first line says: %(heading)s. Say which one it is by --map “COLUMN=%(field)s”."
            told = {"heading": ", ".join(name[:40] for name in heading[:20]), "field": field}
            raise FileRefused(f"{words} {more % told}")
    return mapping


def _guessed(heading: Sequence[str], format: str) -> dict[str, int]:
    found: dict[str, int] = {}
    names = [heading_of(name) for name in heading]
    for field in FIELDS:
        known = _OWN[format].get(field, _GENERIC[field])
        place = next((names.index(name) for name in known.split(",") if name and name in names), None)
        if place is not None and place not in found.values():
            found[field] = place
    return found


def _chosen(heading: Sequence[str], chosen: Mapping[str, str], found: dict[str, int]) -> dict[str, int]:
    names = [heading_of(name) for name in heading]
    for name, field in chosen.items():
        if heading_of(name) not in names:
            words = "There is no column “%(name)s”. The first line says: %(heading)s."
            raise FileRefused(words % {"name": name, "heading": ", ".join(heading)[:300]})
        if field not in FIELDS and field != LEAVE_OUT:
            words = "There is no field “%(name)s”. Choose one of %(fields)s, or - to leave it out."
            raise FileRefused(words % {"name": field, "fields": ", ".join(FIELDS)})
        place = names.index(heading_of(name))
        found = {one: other for one, other in found.items() if other != place and one != field}
        if field != LEAVE_OUT:
            found[field] = place
    return found


def _add_questions(
    heading: Sequence[str], found: dict[str, int], sample: Sequence[Sequence[str]], left_out: set[str]
) -> None:
    """Of a file whose columns are headed by questions: the first that is answered with numbers is the score, the
    first after it that is answered with words the comment."""
    free = [
        at
        for at, name in enumerate(heading)
        if _QUESTION.match(name) and at not in found.values() and heading_of(name) not in left_out
    ]
    for at in free:
        said = [cells[at].strip() for cells in sample if at < len(cells) and cells[at].strip()]
        is_number = bool(said) and all(_NUMBER.fullmatch(cell) for cell in said)
        if is_number and "score" not in found:
            found["score"] = at
        elif said and not is_number and "score" in found and "comment" not in found and at > found["score"]:
            found["comment"] = at
