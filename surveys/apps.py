from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def ensure_schedules(using: str, **details: Any) -> None:
    """What is done by the clock: choosing whom surveys ask next, and tallying what was answered."""
    from surveys.mailing import draw
    from surveys.tallies import keep

    draw.ensure_schedule(using)
    keep.ensure_schedule(using)


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        from surveys.embed import front  # noqa: F401
        from surveys.followup import privacy as followup_privacy  # noqa: F401
        from surveys.followup import setup as followup_setup  # noqa: F401
        from surveys.followup import weights  # noqa: F401
        from surveys.mailing import setup as mailing_setup  # noqa: F401
        from surveys.people import privacy as people_privacy  # noqa: F401
        from surveys.reports import seed_demo  # noqa: F401
        from surveys.reports import setup as reports_setup  # noqa: F401
        from surveys.responses import joined  # noqa: F401
        from surveys.responses import privacy as responses_privacy  # noqa: F401
        from surveys.tallies import setup as tallies_setup  # noqa: F401

        post_migrate.connect(ensure_schedules, sender=self)
