"""The documents say what is true: settings, commands, files."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from config import metrics

pytestmark = pytest.mark.house
ROOT = Path(__file__).resolve().parent.parent
READ = re.compile(r'env\.(?:text|flag|number|names)\(\s*"([A-Z_]+)"')


def documented(heading: str) -> set[str]:
    text = (ROOT / "docs/configuration.md").read_text()
    return set(re.findall(heading, text, re.MULTILINE))


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    read = set(READ.findall((ROOT / "config/settings.py").read_text()))
    read |= set(re.findall(r'(?<!def )(?:flag|text|number)\("([A-Z_]+)"', (ROOT / "config/env.py").read_text()))
    assert read == documented(r"^\| `([A-Z_]+)` \|")


def test_every_command_of_ours_is_documented() -> None:
    ours = {name for name, app in get_commands().items() if app in ("community", "roadmap", "surveys")}
    assert ours == documented(r"^\| `manage\.py ([a-z_]+)` \|")


def test_the_install_names_only_settings_commands_and_numbers_that_are_there() -> None:
    text = (ROOT / "docs/deployment.md").read_text()
    blocks = "\n".join(re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    settings = set(re.findall(r"\b([A-Z]+(?:_[A-Z]+)*?)(?:_FILE)?=(?=\S)", blocks))
    ours = {name for name in settings if name.isupper() and len(name) > 3}
    assert {"SITE_URL", "TRUSTED_PROXIES", "METRICS_TOKEN", "DATABASE_URL"} <= ours
    assert ours <= documented(r"^\| `([A-Z_]+)` \|")
    commands = set(re.findall(r"(?:manage\.py|hearback hearback) ([a-z_]+)", text))
    assert {"serve", "backup", "restore", "check"} <= commands
    assert commands <= set(get_commands())
    for option in re.findall(r"(?:backup|restore)\b[^\n`]* --([a-z]+)", text):
        assert option in {"keep", "verify", "check", "replace"}, option
    known = {f"hearback_{name}" for name, _help, _ask in metrics._ASKED} | {"hearback_database_up"}
    told = set(re.findall(r"\bhearback_(?!drill)[a-z_]+", text))
    assert {name for name in told if not name.startswith("hearback_request_seconds")} <= known
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / "docs" / target).exists(), target


def test_the_readme_names_only_what_is_there() -> None:
    readme = (ROOT / "README.md").read_text()
    for target in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / target).exists(), target
    makefile = (ROOT / "Makefile").read_text()
    for command in re.findall(r"make ([a-z]+)", readme):
        assert re.search(rf"^{command}:", makefile, re.MULTILINE), command


def test_every_dependency_has_its_paragraph() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    reasons = (ROOT / "docs/adr/0002-dependencies.md").read_text().lower()
    for name in re.findall(r'^    "([A-Za-z0-9_-]+)(?:\[[^\]]*\])?[><=]', project, re.MULTILINE):
        assert name.lower() in reasons, name


def test_locks_carry_hashes_and_no_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "index-url" not in text
        assert "http" not in text
        for pinned in re.findall(r"^[a-z0-9][^\n]*==[^\n]*(?:\n    [^\n]*)*", text, re.MULTILINE):
            assert "--hash=sha256:" in pinned, pinned.splitlines()[0]
