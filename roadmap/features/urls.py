from django.urls import path

from roadmap.features.views import features, roadmap

urlpatterns = [
    path("roadmap/", roadmap.index, name="roadmap"),
    path("roadmap/changes/", roadmap.changes, name="roadmap-changes"),
    path("roadmap/new/", features.new, name="feature-new"),
    path("roadmap/<id:pk>/edit/", features.edit, name="feature-edit"),
    path("roadmap/<id:pk>/stage/", features.stage, name="feature-stage"),
    path("roadmap/<id:pk>/target/", roadmap.target, name="feature-target"),
    path("roadmap/<id:pk>/ideas/", features.ideas, name="feature-ideas"),
    path("roadmap/<id:pk>/ideas/<id:idea>/withdrawal/", features.release_idea, name="feature-idea-withdrawal"),
    path("roadmap/<id:pk>/fit/", features.fit, name="feature-fit"),
    path("roadmap/<id:pk>/<str:slug>/", features.feature, name="feature"),
]
