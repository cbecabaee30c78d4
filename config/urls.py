from django.apps import apps
from django.contrib import admin
from django.urls import include, path

from community import urls as pages
from config.api import api, docs, openapi
from config.media import media

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("media/<path:name>", media),
    path("api/docs", docs),
    path("api/v1/openapi.json", openapi),
    path("api/v1/", api.urls),
    *(path("", include(f"{app}.urls")) for app in ("roadmap", "surveys") if apps.is_installed(app)),
    path("", include(pages)),
]
