"""{% for_each %} and {% include %} show the same of each component, whatever the values are."""

import random
from typing import Any

import pytest
from django.template import Context, TemplateSyntaxError, engines
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from community.conversations.posts import Action, Post
from community.discussions.rows import Author, Row
from community.feedback.vote_button import VoteButton
from community.lib.avatars import Avatar

HOSTILE = """<script>alert("1 & 2")</script> 'q' &amp; {{ x }} {% y %} 100 %"""


def words_or_none(chance: random.Random) -> str:
    return chance.choice(["", "words", HOSTILE, mark_safe("<em>safe &amp; sound</em>"), "ไทย"])


def a_vote(chance: random.Random) -> VoteButton | None:
    words = words_or_none(chance)
    reason = chance.choice(["", HOSTILE])
    vote = VoteButton("v1", words, chance.randrange(3), chance.random() < 0.5, HOSTILE, reason, chance.random() < 0.5)
    return chance.choice([None, vote])


def an_avatar(chance: random.Random) -> Avatar:
    return Avatar(words_or_none(chance), "teal", chance.choice(["", "/media/a.webp?<&>"]))


def a_post(chance: random.Random) -> Post:
    optional = ("staff", "solution_text", "edited_text", "edited_url", "context_text", "context_url")
    given: dict[str, Any] = {name: words_or_none(chance) for name in (*optional, "reply_url", "quote_url")}
    label: str | Promise = chance.choice([HOSTILE, gettext_lazy("Reply")])
    return Post(
        number=chance.randrange(3),
        permalink="/t/1/x/#1",
        html=mark_safe('<p>1 < 2 & "3"</p>'),
        iso="2026-11-21T09:12:00Z",
        when=HOSTILE,
        author_name=HOSTILE,
        author_url="/members/<>/",
        avatar=an_avatar(chance),
        official=chance.random() < 0.5,
        gone_text=HOSTILE if chance.random() < 0.1 else "",
        vote=a_vote(chance),
        actions=[Action("flag", label, "/f/?a=1&b=2", chance.random() < 0.5) for _ in range(chance.randrange(3))],
        **given,
    )


def a_row(chance: random.Random) -> Row:
    words = ("glyph_label", "place_name", "place_url", "place_colour", "title", "url", "reply_text", "vote_text")
    given: dict[str, Any] = {name: words_or_none(chance) for name in words}
    return Row(
        glyph=chance.choice(["", "solved", "pin", "lock"]),
        labels=[(HOSTILE, "/labels/a/", "red") for _ in range(chance.randrange(3))],
        author=Author(words_or_none(chance)),
        faces=[an_avatar(chance) for _ in range(chance.randrange(4))],
        reply_count=chance.randrange(2000),
        vote_count=chance.randrange(2),
        active_iso="2026-11-21T09:12:00Z",
        active_text=HOSTILE,
        unread=chance.randrange(3),
        unread_text=words_or_none(chance),
        unread_url="/t/1/x/#2",
        **given,
    )


@pytest.mark.parametrize("language", ["en", "pl", "th", "ar", None])
@pytest.mark.parametrize(
    ("name", "variable", "made_up"),
    [("components/post.html", "post", a_post), ("components/thread_row.html", "thread", a_row)],
)
def test_each_component_that_is_shown_by_for_each(name: str, variable: str, made_up: Any, language: str | None) -> None:
    chance = random.Random(name)
    ours = engines["django"].engine
    things = [made_up(chance) for _ in range(150)]
    included = f'{{% for one in things %}}{{% include "{name}" with {variable}=one only %}}{{% endfor %}}'
    each = f'{{% load for_each %}}{{% for_each "{name}" things as {variable} %}}'
    with translation.override(language):
        expected, found = (ours.from_string(way).render(Context({"things": things})) for way in (included, each))
    assert found == expected
    assert len(set(expected.split("data-row"))) > 50  # the values do vary


@pytest.mark.parametrize(
    "written",
    [
        "{% for_each %}",
        "{% for_each 'components/post.html' things %}",
        "{% for_each 'components/post.html' things in post %}",
        "{% for_each component things as post %}",
    ],
)
def test_a_for_each_that_is_written_otherwise_is_refused(written: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="for_each is written"):
        engines["django"].engine.from_string("{% load for_each %}" + written)
