from django.urls import path

from surveys.reports import views

urlpatterns = [
    path("desk/surveys/<id:pk>/", views.report, name="desk-survey"),
    path("desk/surveys/<id:pk>/trend/", views.trend, name="desk-survey-trend"),
    path("desk/surveys/<id:pk>/segments/", views.segments, name="desk-survey-segments"),
    path("desk/surveys/<id:pk>/periods/", views.periods, name="desk-survey-periods"),
    path("desk/surveys/<id:pk>/choices/", views.choices, name="desk-survey-choices"),
    path("desk/surveys/<id:pk>/answers/", views.answers, name="desk-survey-answers"),
    path("desk/surveys/<id:pk>/export/", views.export, name="desk-survey-export"),
    path("desk/surveys/answers/<id:pk>/", views.answer, name="desk-survey-answer"),
]
