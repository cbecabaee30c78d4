"""A small template as one Python function: ten times as fast as the engine, for what a page shows many times.

Django's own parser reads the template; here its nodes become Python. What is not known here is refused
when the template is first used, so that nothing is shown differently from what the engine shows. A dot
is an attribute, never a key, and a method is not called; an attribute that is missing is an error here and
not silence.
"""

import itertools
import keyword
from collections.abc import Callable
from typing import Any, TypeAlias

from django.template import Context, Engine, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, TextNode, Variable, VariableNode, render_value_in_context
from django.template.defaulttags import CommentNode, ForNode, IfNode, LoadNode
from django.template.loader_tags import IncludeNode
from django.templatetags.i18n import TranslateNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

Compiled: TypeAlias = Callable[[Any], str]

_INDENT = "    "
_NOTHING_SPECIAL = Context()  # escapes, and shows numbers and times as the active language writes them


def compiled(engine: Engine, name: str, variable: str) -> Compiled:
    """The template `name` as a function of its one variable, in the language that is active.

    It is made once for each language and lies with the parsed template, which the engine's loader keeps.
    """
    template = engine.get_template(name)
    made: dict[tuple[str, str | None], Compiled] = template.__dict__.setdefault("_compiled", {})
    wanted = (variable, get_language())
    if wanted not in made:
        made[wanted] = _Writer(engine, name).function(template.nodelist, variable)
    return made[wanted]


def shown(value: Any) -> str:
    """A value as the engine shows it: escaped unless it says that it is safe."""
    if type(value) is str:
        # The order matters: & first.
        if "&" in value:
            value = value.replace("&", "&amp;")
        if "<" in value:
            value = value.replace("<", "&lt;")
        if ">" in value:
            value = value.replace(">", "&gt;")
        if '"' in value:
            value = value.replace('"', "&quot;")
        if "'" in value:
            value = value.replace("'", "&#x27;")
        return value
    if type(value) is SafeString:
        return value
    if type(value) is int:
        return str(value)
    if callable(value):
        raise TypeError(f"{{% for_each %}} calls nothing, and {value!r} wants to be called")
    return render_value_in_context(value, _NOTHING_SPECIAL)


