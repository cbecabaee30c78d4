from django.urls import path

from community.conversations.views import replies

urlpatterns = [
    path("items/<int:pk>/reply/", replies.reply, name="reply"),
    path("replies/<int:pk>/edit/", replies.edit, name="reply-edit"),
    path("replies/<int:pk>/removal/", replies.removal, name="reply-removal"),
    path("replies/<int:pk>/restoration/", replies.restoration, name="reply-restoration"),
    path("replies/<int:pk>/approval/", replies.approval, name="reply-approval"),
]
