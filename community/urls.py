from django.urls import include, path

urlpatterns = [
    path("", include("community.discussions.urls")),
    path("", include("community.conversations.urls")),
    path("", include("community.feedback.urls")),
    path("", include("community.members.urls")),
    path("", include("community.desk.urls")),
]
