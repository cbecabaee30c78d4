from django.urls import path

from community.notifications.views import centre, follows, hooks, unsubscribe

urlpatterns = [
    path("me/notifications/", centre.notifications, name="notifications"),
    path("me/notifications/read/<id:up_to>/", centre.read, name="notifications-read"),
    path("me/notifications/settings/", centre.preferences, name="notifications-settings"),
    path("me/notifications/mail/", centre.mail_again, name="mail-again"),
    path("items/<id:pk>/follow/", follows.item, name="follow-item"),
    path("places/<id:pk>/follow/", follows.place, name="follow-place"),
    path("labels/<slug:slug>/follow/", follows.label, name="follow-label"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("hooks/mail/<slug:provider>/tracking/", hooks.tracking, name="hook-tracking"),
    path("hooks/mail/<slug:provider>/inbound/", hooks.inbound, name="hook-inbound"),
    # Mailgun sends whole mails instead of their parts where the address has "mime" in it.
    path("hooks/mail/<slug:provider>/inbound_mime/", hooks.inbound, name="hook-inbound-mime"),
]
