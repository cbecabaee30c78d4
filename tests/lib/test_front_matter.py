"""The lines above a Markdown file."""

import pytest

from community.lib import front_matter


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("title: Plain words", "Plain words"),
        ('title: "With: a colon # and a sign"', "With: a colon # and a sign"),
        ("title: 'It''s here'", "It's here"),
        ("title: words # a remark", "words"),
        ("title: C# and F#", "C# and F#"),
        ("title:", ""),
        ("title: null", ""),
        ("Title: [a, 'b, c', \"d\"]", ["a", "b, c", "d"]),
        ("title:\n  - a\n  - 'b: c'", ["a", "b: c"]),
        ("title:\n- a\n- b", ["a", "b"]),
        ("title: |\n  one\n  two", "one\ntwo"),
        ("title: >\n  one\n  two", "one two"),
        ("title: one\n  two", "one two"),
        ("title: ใบแจ้งหนี้", "ใบแจ้งหนี้"),
        ("'title': x", "x"),
    ],
)
def test_reads_what_people_write(written: str, read: object) -> None:
    fields, body = front_matter.read(f"---\n{written}\nother: yes\n---\n\nThe *body*\n---\nrest\n")
    assert fields["title"] == read
    assert fields["other"] == "yes"
    assert body == "The *body*\n---\nrest\n"


def test_what_has_none_is_body() -> None:
    for text in ("No fields", "---\nnever ends", "", "# A\n---\nb: c\n---\n"):
        assert front_matter.read(text) == ({}, text)
    assert front_matter.read("\ufeff---\r\na: b\r\n---\r\nx")[0] == {"a": "b"}


@pytest.mark.parametrize(
    "words", ["a", "true", "a: b", "'", '"', "- x", "#", "[a]", "ا ب", "a\nb", "\\", "{", " a", "1"]
)
def test_reads_back_what_it_wrote(words: str) -> None:
    fields, body = front_matter.read(front_matter.write({"one": words, "many": [words, "x"], "none": ""}, "Body"))
    assert fields == {"one": words, "many": [words, "x"]}
    assert body == "Body\n"
