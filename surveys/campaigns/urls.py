from django.urls import path

from surveys.campaigns import question_views, views

urlpatterns = [
    path("desk/surveys/", views.surveys, name="desk-surveys"),
    path("desk/surveys/new/", views.new, name="desk-survey-new"),
    path("desk/surveys/<id:pk>/edit/", views.edit, name="desk-survey-edit"),
    path("desk/surveys/<id:pk>/state/", views.state, name="desk-survey-state"),
    path("desk/surveys/<id:pk>/wording/<str:language>/", views.wording, name="desk-survey-wording"),
    path("desk/surveys/<id:pk>/questions/", question_views.questions, name="desk-survey-questions"),
    path("desk/surveys/<id:pk>/questions/new/", question_views.new, name="desk-survey-question-new"),
    path("desk/surveys/<id:pk>/questions/<id:number>/", question_views.question, name="desk-survey-question"),
    path(
        "desk/surveys/<id:pk>/questions/<id:number>/words/<str:language>/",
        question_views.words,
        name="desk-survey-question-words",
    ),
    path("desk/surveys/<id:pk>/questions/<id:number>/removal/", question_views.removal, name="desk-survey-removal"),
    path(
        "desk/surveys/<id:pk>/questions/<id:number>/removal/withdrawal/",
        question_views.removal_withdrawal,
        name="desk-survey-removal-withdrawal",
    ),
]
