from django.urls import path

from community.conversations.views import replies

urlpatterns = [
    path("items/<id:pk>/reply/", replies.reply, name="reply"),
    path("replies/<id:pk>/edit/", replies.edit, name="reply-edit"),
    path("replies/<id:pk>/removal/", replies.removal, name="reply-removal"),
    path("replies/<id:pk>/restoration/", replies.restoration, name="reply-restoration"),
    path("replies/<id:pk>/approval/", replies.approval, name="reply-approval"),
]
