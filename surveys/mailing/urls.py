from django.urls import path

from surveys.mailing import views

urlpatterns = [
    path("desk/surveys/<id:pk>/audience/", views.audience, name="desk-survey-audience"),
    path("desk/surveys/<id:pk>/why/", views.why, name="desk-survey-why"),
]
