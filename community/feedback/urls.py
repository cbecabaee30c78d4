from django.urls import path

from community.feedback.views import files, items, votes, writing

urlpatterns = [
    path("go/<id:pk>", items.go, name="go"),
    path("items/<id:pk>/vote/", votes.vote_for, name="vote"),
    path("items/<id:pk>/vote/withdrawal/", votes.withdraw_vote, name="vote-withdrawal"),
    path("items/<id:pk>/history/", items.history, name="history"),
    path("preview/", writing.preview, name="preview"),
    path("mentions/", writing.mentions, name="mentions"),
    path("drafts/<str:key>/", writing.draft, name="draft"),
    path("files/", files.upload, name="upload"),
    path("files/<id:pk>/<str:name>", files.file, name="file"),
    path("files/<id:pk>/small/<str:name>", files.file, {"small": True}, name="file-small"),
]
