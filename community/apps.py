from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def ensure_cache_table(using: str, **details: Any) -> None:
    """The table of the database cache, where limits are counted; nothing happens when it is there."""
    call_command("createcachetable", database=using, verbosity=0)


def ensure_cleaning(using: str, **details: Any) -> None:
    """The daily task that throws away what has expired; nothing happens when it is scheduled."""
    from community.members import cleaning

    cleaning.ensure_schedule(using)


def ensure_champions(using: str, **details: Any) -> None:
    """The daily task that makes champions by the site's rule; nothing happens when it is scheduled."""
    from community.moderation import champions

    champions.ensure_schedule(using)


def ensure_mails(using: str, **details: Any) -> None:
    """The task of every minute that sends the mails whose hour has come."""
    from community.notifications import setup

    setup.ensure_schedule(using)


def ensure_search(using: str, **details: Any) -> None:
    """The tables of the index, which no migration makes, and the task of every minute that learns from it."""
    from community.search import setup

    setup.ensure(using)
    setup.ensure_schedule(using)


def ensure_knowledge(using: str, **details: Any) -> None:
    """The tasks that publish what was scheduled and ask owners whether articles are still correct."""
    from community.knowledge import setup

    setup.ensure_schedule(using)


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        # First: what was decided about somebody stands above what they wrote, on their page.
        from community.moderation import setup as moderation_setup  # noqa: F401

        # isort: split
        from community import checks
        from community.conversations import begun, by_mail, privacy  # noqa: F401
        from community.discussions import appeals as discussions_appeals  # noqa: F401
        from community.discussions import begun as discussions_begun  # noqa: F401
        from community.discussions import privacy as discussions_privacy  # noqa: F401
        from community.discussions import setup  # noqa: F401
        from community.feedback import erase, exported  # noqa: F401
        from community.knowledge import files as knowledge_files  # noqa: F401
        from community.knowledge import privacy as knowledge_privacy  # noqa: F401
        from community.knowledge import setup as knowledge_setup  # noqa: F401
        from community.members import exported as members_exported  # noqa: F401
        from community.moderation import privacy as moderation_privacy  # noqa: F401
        from community.notifications import privacy as notifications_privacy  # noqa: F401
        from community.notifications import setup as notifications_setup  # noqa: F401
        from community.search import learned  # noqa: F401
        from community.search import privacy as search_privacy  # noqa: F401
        from community.search import setup as search_setup  # noqa: F401

        checks.register_all()
        post_migrate.connect(ensure_cache_table, sender=self)
        post_migrate.connect(ensure_cleaning, sender=self)
        post_migrate.connect(ensure_champions, sender=self)
        post_migrate.connect(ensure_mails, sender=self)
        post_migrate.connect(ensure_search, sender=self)
        post_migrate.connect(ensure_knowledge, sender=self)
