"""BBCode that stands in cooked HTML as words, in the shapes that a forum moved from phpBB has."""

import random
import time

import pytest
from bs4 import BeautifulSoup

from community.lib.html_to_markdown import to_markdown
from community.lib.html_to_markdown.bbcode_rewriting import rewritten


def markdown(cooked, **options):
    return to_markdown(cooked, **options).markdown


def test_code_over_paragraphs_and_indented_parts_is_one_block():
    cooked = (
        "<p>Look:</p>\n<p>[code]void A::Set(int q)<br>\n{<br>\nif (!q)<br>\nreturn;</p>\n"
        "<pre><code>q &amp;= 16;\nif (a-&gt;b &lt; q)\n    q = 1;\n</code></pre>\n<p>}[/code]</p>\n<p>Why?</p>"
    )
    assert markdown(cooked) == (
        "Look:\n\n```\nvoid A::Set(int q)\n{\nif (!q)\nreturn;\n\n    q &= 16;\n    if (a->b < q)\n        q = 1;\n}\n```\n\nWhy?"
    )


def test_code_may_end_in_its_indented_part():
    cooked = "<p>[code]    a<br>\nb</p>\n<pre><code>\tc;\n}[/code]\n</code></pre>\n<p>words</p>"
    assert markdown(cooked) == "```\n    a\nb\n\n\t\tc;\n\t}\n```\n\nwords"
    quoted = "<p>[quote=“ann”][code]a</p>\n<pre><code>b[/code][/quote]\n</code></pre>\n<p>yes</p>"
    assert markdown(quoted) == "> **ann** wrote:\n>\n> ```\n> a\n>\n>     b\n> ```\n\nyes"


def test_code_gets_back_what_was_made_pretty():
    cooked = (
        "<p>[CODE=cpp]<span class='hashtag'>#include</span> “…/a.h”<br>\nx = ‘c’; i–; f(…); // 1 ± 2<br>\n"
        "<span class='hashtag'>#define</span> <strong>APP</strong> int <em>a, int</em> b</p>\n<h1>a comment</h1>\n<h1></h1>\n"
        "<ul>\n<li>one</li>\n<li>two[/CODE]</li>\n</ul>"
    )
    assert markdown(cooked) == (
        "```cpp\n#include \"../a.h\"\nx = 'c'; i--; f(...); // 1 +- 2\n#define __APP__ int *a, int* b\n\n# a comment\n#\n\n"
        "- one\n- two\n```"
    )


def test_code_in_a_line_parts_the_line():
    assert markdown("<p>so <b>[code]a_b[/code] is</b> it</p>") == "so\n\n```\na_b\n```\n\n**is** it"


def test_quotes_in_quotes():
    cooked = "<p>[quote=“ann”][quote=“Bo &amp; co”]one<br>\ntwo[/quote]</p>\n<p>three[/quote]<br>\nfour</p>"
    assert markdown(cooked) == "> **ann** wrote:\n>\n> > **Bo & co** wrote:\n> >\n> > one\n> > two\n>\n> three\n\nfour"
    assert markdown("<p>[quote]<br>\na</p><ul><li>b[/quote]</li><li>c</li></ul>") == "> a\n>\n> - b\n\n- c"


def test_quote_names_the_post():
    cooked = '<p>[QUOTE="ann_b, post:3, topic:7, full:true"]hi[/QUOTE]</p>'
    linked = markdown(cooked, quote_link=lambda topic, post: f"/t/{topic}/?post={post}")
    assert linked == "> **ann_b** [wrote](/t/7/?post=3):\n>\n> hi"


def test_quote_in_an_item_stays_in_it():
    assert markdown("<ul><li><p>a [quote]b[/quote] c</p></li><li>d</li></ul>") == "- a\n\n  > b\n\n  c\n- d"


def test_a_quote_cut_off_at_the_end_of_the_one_in_it():
    title = '<div class="title"><div class="quote-controls"></div> ann:</div>'
    cooked = (
        f'<aside class="quote">{title}<blockquote>\n<p>[quote=“bo”]inner</p>\n</blockquote></aside>\n'
        "<p>outer</p>\n<p>too[/quote]<br>\nmine</p>"
    )
    assert markdown(cooked) == "> **ann** wrote:\n>\n> > **bo** wrote:\n> >\n> > inner\n>\n> outer\n>\n> too\n\nmine"
    alone = cooked.replace("[/quote]", "")
    assert "> [quote=“bo”]inner" in markdown(alone + "<p>[b]x[/b] [/code]</p>")


def test_lists_with_words_beside_their_items():
    cooked = (
        "<p>So:<br>\n[ul]<br>\n[li] one[/li]<br>\n[li]two [ol][li]a <em>b</em>[/li][/ol][/li]</p>\n"
        "<p>loose<br>\n[li]three[/li][/ul]<br>\nafter</p>"
    )
    assert markdown(cooked) == "So:\n\n- one\n- two\n  1. a *b*\n- loose\n- three\n\nafter"
    drawn_in = "<p>[ul][li]a:</p>\n<ul>\n<li>b</li>\n<li>c[/li]<br>\n[li]d[/li]<br>\n[li]e[/li][/ul]</li>\n</ul>"
    assert markdown(drawn_in) == "- a:\n  - b\n  - c\n- d\n- e"
    assert markdown("<p>[ul]<br>\na<br>\nb<br>\n[/ul]</p>") == "a\nb"
    assert markdown("<p>[ul]</p>\n<ul><li>a</li><li>b<br>\n[/ul]</li></ul>") == "- a\n- b"


