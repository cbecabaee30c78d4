"""`/healthz`, `/readyz` and `/metrics`, for those who watch: asked without a host name of ours and without https."""

import logging
from collections.abc import Callable
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from config import metrics

log = logging.getLogger(__name__)


class Health:
    """First of all middleware: a probe names an address of the machine, and reads neither page nor session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain", headers=_UNKEPT)
        if request.path == "/readyz":
            return ready()
        if request.path == "/metrics":
            return metrics.answer(request)
        return self.get_response(request)


_UNKEPT = {"Cache-Control": "no-store"}


def ready() -> HttpResponse:
    """200 when pages can be served, else 503; what is wrong stands in the log, not in the answer."""
    found = {"database": "failed", "migrations": "failed"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found["database"] = "ok"
        found["migrations"] = "ok" if is_migrated() else "waiting"
    except DatabaseError as error:
        log.error("not ready: %s", str(error).strip())
    is_ready = set(found.values()) == {"ok"}
    return JsonResponse(found, status=200 if is_ready else 503, headers=_UNKEPT)


class _NotMigrated(Exception):
    """So that only a yes is remembered."""


def is_migrated() -> bool:
    try:
        return _is_migrated()
    except _NotMigrated:
        return False


@cache
def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _NotMigrated
    return True
