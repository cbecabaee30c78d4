"""No string without its four translations, and none that breaks a page."""

import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import ngettext

from community.members import limits

pytestmark = pytest.mark.house
ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("th", "pl", "ar", "ko")
PLACES = re.compile(r"%\((\w+)\)[sd]|(?<!{)\{(\w+)\}")

NUMBERS = {"n", "counter", "most"}


def places_in(*texts: str) -> set[str]:
    return {name for text in texts for found in PLACES.findall(text) for name in found if name}


def catalogue(language: str) -> list:
    with (ROOT / f"locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated(language: str) -> None:
    missing = []
    for message in catalogue(language):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.fuzzy or not all(texts):
            missing.append(message.id)
    assert not missing, missing[:20]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_place_holder_is_lost_or_invented(language: str) -> None:
    """Arabic says none, one and two in words: there, and only there, the number may be missing."""
    for message in catalogue(language):
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = places_in(*sources)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for form, text in enumerate(texts):
            spoken = NUMBERS if language == "ar" and len(texts) > 1 and form <= 2 else set()
            assert wanted - spoken <= places_in(text) <= wanted, (message.id, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_every_form(language: str) -> None:
    for message in catalogue(language):
        if message.pluralizable:
            assert len(message.string) == {"th": 1, "ko": 1, "pl": 4, "ar": 6}[language], message.id


def test_plurals_are_chosen_by_number() -> None:
    with translation.override("pl"):
        said = {ngettext("%(n)d vote", "%(n)d votes", n) % {"n": n} for n in (1, 2, 5, 22)}
    assert len({re.sub(r"\d+", "", one) for one in said}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("act", ["threads", "ideas", "replies", "votes", "files", "bytes"])
def test_limits_are_said_in_whole_sentences(language: str, act: str) -> None:
    with translation.override(language):
        said = limits._sentence(act, 30, timedelta(hours=3))
    assert "30" in said, said
    assert not re.search("You can|Try again|hour", said), said


def test_the_catalogues_hold_every_string_of_the_code(tmp_path: Path) -> None:
    """What `make messages` would extract is what the catalogues have."""
    if not shutil.which("xgettext"):
        _compare_with_babel()
        return
    work = tmp_path / "house"
    shutil.copytree(ROOT, work, ignore=shutil.ignore_patterns(".venv", "var", ".git", "node_modules", "__pycache__"))
    (work / ".venv").symlink_to(ROOT / ".venv")
    done = subprocess.run(
        ["make", "-s", "messages", "-o", ".venv/dev"], cwd=work, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with (work / "locale/th/LC_MESSAGES/django.po").open("rb") as file:
        fresh = {(message.context, message.id) for message in read_po(file) if message.id}
    assert fresh - {(message.context, message.id) for message in catalogue("th")} == set()


def _compare_with_babel() -> None:
    """Without gettext: every literal in _() of the Python code, which is most of them."""
    known = {m if isinstance(m, str) else m[0] for m in (message.id for message in catalogue("th"))}
    literal = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"\s*\)')
    for path in (ROOT / "community").rglob("*.py"):
        for said in literal.findall(path.read_text()):
            assert said.replace('\\"', '"') in known, f"{path.name}: {said}"


def test_templates_say_nothing_untranslated() -> None:
    """Words between tags that no translate tag holds; the pattern page's examples are made-up data."""
    tags = re.compile(
        r"""{#.*?#}|{%.*?%}|{{.*?}}|<(script|style).*?</\1>|<kbd.*?</kbd>|<(?:"[^"]*"|'[^']*'|[^'">])*>|&\w+;""",
        re.DOTALL,
    )
    held = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}|{% comment %}.*?{% endcomment %}", re.DOTALL)
    for path in (ROOT / "templates").rglob("*.html"):
        if path.name == "patterns.html":
            continue
        left = tags.sub(" ", held.sub(" ", path.read_text()))
        words = [
            word
            for word in re.findall(r"[A-Za-z]{3,}", left)
            if word not in {"Hearback", "Ctrl", "Enter", "doctype", "html"}
        ]
        assert not words, (path.relative_to(ROOT), words[:10])
