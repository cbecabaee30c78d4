from django.contrib import admin
from django.urls import include, path

from config.media import media

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("media/<path:name>", media),
    path("", include("community.urls")),
]
