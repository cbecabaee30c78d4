from django.urls import include, path

urlpatterns = [
    path("", include("roadmap.ideas.urls")),
    path("", include("roadmap.features.urls")),
    path("", include("roadmap.openness.urls")),
    path("", include("roadmap.subscriptions.urls")),  # before a release of the same address
    path("", include("roadmap.releases.urls")),
    path("", include("roadmap.imports.urls")),
]
