from django.urls import path

from surveys.mailing import preview, views

urlpatterns = [
    path("desk/surveys/<id:pk>/audience/", views.audience, name="desk-survey-audience"),
    path("desk/surveys/<id:pk>/why/", views.why, name="desk-survey-why"),
    path("desk/surveys/<id:pk>/preview/", preview.preview, name="desk-survey-preview"),
    path("desk/surveys/<id:pk>/preview/page/", preview.page, name="desk-survey-preview-page"),
    path("desk/surveys/<id:pk>/preview/mail/", preview.letter, name="desk-survey-preview-mail"),
]
