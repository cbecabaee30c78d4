"""The house rules that a machine can check: who may import whom, and that every model is found."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

import community.models

pytestmark = pytest.mark.house
ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "lib": 0,
    "members": 1,
    "feedback": 2,
    "notifications": 3,
    "moderation": 4,
    "search": 4,
    "conversations": 4,
    "discussions": 5,
    "knowledge": 6,
    "desk": 7,
}
APPS = ("config", "roadmap", "surveys", "community")
# What gathers all rooms: it may import each of them, and no room imports it.
TOP = {"models", "urls", "admin", "apps", "checks", "management", "templatetags", "api"}


def modules() -> list[Path]:
    return [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts and (ROOT / app).exists()
    ]


def imports_of(path: Path, root: Path = ROOT) -> list[tuple[int, str]]:
    """Every (line, dotted module) that a file imports, anywhere in it, functions included."""
    package = path.relative_to(root).with_suffix("").parts[:-1]
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            found += [(node.lineno, module), *((node.lineno, f"{module}.{alias.name}") for alias in node.names)]
    return found


def wrong(path: Path, imported: str, root: Path = ROOT) -> str:
    """Why a file may not import a module; empty when it may."""
    here = path.relative_to(root).with_suffix("").parts
    there = imported.split(".")
    if there[0] not in APPS or here[:2] == tuple(there[:2]):
        return ""
    if here[0] != there[0]:
        if here[0] == "config":
            return ""
        if there[0] == "config" and not (here[0] == "community" and here[1] in {"management"}):
            return "only config and commands know config"
        if {here[0], there[0]} == {"roadmap", "surveys"}:
            return "roadmap and surveys are strangers"
        if here[0] == "community" and there[0] in {"roadmap", "surveys"}:
            return "community is below roadmap and surveys"
        return ""
    if here[0] != "community" or here[1] in TOP:
        return ""
    room = there[1] if len(there) > 1 else ""
    if room in TOP:
        return f"a room imports community.{room}"
    if room in FLOORS and FLOORS[room] >= FLOORS[here[1]]:
        return f"{here[1]} (floor {FLOORS[here[1]]}) imports {room} (floor {FLOORS[room]})"
    return ""


def test_imports_go_down_only() -> None:
    broken = [
        f"{path.relative_to(ROOT)}:{line}: {reason}"
        for path in modules()
        for line, imported in imports_of(path)
        if (reason := wrong(path, imported))
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("community/members/a.py", "from community.feedback.models import Item", "floor"),
        ("community/conversations/a.py", "def f():\n    import community.search.index", "floor"),
        ("community/discussions/a.py", "from community.models import Thread", "a room imports"),
        ("community/lib/a.py", "from ..members import models", "floor"),
        ("roadmap/a.py", "from surveys.models import Campaign", "strangers"),
        ("community/desk/a.py", "from roadmap import models", "below"),
        ("community/desk/a.py", "from config.settings import X", "only config"),
        ("community/desk/a.py", "from community.discussions.models import Thread", ""),
        ("config/a.py", "from community.models import Thread", ""),
    ],
)
def test_the_rule_itself_bites(tmp_path: Path, file: str, line: str, says: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line)
    reasons = [wrong(path, imported, tmp_path) for _, imported in imports_of(path, tmp_path)]
    assert any(says in reason and reason for reason in reasons) if says else not any(reasons)


def test_every_room_has_a_floor() -> None:
    rooms = {path.name for path in (ROOT / "community").iterdir() if (path / "__init__.py").exists()}
    assert rooms - TOP - {"migrations"} <= set(FLOORS)


def test_every_model_is_exported() -> None:
    """Django finds models through community.models alone: one that is missing there has no table."""
    found = {model.__name__ for model in apps.get_app_config("community").get_models()}
    assert set(community.models.__all__) == found
    declared = set()
    for path in (ROOT / "community").glob("*/*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & {
                "models.Model",
                "Listed",
                "Decision",
                "AbstractBaseUser",
            }:
                is_abstract = any("abstract = True" in ast.unparse(child) for child in node.body)
                declared |= set() if is_abstract else {node.name}
    assert declared == found


def test_the_site_boots_with_only_community_installed(tmp_path: Path) -> None:
    """No room above is needed: a page of the site is made by a process that knows nothing else."""
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "from django.test import Client\n"
        "answer = Client().get('/setup/')\n"
        "assert answer.status_code == 200, answer.status_code\n"
        "from django.apps import apps\n"
        "assert not {'roadmap', 'surveys'} & {app.label for app in apps.get_app_configs()}\n"
    )
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "HEARBACK_APPS": "",
        "PYTHONPATH": str(ROOT),
        "ALLOWED_HOSTS": "testserver",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], env=env, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_nothing_names_a_package_registry_or_a_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    hosts = ("py" + "pi.org", "python" + "hosted", "registry." + "npmjs", "deb.deb" + "ian.org")
    paths = ("/wo" + "rk/main", "/ro" + "ot/.pyenv")
    for name in filter(None, tracked.split("\0")):
        file = ROOT / name
        if file.suffix in {".png", ".webp", ".jpg"} or not file.is_file():
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        assert not [word for word in (*hosts, *paths) if word in text], name
