"""Running an import and undoing it, by the task queue: both can be killed and run again."""

import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.models import Task
from django_q.tasks import async_task

from community.lib.csv_files import FileRefused
from roadmap.imports.models import Import
from roadmap.imports.run import Wish, import_ideas
from roadmap.imports.undo import undo

log = logging.getLogger(__name__)
TASK = "roadmap.imports.task"
State = Import.State


def wish_of(one: Import, *, is_dry: bool = False) -> Wish:
    return Wish(
        path=one.path, name=one.name, format=one.format, columns=one.columns, stages=one.stages,
        area=one.area.slug if one.area else "", language=one.language, is_dry=is_dry, run=one.pk,
    )  # fmt: skip


@transaction.atomic
def start(one: Import) -> bool:
    """Hand it to the task queue; False where it is under way or has ended."""
    one = Import.objects.select_for_update(no_key=True, of=("self",)).get(pk=one.pk)
    if not one.may_start:
        return False
    _begin(one, State.RUNNING, "perform")
    return True


@transaction.atomic
def start_undo(one: Import) -> bool:
    """The same for taking it back."""
    one = Import.objects.select_for_update(no_key=True, of=("self",)).get(pk=one.pk)
    if not one.may_be_undone:
        return False
    _begin(one, State.UNDOING, "take_back")
    return True


def _begin(one: Import, state: str, task: str) -> None:
    now = timezone.now()
    one.put(state=state, done=0, total=0, problem="", started_at=now, told_at=now)
    async_task(f"{TASK}.{task}", one.pk, hook=f"{TASK}.after_attempt", timeout=settings.LONG_TASK_TIMEOUT)


def perform(pk: int) -> None:
    one = Import.objects.select_related("area").filter(pk=pk, state=State.RUNNING).first()
    if one is None:
        return
    try:
        report = import_ideas(wish_of(one), _teller(one))
    except (FileRefused, FileNotFoundError) as refusal:
        one.put(state=State.FAILED, problem=str(refusal)[:500])
        return
    one.put(state=State.DONE, report=report.as_json(), told_at=timezone.now())
    one.path.unlink(missing_ok=True)


def take_back(pk: int) -> None:
    one = Import.objects.filter(pk=pk, state=State.UNDOING).first()
    if one is None:
        return
    report = undo(one.source, run=one.pk, tell=_teller(one))
    one.put(state=State.UNDONE, report=report.as_json(), told_at=timezone.now())
    one.path.unlink(missing_ok=True)


def _teller(one: Import) -> Any:
    def tell(done: int, total: int) -> None:
        Import.objects.filter(pk=one.pk).update(done=done, total=total, told_at=timezone.now())

    return tell


def after_attempt(task: Task) -> None:
    """Called by the cluster after each attempt; after the last one it has failed, and may be started again."""
    if not task.success and task.attempt_count >= settings.Q_CLUSTER["max_attempts"]:
        log.error("import %s ended after %s attempts", task.args[0], task.attempt_count)
        under_way = Import.objects.filter(pk=task.args[0], state__in=[State.RUNNING, State.UNDOING])
        under_way.update(state=State.FAILED)
