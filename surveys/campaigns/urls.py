from django.urls import path

from surveys.campaigns import views

urlpatterns = [
    path("desk/surveys/", views.surveys, name="desk-surveys"),
    path("desk/surveys/new/", views.new, name="desk-survey-new"),
    path("desk/surveys/<id:pk>/edit/", views.edit, name="desk-survey-edit"),
    path("desk/surveys/<id:pk>/state/", views.state, name="desk-survey-state"),
    path("desk/surveys/<id:pk>/wording/<str:language>/", views.wording, name="desk-survey-wording"),
]
