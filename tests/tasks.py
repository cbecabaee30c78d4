"""Runs what waits in the queue, as the cluster would, one task after another."""

from django.utils.module_loading import import_string
from django_q.models import OrmQ


def run_all() -> int:
    """How many tasks ran, those that they queued themselves included."""
    count = 0
    while row := OrmQ.objects.order_by("pk").first():
        task = row.task
        row.delete()
        function = task["func"] if callable(task["func"]) else import_string(task["func"])
        function(*task["args"], **task["kwargs"])
        count += 1
    return count
