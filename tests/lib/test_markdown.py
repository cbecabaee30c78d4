import re

import pytest

from community.lib.code_blocks import LANGUAGES
from community.lib.markdown import LONGEST_SOURCE, MarkdownRefused, check_text, excerpt, render
from community.lib.safe_links import Reach, encode, is_own_picture, reach
from tests.quick import takes_less


def html(source, *known):
    return render(source, known_handles=lambda candidates: known).html


def everyone(candidates):
    return candidates


def size_or_refusal(source):
    """The size of the HTML, 0 for a text that was refused; anything else that is raised fails the test."""
    try:
        return len(render(source, known_handles=everyone).html)
    except MarkdownRefused as refused:
        return 0 if refused.code.startswith("too_") else 10**9


def test_A1_script_is_shown_as_text():
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html("<script>alert(1)</script>")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java&#115;cript&colon;alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "<java\tscript:alert(1)>",
        "&#1;javascript:alert(1)",
        "%01javascript:alert(1)",
        "data:text/html,x",
        "DATA:image/svg+xml;base64,AAAA",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "https:evil.example",
        "https:/evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "relative.html",
    ],
)
def test_A2_A3_unsafe_address_is_not_a_link(address):
    for source in (f"[x]({address})", f"![x]({address})", f"[x][1]\n\n[1]: {address}"):
        assert "<a" not in html(source), source
        assert "<img" not in html(source), source


def test_A2_newline_and_control_character_in_the_scheme():
    assert "<a" not in html("[x](java\nscript:alert(1))")
    assert "<a" not in html("<javascript:alert(1)>")
    with pytest.raises(MarkdownRefused):
        render("[x](\x01javascript:alert(1))")


def test_A4_title_and_alt_cannot_break_out():
    shown = html('![a" onerror="alert(1)](/media/a.png "b\\" onload=\\"x")\n\n[x](/t/1/ "q\\" onclick=\\"y")')
    assert " onerror=" not in re.sub(r'"[^"]*"', '""', shown)
    assert " onclick=" not in re.sub(r'"[^"]*"', '""', shown)
    assert 'alt="a&quot; onerror=&quot;alert(1)"' in shown


def test_A5_info_string_is_no_way_out_of_the_class():
    shown = html('```"><script>\nx\n```')
    assert shown == '<pre class="code" dir="ltr" tabindex="0"><code>x\n</code></pre>\n'


@pytest.mark.parametrize("bait", ["<svg onload=alert(1)>", "<math><mtext><table><mglyph><style><img src=x onerror=a>"])
def test_A6_foreign_markup_is_text(bait):
    shown = html(bait)
    assert re.findall(r"<(\w+)", shown) == ["p"]


def test_A8_protocol_relative_link_is_external():
    assert html("[x](//evil.example)") == (
        '<p dir="auto"><a href="//evil.example" rel="nofollow ugc noopener">x</a></p>\n'
    )


def test_A9_reference_bomb():
    for length in (1_800, 20_000):
        source = f"[a]: http://x.example/{'y' * length}\n\n" + "[a]" * 8_000
        assert size_or_refusal(source) < 100_000
        assert takes_less(1, lambda source=source: size_or_refusal(source))
    with pytest.raises(MarkdownRefused):
        render("".join(f"[a{n}]: /b\n" for n in range(600)))


