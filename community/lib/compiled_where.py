"""Conditions that are said as a Q and turned into SQL once.

To build a condition of a dozen parts and to compile it costs more than it takes the database to answer, and every page
of a member asks who may read what several times.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, F, Func, Model, Q
from django.db.models.sql import Query

_STAND_IN = 8_999_000_000_000_000_000  # no id is as large: it tells where in the SQL a value goes


class CompiledWhere(Func):
    """What `said(**values)` says of the rows of a model, whose values are ids; its SQL is kept for all values.

    The condition may look into other tables by subqueries, and joins none: ValueError when it is first asked.
    """

    output_field = BooleanField()

    def __init__(self, model: type[Model], said: Callable[..., Q], **values: int) -> None:
        super().__init__(F("pk"))
        self.model, self.said, self.values = model, said, values

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        between, params = _compiled(self.model, self.said, tuple(self.values), connection.alias)
        # The model's table has another name where this is part of a subquery.
        key, _none = compiler.compile(self.source_expressions[0])
        table = key.rpartition(".")[0]
        stand_ins = {_STAND_IN + at: value for at, value in enumerate(self.values.values())}
        return f"({f'{table}.'.join(between)})", tuple(stand_ins.get(param, param) for param in params)


@lru_cache(maxsize=100)
def _compiled(
    model: type[Model], said: Callable[..., Q], names: tuple[str, ...], using: str
) -> tuple[list[str], list[Any]]:
    """The SQL between the names of the model's table, and its parameters, with stand-ins for the values."""
    query = Query(model)
    query.add_q(said(**{name: _STAND_IN + at for at, name in enumerate(names)}))
    if sum(map(bool, query.alias_refcount.values())) > 1:
        raise ValueError(f"{said.__name__} joins tables; ask by a subquery.")
    compiler = query.get_compiler(using)
    sql, params = compiler.compile(query.where)
    return sql.split(f"{compiler.quote_name_unless_alias(model._meta.db_table)}."), list(params)
