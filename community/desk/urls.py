from django.urls import path

from community.desk import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/mail/", views.mail, name="desk-mail"),
    path("desk/mail/<id:pk>/", views.mail, name="desk-mail-one"),
    path("desk/patterns/", views.patterns, name="patterns"),
]
