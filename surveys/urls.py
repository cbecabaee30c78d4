from django.urls import include, path

urlpatterns = [
    path("", include("surveys.campaigns.urls")),
    path("", include("surveys.followup.urls")),
    path("", include("surveys.embed.urls")),
    path("", include("surveys.mailing.urls")),
    path("", include("surveys.reports.urls")),
    path("", include("surveys.responses.urls")),
]
