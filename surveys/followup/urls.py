from django.urls import path

from surveys.followup import views

urlpatterns = [
    path("desk/surveys/contacts/", views.waiting, name="desk-survey-contacts"),
    path("desk/surveys/contacts/<id:pk>/", views.contacted, name="desk-survey-contacted"),
    path("desk/surveys/contacts/<id:pk>/withdrawal/", views.take_back, name="desk-survey-contact-back"),
]
