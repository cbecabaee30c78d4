"""Fenced code, coloured by Pygments within limits."""

import re
import time
from functools import cache

from markdown_it.common.utils import escapeHtml
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

MOST_COLOURED = 24_000  # characters in a post; code after them is shown without colours
PATIENCE = 0.05  # seconds of processor time for the colours of a post
# Pygments takes up to 20 seconds for 12,000 characters made to hurt it: long lines, heaps of empty lines.
LONGEST_LINE = 400
MOST_LINES = 500
_HEAP_OF_EMPTY_LINES = re.compile(r"\n(?:[ \t]{0,20}\n){20}")

# Only these: Pygments knows 600 languages and some of their patterns take quadratic time.
LANGUAGES = frozenset(
    "bash c clojure cmake cpp csharp css dart diff docker elixir erlang glsl go graphql haskell hlsl html "  # noqa: SIM905
    "http ini java javascript json jsx julia kotlin lua make markdown matlab nginx objective-c ocaml perl "
    "php powershell properties python r ruby rust scala scss sql swift toml tsx "
    "typescript xml yaml zig".split()
)
ALIASES = {
    "angelscript": "cpp",
    "as": "cpp",
    "c#": "csharp",
    "c++": "cpp",
    "cc": "cpp",
    "console": "bash",
    "cs": "csharp",
    "dockerfile": "docker",
    "golang": "go",
    "h": "cpp",
    "hpp": "cpp",
    "hs": "haskell",
    "js": "javascript",
    "jsonc": "json",
    "kt": "kotlin",
    "makefile": "make",
    "md": "markdown",
    "objc": "objective-c",
    "pl": "perl",
    "ps1": "powershell",
    "py": "python",
    "python3": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "bash",
    "shell": "bash",
    "ts": "typescript",
    "yml": "yaml",
    "zsh": "bash",
}
TOKEN_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)
_NAME = re.compile(r"[A-Za-z0-9_+#-]{1,20}")


def language_of(info: str) -> str | None:
    """The language a fence's info string names, if it is one we colour."""
    name = _NAME.match(info.strip())
    if not name:
        return None
    language = ALIASES.get(name[0].lower(), name[0].lower())
    return language if language in LANGUAGES else None


class Colours:
    """What the code blocks of one post may still spend on colours."""

    def __init__(self) -> None:
        self.characters = MOST_COLOURED
        self.seconds = PATIENCE

    def paint(self, code: str, language: str) -> str | None:
        """Coloured HTML, or None where that would take too long or grow too much (`+-+-` grows 24-fold)."""
        self.characters -= len(code)
        if self.characters < 0 or self.seconds <= 0 or _is_hurtful(code):
            return None
        lexer = _lexer(language)
        spans: list[str] = []
        weight, most = 0, 8 * len(code) + 2_000
        started = time.thread_time()
        for kind, value in lexer.get_tokens(code):
            name = STANDARD_TYPES.get(kind, "")
            text = escapeHtml(value)
            spans.append(f'<span class="{name}">{text}</span>' if name and name != "w" else text)
            weight += len(spans[-1])
            if weight > most or time.thread_time() - started > self.seconds:
                self.seconds -= time.thread_time() - started
                return None
        self.seconds -= time.thread_time() - started
        return "".join(spans)


def _is_hurtful(code: str) -> bool:
    lines = code.split("\n")
    return (
        len(lines) > MOST_LINES or max(map(len, lines)) > LONGEST_LINE or _HEAP_OF_EMPTY_LINES.search(code) is not None
    )


def code_block(code: str, info: str, colours: Colours) -> str:
    """The HTML of a code block; always left to right, and focusable because it scrolls."""
    language = language_of(info)
    body = (colours.paint(code, language) if language else None) or escapeHtml(code)
    dress = f' class="language-{language}"' if language else ""
    return f'<pre class="code" dir="ltr" tabindex="0"><code{dress}>{body}</code></pre>\n'


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False)
