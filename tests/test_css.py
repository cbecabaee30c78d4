"""The look's own laws: tokens, layers, logical sides, sizes, and nothing inline. No database, no browser."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.core.exceptions import SuspiciousFileOperation

from config import static

ROOT = Path(__file__).resolve().parent.parent
SHEETS = static.css_sources()
SCRIPTS = [*static.js_sources(), *static.frame_js_sources()[1:]]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
RULES = [path for path in SHEETS if path.parent.name != "tokens"]

COMMENT = re.compile(r"/\*.*?\*/", re.S)
RAW_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch)a?\((?!from)", re.I)
NAMED_COLOUR = re.compile(r":[^;{]*\b(?:white|red|blue|green|gray|grey|silver|yellow|orange)\b(?!-)")
FONT_SIZE = re.compile(r"font-size:\s*([^;}]+)")
SPACE = re.compile(r"(?<![\w-])(?:margin|padding|gap|row-gap|column-gap)[\w-]*:\s*([^;}]+)")
PHYSICAL = re.compile(
    r"(?<![\w-])(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
    r"|(?<![\w-])border-(?:top|bottom)-(?:left|right)-radius\b"
    r"|[{;]\s*(?:left|right|top|bottom|width|height|min-width|max-width|min-height|max-height)\s*:"
    r"|(?:text-align|float|clear):\s*(?:left|right)\b"
)


def text_of(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", RULES, ids=name)
def test_colours_come_from_tokens(path):
    text = text_of(path)
    assert not RAW_COLOUR.findall(re.sub(r'url\("[^"]*"\)', "", text))
    assert not NAMED_COLOUR.findall(re.sub(r"var\([^)]*\)", "", text))
    assert "light-dark(" not in text


@pytest.mark.parametrize("path", RULES, ids=name)
def test_sizes_come_from_tokens(path):
    text = text_of(path)
    for size in FONT_SIZE.findall(text):
        assert re.fullmatch(r"(?:calc\()?var\(--[\w-]+\).*|inherit", size.strip()), size
    for space in SPACE.findall(text):
        raw = re.findall(r"\d*\.?\d+(?:px|rem)\b", space)
        assert all(float(size.removesuffix("rem")) < 0.25 for size in raw if "px" not in size), space
        assert not any(size.endswith("px") for size in raw), space


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_sides_are_logical(path):
    assert not PHYSICAL.findall(text_of(path))


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_a_sheet_is_small_and_says_what_it_is(path):
    assert len(path.read_text().splitlines()) <= 200
    assert path.read_text().startswith("/*")


def test_every_property_used_is_defined():
    whole = "".join(map(text_of, SHEETS))
    defined = set(re.findall(r"(--[\w-]+)\s*:", whole))
    used = set(re.findall(r"var\((--[\w-]+)", whole))
    assert used - defined == set()
    assert defined - used == set(), "a token that nobody uses"


def test_light_and_dark_are_told_apart_only_in_tokens():
    assert "light-dark(" in "".join(text_of(path) for path in SHEETS if path.parent.name == "tokens")
    assert sum("prefers-color-scheme" in text_of(path) for path in SHEETS) == 0


def test_layers_stand_in_order():
    css = static.join_css()
    assert css.startswith("@layer reset,tokens,base,layout,components,rooms,utilities;")
    places = [css.index(f"@layer {layer}{{") for layer in static.LAYERS]
    assert places == sorted(places)
    assert {path.parent.name for path in (ROOT / "static" / "css").rglob("*.css")} <= set(static.LAYERS)


def test_joined_css_balances():
    css = re.sub(r'"[^"]*"', "", static.join_css())
    assert css.count("{") == css.count("}")
    assert css.count("(") == css.count(")")


def test_minifying_leaves_strings_and_calc_alone():
    assert static.small_css('a::after { content: " ( "; } /* no */\n\nb { inset: calc(1px + 2px) 0 ; }') == (
        'a::after{content:" ( "}b{inset:calc(1px + 2px) 0}'
    )
    assert static.small_js('// a\n  let b = "//c" // d\n\n') == 'let b = "//c" // d\n'


def compressed(text: str) -> int:
    return max(len(gzip.compress(text.encode())), len(brotli.compress(text.encode())))


def test_the_sheet_is_light():
    assert compressed(static.join_css()) <= 15 * 1024


def test_the_scripts_are_light():
    # That of frames stands in no page of ours: tests/test_survey_embed.py weighs it.
    scripts = [make() for file, make in static.JOINS.items() if file.endswith(".js") and file != "frame.js"]
    assert len(scripts) <= 3
    assert sum(map(compressed, scripts)) <= 30 * 1024


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_behaviour_is_small_and_stands_alone(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 90
    assert text.startswith("// ")
    assert not re.search(r"^\s*(?:import|export)\b", text, re.M)
    assert not re.search(r"\beval\(|new Function|\.style\b|setAttribute\(\"style|document\.write", text)


# Mail programs know no stylesheet; the desk's page about mails is a page like any other.
MAILS = {
    f"templates/{one}.html"
    for one in (
        "notifications/mail",
        "notifications/_layout",
        "roadmap/subscription/release",
        "surveys/contact_mail",
        "surveys/mail",
    )
}
PAGES = [path for path in TEMPLATES if name(path) not in MAILS]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_nothing_is_inline(path):
    text = path.read_text()
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r'<script(?![^>]*\ssrc=)(?! type="application/ld\+json">)', text)
    assert not re.search(r"hx-on|hx-vals=.js:|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_words_are_translated(path):
    """Every component that has words of its own loads i18n; no address is reversed in a hot template."""
    text = path.read_text()
    assert "{% translate" not in text or re.search(r"{% load [\w ]*\bi18n\b", text)
    if path.parent.name == "components":
        assert "{% url " not in text
        assert "{#" in text.split("\n")[0], "the first line says which parameters it takes"


def test_every_icon_used_exists_and_the_sheet_agrees():
    drawn = re.findall(r'<path id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text())
    styled = re.findall(r"\.icon-([\w-]+) \{ --at: (\d+); \}", (ROOT / "static/css/base/icon.css").read_text())
    assert styled == [(icon, str(at)) for at, icon in enumerate(drawn)]
    sources = "".join(path.read_text() for path in [*TEMPLATES, *SCRIPTS])
    used = set(re.findall(r"\bicon-([a-z]+)\b", sources))
    used |= set(re.findall(r'\bicon="([a-z]+)"', sources))
    assert used - set(drawn) == set()


def test_a_guest_gets_no_token_and_no_form_that_posts():
    shell = (ROOT / "templates" / "base.html").read_text()
    assert "csrf_token %}" not in shell
    assert 'method="post"' not in shell


def test_finder_joins_what_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(static, "BUILT", tmp_path)
    finder = static.SourceFinder()
    assert Path(finder.find("app.css")).read_text() == static.join_css()
    assert finder.find("icons.svg") == str(ROOT / "static" / "icons.svg")
    assert finder.find("css/tokens/scale.css") == []
    with pytest.raises(SuspiciousFileOperation):
        finder.find("../manage.py")
    names = [file for file, _ in finder.list([])]
    assert {"app.css", "app.js", "htmx.js", "icons.svg"} <= set(names)
    assert {file for file in names if file.endswith(".js")} <= {"app.js", "htmx.js", "ago.js", "frame.js"}
    assert not [file for file in names if file.startswith(("css/", "js/"))]
