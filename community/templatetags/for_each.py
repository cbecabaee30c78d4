"""`{% for_each "components/post.html" page.posts as post %}`: a component for each of many things, fast.

A page shows twenty posts or rows of some fifteen values each, and Django's engine spends most of a
page's time on resolving them one by one. This tag reads the component as the engine has parsed it and
writes it down as one Python function, once per process and language. The component stays an ordinary template that
`{% include %}` shows as well; it may use what `lib/compiled.py` knows: text, variables without filters,
if, for, translate and include … only.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString

from community.lib.compiled import Compiled, compiled

register = template.Library()


class Each(template.Node):
    def __init__(self, name: str, things: FilterExpression, variable: str) -> None:
        self.name = name
        self.things = things
        self.variable = variable

    def render(self, context: template.Context) -> SafeString:
        show: Compiled = compiled(context.template.engine, self.name, self.variable)  # type: ignore[union-attr]
        return SafeString("".join(map(show, self.things.resolve(context))))


@register.tag
def for_each(parser: Parser, token: Token) -> Each:
    """{% for_each "name of a component" things as variable %}"""
    parts: list[Any] = token.split_contents()
    if len(parts) != 5 or parts[3] != "as" or parts[1][0] not in "\"'":
        raise template.TemplateSyntaxError('for_each is written {% for_each "components/x.html" things as x %}')
    return Each(parts[1][1:-1], parser.compile_filter(parts[2]), parts[4])
