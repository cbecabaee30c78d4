"""The house rules that a machine can check: who may import whom, and that every model is found."""

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

pytestmark = pytest.mark.house
ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "community": {
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
    },
    "roadmap": {
        "stages": 0,
        "ideas": 1,
        "features": 2,
        "releases": 3,
        "imports": 4,
        "subscriptions": 4,
        "openness": 4,
    },
    "surveys": {
        "wording": 0,
        "campaigns": 1,
        "people": 1,
        "responses": 2,
        "mailing": 3,
        "followup": 3,
        "tallies": 3,
        "imports": 4,
        "reports": 4,
        "embed": 4,
    },
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
    floors = FLOORS.get(here[0], {})
    if not floors or here[1] in TOP:
        return ""
    room = there[1] if len(there) > 1 else ""
    if room in TOP:
        return f"a room imports {here[0]}.{room}"
    if room in floors and floors[room] >= floors[here[1]]:
        return f"{here[1]} (floor {floors[here[1]]}) imports {room} (floor {floors[room]})"
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
        ("roadmap/stages/a.py", "from roadmap.ideas.models import Idea", "floor"),
        ("roadmap/ideas/a.py", "from roadmap.models import Idea", "a room imports"),
        ("roadmap/ideas/a.py", "from roadmap.stages.models import Stage", ""),
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


@pytest.mark.parametrize("app", FLOORS)
def test_every_room_has_a_floor(app: str) -> None:
    rooms = {path.name for path in (ROOT / app).iterdir() if (path / "__init__.py").exists()}
    assert rooms - TOP - {"migrations"} <= set(FLOORS[app])


@pytest.mark.parametrize("app", FLOORS)
def test_every_model_is_exported(app: str) -> None:
    """Django finds models through the app's models.py alone: one that is missing there has no table."""
    found = {model.__name__ for model in apps.get_app_config(app).get_models()}
    assert set(import_module(f"{app}.models").__all__) == found
    declared = set()
    for path in (ROOT / app).glob("*/*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & {
                "models.Model",
                "Listed",
                "Decision",
                "Place",
                "Target",
                "AbstractBaseUser",
                "Sending",
            }:
                is_abstract = any("abstract = True" in ast.unparse(child) for child in node.body)
                declared |= set() if is_abstract else {node.name}
    assert declared == found


def test_the_site_boots_with_only_community_installed(tmp_path: Path) -> None:
    """No room above is needed: a page of the site is made by a process that knows nothing else."""
    (tmp_path / "alone.py").write_text(
        "from config.settings import *\n\nfor one in ('roadmap', 'surveys'):\n    INSTALLED_APPS.remove(one)\n"
    )
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
        "DJANGO_SETTINGS_MODULE": "alone",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "PYTHONPATH": f"{ROOT}:{tmp_path}",
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
