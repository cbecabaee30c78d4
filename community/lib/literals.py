"""Values written into the SQL itself.

PostgreSQL keeps the plan of a prepared statement only if it suits any value of its parameters, so never
with a partial index whose condition is a parameter; and to plan a list anew costs ten times what it
costs to read it.
"""

from typing import Any

from django.db.models import CharField, IntegerField, Value


class Literal(Value):
    """A constant of ours, never a value that came with a request: `filter(state=Literal("visible"))`."""

    def __init__(self, value: str | int) -> None:
        if isinstance(value, str) and value and not value.isidentifier():
            raise ValueError(f"{value!r} does not go into SQL as it stands.")
        super().__init__(value, output_field=CharField() if isinstance(value, str) else IntegerField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[()]]:
        return (f"'{self.value}'" if isinstance(self.value, str) else str(self.value)), ()
