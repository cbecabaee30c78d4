from django.urls import path

from roadmap.releases.views import badge, changelog, feeds, writing

urlpatterns = [
    path("changelog/", changelog.index, name="changelog"),
    path("changelog/<str:slug>/", changelog.release, name="release"),
    path("embed/changelog.js", badge.loader, name="changelog-loader"),
    path("embed/changelog/", badge.panel, name="changelog-panel"),
    path("desk/changelog/", badge.snippet, name="desk-changelog"),
    path("releases/new/", writing.new, name="release-new"),
    path("releases/<id:pk>/edit/", writing.edit, name="release-edit"),
    path("releases/<id:pk>/entries/new/", writing.entry, name="entry-new"),
    path("releases/<id:pk>/entries/<id:entry>/", writing.entry, name="entry-edit"),
    path("releases/<id:pk>/entries/<id:entry>/removal/", writing.entry_removal, name="entry-removal"),
    path("releases/<id:pk>/publication/", writing.publication, name="release-publication"),
    path("releases/<id:pk>/removal/", writing.removal, name="release-removal"),
    path("releases/<id:pk>/restoration/", writing.restoration, name="release-restoration"),
    path("feeds/changelog.atom", feeds.ChangelogFeed(), name="feed-changelog"),
    path("feeds/changelog.json", feeds.json_feed, name="feed-changelog-json"),
]
