"""A small template as one Python function: ten times as fast as the engine, for what a page shows many times.

Django's own parser reads the template; here its nodes become Python. What is not known here is refused
when the template is first used, so that nothing is shown differently from what the engine shows. A dot
is an attribute, never a key; one that is missing is an error here and not silence.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.template import Engine, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, TextNode, Variable, VariableNode
from django.template.defaulttags import CommentNode, ForNode, IfNode, LoadNode
from django.template.loader_tags import IncludeNode
from django.templatetags.i18n import TranslateNode
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

Compiled: TypeAlias = Callable[[Any], str]

_INDENT = "    "


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
    return str(conditional_escape(value))


class _Writer:
    """Writes the nodes of a template as lines of Python."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name
        self.lines: list[str] = []

    def function(self, nodes: NodeList, variable: str) -> Compiled:
        self.block(nodes, 1, {variable})
        body = "\n".join(self.lines)
        source = f"def show(v_{variable}):\n    out = []\n    add = out.append\n{body}\n    return ''.join(out)\n"
        names: dict[str, Any] = {"shown": shown}
        exec(compile(source, f"<{self.name}>", "exec"), names)  # noqa: S102 (our own templates, no words of people)
        show: Compiled = names["show"]
        return show

    def block(self, nodes: NodeList, depth: int, known: set[str]) -> None:
        before = len(self.lines)
        for node in nodes:
            self.node(node, depth, known)
        if len(self.lines) == before:
            self.line(depth, "pass")

    def line(self, depth: int, text: str) -> None:
        self.lines.append(_INDENT * depth + text)

    def node(self, node: Node, depth: int, known: set[str]) -> None:
        if isinstance(node, TextNode):
            self.line(depth, f"add({node.s!r})")
        elif isinstance(node, VariableNode):
            self.line(depth, f"add(shown({self.value(node.filter_expression, known)}))")
        elif isinstance(node, IfNode):
            for number, (condition, inside) in enumerate(node.conditions_nodelists):
                word = "if" if number == 0 else "elif"
                self.line(depth, f"{word} {self.condition(condition, known)}:" if condition else "else:")
                self.block(inside, depth + 1, known)
        elif isinstance(node, ForNode) and not node.is_reversed and not node.nodelist_empty:
            names = ", ".join(f"v_{name}" for name in node.loopvars)
            self.line(depth, f"for {names} in {self.value(node.sequence, known)}:")  # type: ignore[arg-type]
            self.block(node.nodelist_loop, depth + 1, known | set(node.loopvars))  # type: ignore[arg-type]
        elif isinstance(node, TranslateNode) and not node.asvar and not node.noop:
            self.line(depth, f"add({self.translation(node)!r})")
        elif isinstance(node, IncludeNode) and node.isolated_context:
            self.include(node, depth, known)
        elif not isinstance(node, CommentNode | LoadNode):
            raise TemplateSyntaxError(f"{self.name}: {{% for_each %}} does not know {node!r}")

    def value(self, expression: FilterExpression, known: set[str]) -> str:
        variable = expression.var
        if expression.filters or not isinstance(variable, Variable) or variable.translate:
            raise TemplateSyntaxError(f"{self.name}: {{% for_each %}} knows no filters, as in {expression}")
        if variable.lookups is None:
            return repr(variable.literal)
        first, *rest = variable.lookups
        if first in ("True", "False", "None"):
            return first
        if first not in known:
            raise TemplateSyntaxError(f"{self.name}: {first} is nothing that this component was given")
        return ".".join((f"v_{first}", *rest))

    def condition(self, condition: Any, known: set[str]) -> str:
        if condition.id == "literal":
            return self.value(condition.value, known)
        if condition.id == "not":
            return f"not ({self.condition(condition.first, known)})"
        if condition.id not in ("and", "or", "==", "!="):
            raise TemplateSyntaxError(f"{self.name}: {{% for_each %}} does not know {condition.id}")
        return f"({self.condition(condition.first, known)} {condition.id} {self.condition(condition.second, known)})"

    def translation(self, node: TranslateNode) -> str:
        expression, given = node.filter_expression, node.message_context
        context = given.var if given and not given.filters else None  # a string when it is written out
        if expression.filters or expression.var.lookups is not None or (given and not isinstance(context, str)):
            raise TemplateSyntaxError(f"{self.name}: {{% for_each %}} translates only what is written out")
        words = str(expression.var.literal)
        if "%" in words:  # the engine doubles it and takes it back
            raise TemplateSyntaxError(f"{self.name}: {{% for_each %}} translates no percent sign")
        return pgettext(context, words) if context else gettext(words)

    def include(self, node: IncludeNode, depth: int, known: set[str]) -> None:
        """The other component written here, under the names that it is given."""
        if node.template.var.lookups is not None:
            raise TemplateSyntaxError(f"{self.name}: {{% for_each %}} includes only by name")
        name = str(node.template.var.literal)
        for given, expression in node.extra_context.items():
            self.line(depth, f"v_{given} = {self.value(expression, known)}")
        _Included(self.engine, name, self.lines).block(
            self.engine.get_template(name).nodelist, depth, set(node.extra_context)
        )


class _Included(_Writer):
    def __init__(self, engine: Engine, name: str, lines: list[str]) -> None:
        super().__init__(engine, name)
        self.lines = lines