HEAVY = {
    "quotes": ">" * 20_000,
    "spaced quotes": "> " * 20_000,
    "brackets": "[" * 20_000,
    "pictures": "![" * 20_000,
    "bracket lines": "[a\n" * 16_000,
    "stars": "*" * 50_000,
    "stars and words": "*a " * 16_000,
    "mixed marks": "*_" * 25_000,
    "lists": "- " * 20_000 + "a",
    "staircase": "".join("  " * depth + "- a\n" for depth in range(200)),
    "items": "- a\n" * 12_000,
    "colons": ":" * 50_000,
    "shortcodes": ":a:" * 16_000,
    "schemes": "http://" * 7_000,
    "open angles": "<http://" * 6_000,
    "links": "[a](b)" * 8_000,
    "ats": "@ab " * 12_000,
    "backticks": "".join("`" * length + "a" for length in range(300)),
    "wide table": "|".join("a" * 5_000) + "\n" + "|".join("-" * 5_000) + "\n" + "a\n" * 4_000,
    "5000 cells": "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + ("|a" * 100 + "|\n") * 49,
    "coloured code": "```cpp\n" + "+-" * 5_000 + "\n```",
    "empty lines of code": "```java\n" + "\n" * 5_500 + "```",
    "code lines": "```csharp\n" + "a\n" * 5_500 + "```",
    "fences": "```cpp\nint a;\n```\n" * 1_900,
    "angles": "<" * 50_000,
    "ampersands": "&" * 50_000,
    "lines": "a\n" * 25_000,
    "words": "word " * 10_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_A10_heavy_markup_is_cheap(name):
    assert size_or_refusal(HEAVY[name]) <= 650_000
    assert takes_less(1, lambda: size_or_refusal(HEAVY[name]))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_A10_no_language_colours_slowly(language):
    render(f"```{language}\na\n```")  # loads it
    for code in ("\n" * 5_000, "a\n" * 5_000, "a b " * 5_000, "a<" * 5_000, ("x = (" * 60 + "\n") * 70):
        assert takes_less(0.8, lambda code=code: render(f"```{language}\n{code}\n```"))


def test_A11_zalgo_is_calmed_and_long_words_survive():
    assert check_text("a" + "\u0301\u0323" * 5_000).count("\u0301") < 9
    assert len(check_text("a" + "\u0301\U0001d165" * 5_000)) < 20
    assert "a" * 20_000 in html("a" * 20_000)
    assert takes_less(0.5, lambda: check_text("a" + "\u0301\u0323" * 25_000))


@pytest.mark.parametrize(
    "words", ["กี่ ที่ น้ำ ผู้ใหญ่", "السَّلَامُ عَلَيْكُمْ", "क्ष्म्य र्त्स्न्य", "한국어 \u1112\u1161\u11ab", "tiếng Việt", "שָׁלוֹם"]
)
def test_A11_scripts_with_many_marks_stay_whole(words):
    import unicodedata

    whole = unicodedata.normalize("NFC", words)
    assert check_text(words) == whole
    assert whole in html(words)


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "a\x1bb", "\x0b"])
def test_A14_characters_no_database_takes_are_refused(bad):
    for refuse in (check_text, render):
        with pytest.raises(MarkdownRefused) as refused:
            refuse(bad)
        assert refused.value.code == "control_character"


def test_A14_line_ends_and_tabs_are_fine():
    assert check_text("a\r\nb\rc\td\n") == "a\nb\nc\td\n"
    assert check_text("e\u0301") == "é"


def test_A15_no_ids_and_classes_of_users():
    shown = html('<b class="btn" id="login">x</b>\n\n# Title {#login .btn}\n\n```btn\nx\n```')
    assert not re.search(r"<[^>]*\bid=", shown)
    assert not re.search(r'<[^>]*class="(?!code)', shown)


def test_A16_styles_are_text():
    shown = html("<style>*{position:fixed}</style>\n\n|a|\n|-:|\n|b|")
    assert "<style" not in shown
    assert "style=" not in shown
    assert '<td class="align-right" dir="auto">b</td>' in shown


def test_A18_external_links_carry_rel_and_own_ones_do_not():
    assert 'rel="nofollow ugc noopener"' in html("https://example.com/")
    assert html("[a](/t/1/)") == '<p dir="auto"><a href="/t/1/">a</a></p>\n'
    assert "target" not in html("https://example.com/")


def test_A11_marks_written_as_entities_are_calmed_too():
    assert html("a" + "&#x301;" * 500).count("\u0301") == 8


def test_direction_overrides_are_removed_also_from_code():
    for shown in (html("a\u202eb\u2066c"), html("`a\u202eb\u2066c`")):
        assert "abc" in shown
    assert "\u202e" not in html("a&#x202e;b")


def test_too_long_is_refused():
    with pytest.raises(MarkdownRefused) as refused:
        render("a" * (LONGEST_SOURCE + 1))
    assert refused.value.code == "too_long"


def test_a_refusal_says_its_numbers():
    assert str(MarkdownRefused("At most %(limit)d.", "too_long", limit=5)) == "At most 5."


def test_people_are_mentioned_outside_code_and_links():
    asked = []

    def known(candidates):
        asked.append(candidates)
        return {"ann", "bo-x"}

    shown = render("Hi @Ann, @bo-x. `@cy` [@sam](/t/1/) a@ann.example \\@ann @nobody", known_handles=known)
    assert '<a href="/members/ann/" class="mention">@Ann</a>, ' in shown.html
    assert '<a href="/members/bo-x/" class="mention">@bo-x</a>. ' in shown.html
    assert shown.html.count("mention") == 2
    assert shown.mentions == {"ann", "bo-x"}
    assert not {"cy", "sam"} & asked[0]


@pytest.mark.parametrize(
    ("source", "handle"),
    [
        ("@ann님", "ann"),
        ("@annครับ", "ann"),
        ("@สมชาย", "สมชาย"),
        ("@ann.Thanks", "ann"),
        ("@a.b_c", "a.b_c"),
        ("(@ann)", "ann"),
    ],
)
def test_handles_without_spaces_after_them(source, handle):
    assert render(source, known_handles=lambda candidates: {handle}).mentions == {handle}


