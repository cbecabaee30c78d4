from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"

    def ready(self) -> None:
        from community import checks
        from community.conversations import begun  # noqa: F401
        from community.discussions import begun as discussions_begun  # noqa: F401
        from community.discussions import setup  # noqa: F401

        checks.register_all()
