from django.urls import path

from community.desk import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/mail/", views.mail, name="desk-mail"),
    path("desk/mail/<id:pk>/", views.mail, name="desk-mail-one"),
    path("desk/mail/received/<id:pk>/attempt/", views.attempt, name="desk-mail-attempt"),
    path("desk/search/", views.search, name="desk-search"),
    path("desk/help-box/", views.help_box, name="desk-help-box"),
    path("desk/patterns/", views.patterns, name="patterns"),
]
