from django.urls import path

from roadmap.imports import views

urlpatterns = [
    path("desk/import-ideas/", views.index, name="idea-imports"),
    path("desk/import-ideas/<id:pk>/", views.one, name="idea-import"),
    path("desk/import-ideas/<id:pk>/run/", views.run, name="idea-import-run"),
    path("desk/import-ideas/<id:pk>/withdrawal/", views.withdrawal, name="idea-import-undo"),
    path("desk/import-ideas/<id:pk>/discard/", views.discard, name="idea-import-discard"),
    path("desk/export-ideas/", views.export, name="ideas-export"),
]
