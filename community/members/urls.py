from django.urls import path, re_path

from community.members.views import ignoring, people, privacy, setup

urlpatterns = [
    path("members/<str:handle>/", people.profile, name="profile"),
    path("members/<str:handle>/ignore/", ignoring.ignore_member, name="ignore"),
    path("members/<str:handle>/ignore/end/", ignoring.heed_member, name="ignore-end"),
    path("me/ignored/", ignoring.ignored, name="ignored"),
    path("me/", people.me, name="me"),
    path("me/settings/", people.my_settings, name="settings"),
    path("me/privacy/", privacy.overview, name="privacy"),
    path("me/privacy/export/", privacy.export, name="export"),
    path("me/privacy/export/<id:pk>/", privacy.download, name="export-download"),
    path("me/privacy/deletion/", privacy.deletion, name="deletion"),
    path("me/privacy/deletion/withdrawal/", privacy.withdrawal, name="deletion-withdrawal"),
    path("preferences/", people.preferences, name="preferences"),
    path("pages/<slug:slug>/", people.site_page, name="page"),
    path("limits/", people.limits_page, name="limits"),
    path("keys/", people.keys, name="keys"),
    path("setup/", setup.set_up, name="setup"),
    re_path(r"^brand\.(?P<colour>[0-9a-f]{6})\.css$", people.brand, name="brand"),
]
