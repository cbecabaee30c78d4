from django.urls import path

from surveys.followup import views

urlpatterns = [
    path("desk/surveys/ambassadors/", views.ambassadors, name="desk-survey-ambassadors"),
    path("desk/surveys/contacts/", views.waiting, name="desk-survey-contacts"),
    path("desk/surveys/contacts/<slug:key>/", views.contact, name="desk-survey-contact"),
    path("desk/surveys/contacts/<slug:key>/mail/", views.mail, name="desk-survey-contact-mail"),
    path("desk/surveys/contacts/<slug:key>/withdrawal/", views.take_back, name="desk-survey-contact-back"),
]
