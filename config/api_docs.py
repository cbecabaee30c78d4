"""The OpenAPI document as a page for people: each address, what it takes and what it answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

Json = dict[str, Any]
TYPES = {"integer": "integer", "number": "number", "string": "string", "boolean": "true · false"}


class Field(NamedTuple):
    name: str
    type: str
    about: str
    is_required: bool


@dataclass(frozen=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    parameters: list[Field]
    answer: list[Field]
    example: str  # an address that can be opened, where there is one without a number in it


def operations(document: Json) -> list[Operation]:
    return [_operation(path, one["get"], document) for path, one in document["paths"].items()]


def _operation(path: str, said: Json, document: Json) -> Operation:
    # What stands in the address first, how many and from where on last.
    asked_for = sorted(said["parameters"], key=lambda one: (one["in"] != "path", one["name"] in ("limit", "after")))
    parameters = [
        Field(one["name"], _type(one["schema"], may_be_null=False), _(one["description"]), one["required"])
        for one in asked_for
    ]
    schema = said["responses"]["200"]["content"]["application/json"]["schema"]
    query = "?q=export" if any(one.name == "q" for one in parameters) else ""
    example = "" if "{" in path else path + query
    anchor = path.removeprefix("/api/v1/").replace("/", "-").strip("{}").replace("{", "")
    return Operation(anchor, "GET", path, _(said["summary"]), parameters, list(_fields(schema, document)), example)


def _fields(schema: Json, document: Json, before: str = "") -> Iterator[Field]:
    """Every field, those of what is inside it with its name in front: `results[].title`."""
    for name, said in _meant(schema, document).get("properties", {}).items():
        inner = next((one for one in said.get("anyOf", [said]) if one.get("type") != "null"), said)
        is_list = inner.get("type") == "array"
        inside = _meant(inner.get("items", {}) if is_list else inner, document)
        shown = before + name + ("[]" if is_list else "")
        if "properties" in inside:
            yield from _fields(inside, document, f"{shown}.")
        else:
            yield Field(shown, _type(said), _(said["description"]) if "description" in said else "", True)


def _meant(schema: Json, document: Json) -> Json:
    """What a reference names."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Json = document["components"]["schemas"][name] if name else schema
    return found


def _type(schema: Json, *, may_be_null: bool = True) -> str:
    choices = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    one = choices[0] if choices else schema
    if "enum" in one:
        return " · ".join(one["enum"])
    kind = "ISO 8601" if one.get("format") == "date-time" else TYPES.get(one.get("type", ""), "string")
    return f"{kind} · null" if may_be_null and len(choices) < len(schema.get("anyOf", [schema])) else kind