class _Writer:
    """Writes the nodes of a template as lines of Python.

    `known` says by which name of Python's each of the template's names goes. Every loop and include gets new
    ones, so that outside of it a name means what it meant before, as in the engine.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.within = [name]  # the template, and the one that it includes, and so on
        self.lines: list[str] = []
        self.fresh = (f"v{number}" for number in itertools.count())

    def function(self, nodes: NodeList, variable: str) -> Compiled:
        given = next(self.fresh)
        self.block(nodes, 1, {variable: given})
        body = "\n".join(self.lines)
        source = f"def show({given}):\n    out = []\n    add = out.append\n{body}\n    return ''.join(out)\n"
        names: dict[str, Any] = {"shown": shown}
        exec(compile(source, f"<{self.within[0]}>", "exec"), names)  # noqa: S102 (our own templates, no words of people)
        show: Compiled = names["show"]
        return show

    def refusal(self, reason: str) -> TemplateSyntaxError:
        return TemplateSyntaxError(f"{self.within[-1]}: {reason}")

    def block(self, nodes: NodeList, depth: int, known: dict[str, str]) -> None:
        before = len(self.lines)
        for node in nodes:
            self.node(node, depth, known)
        if len(self.lines) == before:
            self.line(depth, "pass")

    def line(self, depth: int, text: str) -> None:
        self.lines.append(_INDENT * depth + text)

    def node(self, node: Node, depth: int, known: dict[str, str]) -> None:
        if isinstance(node, TextNode):
            self.line(depth, f"add({node.s!r})")
        elif isinstance(node, VariableNode):
            self.line(depth, f"add(shown({self.value(node.filter_expression, known)}))")
        elif isinstance(node, IfNode):
            for number, (condition, inside) in enumerate(node.conditions_nodelists):
                word = "if" if number == 0 else "elif"
                self.line(depth, f"{word} {self.condition(condition, known)}:" if condition else "else:")
                self.block(inside, depth + 1, known)
        elif isinstance(node, ForNode):
            self.loop(node, depth, known)
        elif isinstance(node, TranslateNode) and not node.asvar and not node.noop:
            self.line(depth, f"add({self.translation(node)!r})")
        elif isinstance(node, IncludeNode) and node.isolated_context:
            self.include(node, depth, known)
        elif not isinstance(node, CommentNode | LoadNode):
            raise self.refusal(f"{{% for_each %}} does not know {_written(node)}")

    def value(self, expression: FilterExpression, known: dict[str, str]) -> str:
        variable = expression.var
        if expression.filters or not isinstance(variable, Variable) or variable.translate:
            raise self.refusal(f"{{% for_each %}} knows no filters and no words in quotes, as in {expression}")
        if variable.lookups is None:
            return repr(variable.literal)
        first, *rest = variable.lookups
        if first in ("True", "False", "None"):
            return first
        if first not in known:
            raise self.refusal(f"{first} is nothing that this component was given")
        if not all(name.isidentifier() and not keyword.iskeyword(name) for name in rest):
            raise self.refusal(f"{{% for_each %}} reads only attributes, and {expression} is none")
        return ".".join((known[first], *rest))

    def condition(self, condition: Any, known: dict[str, str]) -> str:
        if condition.id == "literal":
            return self.value(condition.value, known)
        if condition.id == "not":
            return f"not ({self.condition(condition.first, known)})"
        if condition.id not in ("and", "or", "==", "!="):
            raise self.refusal(f"{{% for_each %}} does not know {condition.id}")
        return f"({self.condition(condition.first, known)} {condition.id} {self.condition(condition.second, known)})"

    def loop(self, node: ForNode, depth: int, known: dict[str, str]) -> None:
        if node.is_reversed or node.nodelist_empty:
            with_empty = " with {% empty %}" if node.nodelist_empty else ""
            raise self.refusal(f"{{% for_each %}} does not know {_written(node)}{with_empty}")
        names = [next(self.fresh) for _ in node.loopvars]
        things = self.value(node.sequence, known)  # type: ignore[arg-type]
        self.line(depth, f"for {', '.join(names)} in {things} or ():")
        inside = known | dict(zip(node.loopvars, names, strict=True))
        self.block(node.nodelist_loop, depth + 1, inside)  # type: ignore[arg-type]

    def translation(self, node: TranslateNode) -> str:
        expression, given = node.filter_expression, node.message_context
        context = given.var if given and not given.filters else None  # a string when it is written out
        if expression.filters or expression.var.lookups is not None or (given and not isinstance(context, str)):
            raise self.refusal("{% for_each %} translates only what is written out")
        words = str(expression.var.literal)
        if "%" in words:  # the engine doubles it and takes it back
            raise self.refusal("{% for_each %} translates no percent sign")
        return pgettext(context, words) if context else gettext(words)

    def include(self, node: IncludeNode, depth: int, known: dict[str, str]) -> None:
        """The other component written here, under the names that it is given."""
        name = node.template.var
        if node.template.filters or not isinstance(name, str):
            raise self.refusal("{% for_each %} includes only by name")
        if name in self.within:
            raise self.refusal(f"{{% for_each %}} includes nothing in itself, as {name} would be")
        inside: dict[str, str] = {}
        for given, expression in node.extra_context.items():
            inside[given] = next(self.fresh)
            self.line(depth, f"{inside[given]} = {self.value(expression, known)}")
        self.within.append(name)
        self.block(self.engine.get_template(name).nodelist, depth, inside)
        self.within.pop()


def _written(node: Node) -> str:
    """The tag as it stands in the template."""
    return f"{{% {node.token.contents} %}}"  # type: ignore[union-attr]
