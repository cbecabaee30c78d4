from django.urls import include, path, register_converter


class Id:
    """A number that both databases can compare; Django's `int` lets any number of digits through to them."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Id, "id")  # before the rooms' addresses are read

urlpatterns = [
    path("", include("community.discussions.urls")),
    path("", include("community.knowledge.urls")),
    path("", include("community.conversations.urls")),
    path("", include("community.moderation.urls")),
    path("", include("community.feedback.urls")),
    path("", include("community.notifications.urls")),
    path("", include("community.search.urls")),
    path("", include("community.members.urls")),
    path("", include("community.desk.urls")),
]
