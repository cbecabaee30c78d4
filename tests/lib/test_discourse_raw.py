"""The marks of Discourse's own dialect."""

import pytest

from community.lib import discourse_raw


@pytest.mark.parametrize(
    ("raw", "markdown"),
    [
        ('a\n[quote="b"]\nc\n[/quote]\nd', "a\n\n> **b** wrote:\n>\n> c\n\nd"),
        ('[quote="a"]\n[quote="b"]\nx\n[/quote]\ny\n[/quote]\nz', None),
        ("```\n[quote]x[/quote]\n```", "```\n[quote]x[/quote]\n```"),
        ("[quote] never ends", "[quote] never ends"),
        ("[code]\n[quote]x[/quote]\n[/code]\ny", "```\n[quote]x[/quote]\n```\ny"),
        ('[quote="b"]\nc\n\n[/quote]\n\n\nd', "> **b** wrote:\n>\n> c\n\nd"),
        ("![a|10x20](upload://Xy1.png)", "![a](https://cdn.example/1.png)"),
        ('[details="More"]\nx\n[/details]', "**More**\nx"),
        ("[code=sql]\nselect 1", "```sql\nselect 1\n```"),
        ("[date=2026-04-08 time=14:00:00 timezone=Etc/UTC]", "2026-04-08 14:00:00 Etc/UTC"),
    ],
)
def test_marks_of_discourse_become_markdown(raw: str, markdown: str | None) -> None:
    cooked = '<img src="https://cdn.example/1.png" data-base62-sha1="Xy1">'
    found = discourse_raw.to_markdown(raw, cooked=cooked)
    if markdown is None:
        assert found.split("\n")[-1] == "z"
        assert "> > x" in found
        assert "\n> y" in found
    else:
        assert found == markdown
