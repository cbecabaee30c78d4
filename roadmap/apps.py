from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def ensure_schedules(using: str, **details: Any) -> None:
    """What is done by the clock: publishing what was scheduled, weighing and comparing ideas, counting for /open/."""
    from roadmap.ideas import schedule
    from roadmap.openness import figures
    from roadmap.releases import setup

    setup.ensure_schedule(using)
    schedule.ensure(using)
    figures.ensure_schedule(using)


class RoadmapConfig(AppConfig):
    name = "roadmap"
    verbose_name = _("Roadmap")

    def ready(self) -> None:
        from roadmap.ideas import begun, privacy, seed_demo, setup  # noqa: F401

        # isort: split
        from roadmap.features import merged, move  # noqa: F401
        from roadmap.features import privacy as features_privacy  # noqa: F401
        from roadmap.features import seed_demo as features_demo  # noqa: F401
        from roadmap.features import setup as features_setup  # noqa: F401

        # isort: split
        from roadmap.releases import seed_demo as releases_demo  # noqa: F401
        from roadmap.releases import setup as releases_setup  # noqa: F401

        # isort: split
        from roadmap.imports import privacy as imports_privacy  # noqa: F401
        from roadmap.imports import setup as imports_setup  # noqa: F401
        from roadmap.subscriptions import privacy as subscriptions_privacy  # noqa: F401
        from roadmap.subscriptions import setup as subscriptions_setup  # noqa: F401

        # isort: split
        from roadmap.openness import setup as openness_setup  # noqa: F401

        post_migrate.connect(ensure_schedules, sender=self)
