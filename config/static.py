"""Many small sources for us, few files for the browser: style sheets and behaviours joined in Python.

`static/css/<layer>/*.css` becomes `app.css`, `static/js/*.js` becomes `app.js`, and htmx comes from
django-htmx as `htmx.js`. What stands in frames of other people's pages loads less: `frame.css` and
`frame.js`. `SourceFinder` joins them whenever they are asked for, so `{% static "app.css" %}`
works in development and in tests; `collectstatic` goes through the same finder, and `JoinedStorage`
hashes and compresses what it finds.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django_htmx
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BASE = Path(__file__).resolve().parent.parent
SOURCES = BASE / "static"
BUILT = BASE / "var" / "joined"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
LAYERS = ("reset", "tokens", "base", "layout", "components", "rooms", "utilities")

# All that a survey in a frame is made of.
FRAME_CSS = (
    "tokens/*", "reset/*", "base/colour", "base/page", "layout/page", "components/button", "components/form",
    "components/scale", "rooms/surveys", "rooms/framed", "utilities/utilities",
)  # fmt: skip

_KEPT = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')""")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_JS_COMMENT = re.compile(r"^\s*(?://.*|/\*.*?\*/)\s*$", re.M)


def css_sources() -> list[Path]:
    """The style sheets, in the order of their layers and then of their names."""
    return [path for layer in LAYERS for path in sorted((SOURCES / "css" / layer).glob("*.css"))]


def js_sources() -> list[Path]:
    """The behaviours. None imports another, so joining them is putting one after the other."""
    return sorted((SOURCES / "js").glob("*.js"))


def frame_css_sources() -> list[Path]:
    sources = SOURCES / "css"
    return [path for path in css_sources() if any(path.relative_to(sources).match(f"{one}.css") for one in FRAME_CSS)]


def frame_js_sources() -> list[Path]:
    """What the page of a mail does: a tap on a number sends it, questions show when due. Then the frame's own."""
    own = [SOURCES / "js" / name for name in ("own-questions.js", "survey.js")]
    return [*own, *sorted((SOURCES / "js" / "embed").glob("*.js"))]


def join_css(sources: list[Path] | None = None) -> str:
    """One sheet: the order of the layers first, then each layer once."""
    parts = [f"@layer {','.join(LAYERS)};"]
    for layer in LAYERS:
        sheets = (path.read_text() for path in sources or css_sources() if path.parent.name == layer)
        parts.append(f"@layer {layer}{{{''.join(map(small_css, sheets))}}}")
    return "\n".join(parts) + "\n"


def join_js(sources: list[Path] | None = None) -> str:
    """One strict script; a block around each behaviour keeps its names to itself."""
    blocks = "".join(f"{{\n{small_js(path.read_text())}}}\n" for path in sources or js_sources())
    return f'"use strict";\n{blocks}'


def small_css(text: str) -> str:
    """The sheet without comments and needless space; strings are left alone."""
    pieces = _KEPT.split(_CSS_COMMENT.sub("", text))
    for at in range(0, len(pieces), 2):
        piece = re.sub(r"\s+", " ", pieces[at])
        piece = re.sub(r" ?([{};,]) ?", r"\1", piece)
        piece = re.sub(r": ", ":", piece)
        pieces[at] = piece.replace(";}", "}")
    return "".join(pieces).strip()


def small_js(text: str) -> str:
    """The script without comment lines, indentation and empty lines."""
    lines = (line.strip() for line in _JS_COMMENT.sub("", text).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def _join_htmx() -> str:
    return HTMX.read_text()


JOINS = {
    "app.css": join_css,
    "app.js": join_js,
    "htmx.js": _join_htmx,
    "frame.css": lambda: join_css(frame_css_sources()),
    "frame.js": lambda: join_js(frame_js_sources()),
}


class SourceFinder(BaseFinder):
    """Finds our own static files: the joined ones instead of their sources, every other as it lies."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.sources = FileSystemStorage(location=SOURCES)
        self.built = FileSystemStorage(location=BUILT)
        self._made: dict[str, tuple[str, float]] = {}
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure, so nothing to complain about."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The absolute path of the file, joined afresh when a source has changed."""
        if path in JOINS:
            found = str(self._make(path))
        elif _is_source(path) or not self.sources.exists(path):
            return []
        else:
            found = self.sources.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """What `collectstatic` copies."""
        for name in JOINS:
            self._make(name)
            yield name, self.built
        for path in sorted(SOURCES.rglob("*")):
            name = path.relative_to(SOURCES).as_posix()
            if path.is_file() and not _is_source(name) and not matches_patterns(name, list(ignore_patterns or [])):
                yield name, self.sources

    def _make(self, name: str) -> Path:
        newest = max(
            (path.stat().st_mtime for path in [*css_sources(), *js_sources(), *frame_js_sources()]), default=0.0
        )
        target = BUILT / name
        if self._made.get(name) != (name, newest) or not target.exists():
            text = JOINS[name]()
            if not target.exists() or target.read_text() != text:
                BUILT.mkdir(parents=True, exist_ok=True)
                part = target.with_suffix(f".{id(self)}.part")
                part.write_text(text)
                part.replace(target)
            self._made[name] = (name, newest)
        return target


class JoinedStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed names from the manifest; plain names where `collectstatic` has not run.

    An address is worked out once: `{% static %}` stands in every page and must cost no more than a look-up.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a static file."""
        if name not in self._addresses:
            plain = not self.hashed_files and not force
            self._addresses[name] = FileSystemStorage.url(self, name) if plain else super().url(name, force)
        return self._addresses[name]

    def post_process(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Forget the plain addresses: the hashed ones are about to exist."""
        self._addresses.clear()
        yield from super().post_process(*args, **kwargs)


def _is_source(name: str) -> bool:
    return name.startswith(("css/", "js/"))
