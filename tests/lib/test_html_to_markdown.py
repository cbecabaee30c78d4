import pytest

from community.lib.html_to_markdown import to_markdown
from community.lib.markdown import render


def markdown(cooked, **options):
    return to_markdown(cooked, **options).markdown


def test_paragraphs_breaks_and_marks():
    cooked = "<p>One <strong>two </strong><em>three</em><br>\nfour <s>five</s></p>\n<p>six</p>\n<hr>"
    assert markdown(cooked) == "One **two** *three*\nfour ~~five~~\n\nsix\n\n---"


def test_code_keeps_its_language_and_its_backticks():
    cooked = '<pre data-code-wrap="cpp"><code class="lang-cpp">a &lt; b\n\n```\n  c</code></pre><p><code>a`b</code></p>'
    assert markdown(cooked) == "````cpp\na < b\n\n```\n  c\n````\n\n``a`b``"
    assert markdown('<pre><code class="lang-auto">x</code></pre>') == "```\nx\n```"


def test_quote_names_its_author_and_post():
    cooked = (
        '<aside class="quote no-group" data-username="ann_b" data-post="3" data-topic="7"><div class="title">'
        '<div class="quote-controls"></div><img class="avatar" src="/a.png"> ann_b:</div>'
        "<blockquote><p>Hello</p><p>you</p></blockquote></aside><p>Yes</p>"
    )
    assert markdown(cooked) == "> **ann_b** wrote:\n>\n> Hello\n>\n> you\n\nYes"
    linked = markdown(cooked, quote_link=lambda topic, post: f"/t/{topic}/?post={post}")
    assert linked.startswith("> **ann_b** [wrote](/t/7/?post=3):\n")


def test_nested_lists_and_their_numbers():
    cooked = '<ol start="3"><li>a<ul><li>b</li><li><p>c</p><pre><code>d</code></pre></li></ul></li><li>e</li></ol>'
    assert markdown(cooked) == "3. a\n   - b\n   - c\n\n     ```\n     d\n     ```\n4. e"
    assert render(markdown(cooked)).html.count("<li") == 4


def test_tables():
    cooked = "<table><thead><tr><th>a</th><th>b|c</th></tr></thead><tbody><tr><td>1<br>2</td></tr></tbody></table>"
    assert markdown(cooked) == "| a | b\\|c |\n| --- | --- |\n| 1 2 |  |"


def test_a_table_in_a_table_says_its_words_once_and_ends_soon():
    inner = "<table><tr><td>b</td></tr></table>"
    assert markdown(f"<table><tr><td>a{inner}</td><td>d</td></tr></table>").endswith("\n| a b | d |")
    # Each table once read all tables inside it again: 100 of them took three seconds, 2,000 never ended.
    assert "words" in markdown("<table><tr><td>" * 2_000 + "words")


def test_pictures_become_links():
    assert markdown('<p><img src="/u/cat.png" alt="a cat"></p>', base_url="https://f.example") == (
        "[a cat](https://f.example/u/cat.png)"
    )
    lightbox = (
        '<div class="lightbox-wrapper"><a class="lightbox" href="//f.example/big.png" title="big"><img src="/s.png">'
        '<div class="meta"><span class="filename">big</span></div></a></div>'
    )
    assert markdown(lightbox) == "[big](https://f.example/big.png)"
    assert markdown('<p>hi <img class="emoji" alt=":tada:" src="/e.png"></p>') == "hi 🎉"


def test_mentions_hashtags_and_math():
    cooked = (
        '<p><a class="mention" href="/u/ann">@ann</a> <a class="hashtag-cooked" href="/c/dev">'
        '<span class="hashtag-icon-placeholder"></span><span>dev</span></a> <span class="math">x_1^2</span></p>'
    )
    assert markdown(cooked) == "@ann [#dev](/c/dev) `x_1^2`"


def test_oneboxes_are_links_with_a_short_description():
    cooked = (
        '<aside class="onebox" data-onebox-src="https://a.example/1"><header class="source"><img class="site-icon">'
        '<a href="https://a.example">a.example</a></header><article class="onebox-body"><h3>'
        '<a href="https://a.example/1">The title</a></h3><p>The words.</p></article></aside>'
    )
    assert markdown(cooked) == "[The title](https://a.example/1)\n\n> The words."


def test_details_polls_videos_and_footnotes():
    assert markdown("<details><summary>More</summary><p>x</p></details>") == "**More**\n\nx"
    poll = '<div class="poll"><div class="poll-container"><ul><li>Yes</li><li>No</li></ul></div><div class="poll-info">2</div></div>'
    assert markdown(poll) == "- Yes\n- No"
    assert markdown('<div class="lazyYT" data-youtube-id="q1" data-youtube-title="Film"></div>') == (
        "[Film](https://www.youtube.com/watch?v=q1)"
    )
    assert markdown('<p>a<sup class="footnote-ref"><a href="#fn">[1]</a></sup></p>') == "a\\[1\\]"
    assert markdown("<p>x<sup>2</sup> H<sub>2</sub>O <kbd>Ctrl</kbd></p>") == "x² H₂O `Ctrl`"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("snake_case and a * b", "snake_case and a * b"),
        ("*stars*", "\\*stars\\*"),
        ("_lines_", "\\_lines\\_"),
        ("a `tick", "a \\`tick"),
        ("# no heading", "\\# no heading"),
        ("1. no list", "1\\. no list"),
        ("- no list", "\\- no list"),
        ("[x](y)", "[x]\\(y)"),
        ("a &amp;lt; b", "a \\&lt; b"),
        ("vector&lt;int&gt;", "vector<int>"),
    ],
)
def test_words_stay_words(words, expected):
    assert markdown(f"<p>{words}</p>") == expected
    import html

    assert html.escape(html.unescape(words), quote=False) in render(expected).html


def test_bare_addresses_stay_bare():
    assert markdown('<p>See <a href="https://a.example/x">https://a.example/x</a></p>') == "See https://a.example/x"
    assert markdown('<p><a href="https://a.example/x_(y)">z</a></p>') == "[z](<https://a.example/x_(y)>)"
    assert markdown('<p><a href="javascript:alert(1)">z</a></p>') == "z"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "<",
        "<p",
        "<p><b>x</p></b>",
        "</div>" * 5,
        "<![CDATA[x",
        "<!--",
        "<li>x",
        "<td>x",
        "\x00x",
        "<a href='http://[x'>y</a>",
        "<ol start='99999999999999999999'><li>x</ol>",
        "<table><table><tr>",
        "<" * 5_000,
        "&#xfffffff;",
    ],
)
def test_broken_html_never_raises(broken):
    to_markdown(broken, base_url="https://f.example")


@pytest.mark.parametrize("tag", ["div", "blockquote", "ul><li", "b", "span", "aside class=quote"])
def test_A10_deep_nesting_loses_no_words_and_renders(tag):
    converted = to_markdown(f"<{tag}>" * 2_000 + "words")
    assert "words" in converted.markdown
    assert "words" in render(converted.markdown).text


def test_unknown_things_are_counted_and_kept_as_words():
    converted = to_markdown('<p><blink>a</blink> <span class="fancy">b</span></p>')
    assert converted.markdown == "a b"
    assert converted.not_understood == {"<blink>": 1, "span.fancy": 1}


def test_code_of_several_lines_outside_pre_keeps_its_lines():
    assert markdown("<p>See <code>a\n  b</code></p>") == "See\n\n```\na\n  b\n```"
