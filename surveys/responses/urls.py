from django.urls import path

from surveys.responses import views

urlpatterns = [
    path("s/end/<str:token>/", views.end, name="survey-end"),
    path("s/<str:token>/", views.survey, name="survey"),
    path("s/<str:token>/comment/", views.comment, name="survey-comment"),
    path("s/<str:token>/offer/", views.offer, name="survey-offer"),
]
