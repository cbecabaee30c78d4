"""What administrators change of surveys in /admin/."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from community.admin import TouchesPages
from surveys.mailing.models import Clocks


@admin.register(Clocks)
class ClocksAdmin(TouchesPages):
    """One row, which is made when it is first saved."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Clocks.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