def test_colours_sizes_and_spoilers_keep_their_words():
    cooked = (
        "<p><b>[size=150]New[/size]</b> [color=#FF0000]red [Color=red]er[/color][/color] [spoiler]end[/spoiler]</p>"
    )
    assert markdown(cooked) == "**New** red er end"


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        (
            '[video]<a href="https://f.example/v?w=1%5B/video%5D">https://f.example/v?w=1[/video]</a>',
            "https://f.example/v?w=1",
        ),
        ("[gist]0ab12[/gist]", "https://gist.github.com/0ab12"),
        ("[gist]ann/0ab12[/gist]", "https://gist.github.com/ann/0ab12"),
        ("[pastebin]aB3[/pastebin]", "https://pastebin.com/aB3"),
        ("[gist]some words[/gist]", "[gist]some words[/gist]"),
        ("[video]javascript:alert(1)[/video]", "[video]javascript:alert(1)[/video]"),
    ],
)
def test_films_and_gists_are_links(typed, link):
    assert markdown(f"<p>{typed}<br>\nmore</p>") == f"{link}\nmore"


@pytest.mark.parametrize(
    ("cooked", "expected"),
    [
        ("<p>a[i] = b[b]; [b]x[/b] [x] [color=red]</p>", "a[i] = b[b]; [b]x[/b] [x] [color=red]"),
        ("<p>[code] and [quote=“a”] end with [/li]</p>", "[code] and [quote=“a”] end with [/li]"),
        ("<p><code>[code]a[/code]</code> [/quote]</p>", "`[code]a[/code]` [/quote]"),
        ("<pre><code>[/code] a [code]\n[quote]b[/quote]</code></pre>", "```\n[/code] a [code]\n[quote]b[/quote]\n```"),
        ("<p>[code]a[li]b[/li][/code]</p>", "```\na[li]b[/li]\n```"),
        ("<p>[code] [code]a[/code]</p>", "[code]\n\n```\na\n```"),
        ("<p>[li]a[/li] [quote]b[/ul]</p>", "[li]a[/li] [quote]b[/ul]"),
        ("<blockquote><p>[code]a</p></blockquote><p>b[/code]</p>", "> [code]a\n\nb[/code]"),
        ("<p>[quote][ul][li]a[/quote]</p>", "> [ul]\\[li]a"),
    ],
)
def test_what_is_not_balanced_or_stands_in_code_stays(cooked, expected):
    assert markdown(cooked) == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "[quote]" * 10_000 + "words" + "[/ul]" * 10_000,
        "[quote]" * 5_000 + "words" + "[/quote]" * 5_000,
        "[ul][li]" * 5_000 + "words" + "[/li][/ul]" * 5_000,
        "<div>" * 2_000 + "[quote]words[/quote]",
        "[code]" * 20_000 + "words[/code]",
        "[code][/code]words" * 20_000,
        "<p>[ul]" * 3_000 + "words[/ul]" * 3_000,
        "<a href='/" + "x" * 100_000 + "'>" + "[quote]words[/quote]" * 3_000,
        "<aside class=quote><blockquote>[quote]words</blockquote></aside>" * 3_000 + "[/quote]" * 3_000,
        "[gist]" * 20_000 + "words[/gist]",
        "[color=" * 50_000 + "words[/color]",
        "[code]" + " " * 500_000 + "words[/code]",
        "[quote]words[/quote] " * 95_000,
    ],
)
def test_A10_hostile_marks_end_soon_and_lose_no_words(hostile):
    assert len(hostile) < 2_000_000
    began = time.thread_time()
    converted = to_markdown(hostile).markdown
    assert time.thread_time() - began < 20  # each takes at most about two seconds; what is quadratic takes minutes
    assert "words" in converted


def test_no_order_of_marks_and_tags_raises_or_loses_words():
    chance = random.Random(7)
    kinds = ["quote", "ul", "li", "code", "color", "gist", "spoiler"]
    tags = ["p", "ul", "li", "b", "pre", "code", "blockquote", "aside class=quote", "a href=/x", "td", "h1", "em"]
    for _ in range(400):
        pieces = []
        for number in range(chance.randint(2, 40)):
            kind, tag = chance.choice(kinds), chance.choice(tags)
            pieces += chance.choice(
                [[f"[{kind}]"], [f"[{kind}=x]"], [f"[/{kind}]"] * 2, [f"<{tag}>"], [f"</{tag.split()[0]}>"], ["<br>\n"]]
            )
            pieces.append(f"w{number}. ")
        cooked = "".join(pieces)
        to_markdown(cooked)
        again = rewritten(BeautifulSoup(cooked, "html.parser"))
        words = cooked if again is None else BeautifulSoup(again, "html.parser").get_text()
        assert [n for n in range(len(pieces)) if f"w{n}. " in cooked and f"w{n}." not in words] == [], cooked
