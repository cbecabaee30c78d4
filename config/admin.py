"""The admin site: for those whose role is admin, with the log-in that everybody uses."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class AdminSite(admin.AdminSite):
    site_header = "Hearback"
    site_title = "Hearback"
    index_title = _("Site administration")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.is_active and request.user.is_admin

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        # allauth's log-in knows codes, passkeys and limits; the admin's own knows none of them.
        if request.user.is_authenticated:
            raise PermissionDenied(_("Only administrators of this site may open its settings."))
        return redirect_to_login(request.get_full_path().removesuffix("login/"))