@pytest.mark.parametrize("source", ["@a", "@" + "a" * 31, "@-ann", "x@ann"])
def test_these_are_no_handles(source):
    assert render(source, known_handles=everyone).mentions == frozenset()


def test_nobody_is_asked_when_nobody_is_named():
    render("no names", known_handles=lambda candidates: pytest.fail("asked"))


def test_only_own_pictures_are_loaded():
    assert html("![cat](/media/a/b.webp)") == (
        '<p dir="auto"><img src="/media/a/b.webp" alt="cat" loading="lazy" decoding="async"></p>\n'
    )
    far = html("![cat](https://pics.example/cat.png) [![dog](https://pics.example/d.png)](https://a.example)")
    assert "<img" not in far
    assert 'class="image-link"' in far
    assert ">cat</a>" in far
    assert '">dog</a>' in far
    assert "<img" not in html("![x](/media/../admin/)") + html("![x](/static/a.png)")


def test_headings_stay_below_the_page_and_skip_no_level():
    assert re.findall(r"<(h\d)", html("# a\n\n### b\n\n###### c\n\n## d")) == ["h2", "h3", "h4", "h3"]
    assert re.findall(r"<(h\d)", html("## a\n\n### b")) == ["h2", "h3"]


def test_code_is_coloured_and_left_to_right():
    shown = html("```c++\nint a = 1 < 2;\n```")
    assert '<pre class="code" dir="ltr" tabindex="0"><code class="language-cpp"><span class="kt">int</span>' in shown
    assert "&lt;" in shown


def test_tables_scroll_and_tasks_are_signs():
    assert html("|a|\n|-|\n|b|").startswith('<div class="table-scroll" tabindex="0"><table dir="ltr">')
    shown = html("- [ ] one\n- [x] two")
    assert '<li dir="ltr" class="task">☐ one</li>' in shown
    assert '<li dir="ltr" class="task task-done">☑ two</li>' in shown


def test_addresses_in_running_text():
    shown = html("See https://a.example/__init__.py, (https://b.example/c_(d)). **https://c.example**")
    assert re.findall(r'href="([^"]+)"', shown) == [
        "https://a.example/__init__.py",
        "https://b.example/c_(d)",
        "https://c.example",
    ]


def test_emoji_outside_code():
    assert html(":tada: `:tada:` 10:30:45") == '<p dir="auto">🎉 <code>:tada:</code> 10:30:45</p>\n'
    assert ">🙂<" in html(":slight_smile:")


def test_plain_words_for_search():
    shown = render("# Hi\n\nsome *bold* [link](/t/1/)\nline ![cat](/media/c.png)\n\n```\ncode\n```")
    assert shown.text == "Hi some bold link line cat code"


def test_excerpt_cuts_between_words_and_letters():
    assert excerpt("short") == "short"
    assert excerpt("one two three four", 12) == "one two…"
    assert len(excerpt("a" * 500, 50)) == 50
    assert excerpt("กี่" * 10, 5) == "กี่…"
    assert excerpt("👩🏽‍💻👩🏽‍💻", 4) in ("👩🏽‍💻…", "…", "👩🏽…", "👩…")


def test_a_post_takes_about_a_millisecond():
    source = (
        "The quick brown fox, said @ann, jumps over the **lazy** dog. See https://example.com/a for `code`.\n\n" * 10
    )
    render(source)
    assert takes_less(0.02, lambda: render(source, known_handles=everyone))


def test_where_addresses_lead():
    assert reach("/t/1/") is Reach.HERE
    assert reach("mailto:ann@example.com") is Reach.ELSEWHERE
    assert reach("/a\u200bb") is Reach.NOWHERE
    assert encode("/ü %20") == "/%C3%BC%20%20"
    assert not is_own_picture("/media/%2e%2e/x")


def test_lists_quotes_and_tables_go_the_way_of_their_first_letter() -> None:
    """dir="auto" does not look into children with a direction of their own: bullets of Arabic stood on the left."""
    shown = html("- 1\n- مرحبا\n\n> قال: hello\n\n| الاسم | name |\n|---|---|\n| 1 | 2 |\n\n1. one\n2. مرحبا")
    assert '<ul dir="rtl">\n<li dir="rtl">1</li>' in shown
    assert '<blockquote dir="rtl">' in shown
    assert '<table dir="rtl">' in shown
    assert '<ol dir="ltr">\n<li dir="ltr">one</li>\n<li dir="rtl">مرحبا</li>' in shown
    assert '<ul>\n<li dir="auto">1</li>' in html("- 1\n- 2")
