"""What is worked out beside the pages, each minute and each day."""

from django.db import connections
from django_q.models import Schedule

EACH_MINUTE = {"weights": "roadmap.ideas.weighing.weigh_due", "likeness": "roadmap.ideas.likeness.compare_due"}
EACH_DAY = {"all weights": "roadmap.ideas.weighing.weigh_all"}


def ensure(using: str) -> None:
    """The schedules, once."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # only this app was migrated
    schedules = Schedule.objects.using(using)
    for kind, tasks in ((Schedule.MINUTES, EACH_MINUTE), (Schedule.DAILY, EACH_DAY)):
        for name, task in tasks.items():
            if not schedules.filter(func=task).exists():
                schedules.create(name=name, func=task, schedule_type=kind, minutes=1)
