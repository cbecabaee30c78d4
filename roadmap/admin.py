"""What administrators change of the roadmap in /admin/."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from community.admin import TouchesPages
from roadmap.ideas.heat import COLD
from roadmap.ideas.models import AREA, Area, Idea, Voting
from roadmap.stages.models import ENDED, Reason, Stage
from roadmap.subscriptions.models import Subscription


@admin.register(Area)
class AreaAdmin(TouchesPages):
    list_display = ["name", "slug", "order", "audience", "posting", "is_premoderated"]
    list_editable = ["order"]
    prepopulated_fields = {"slug": ["name"]}
    fields = [
        "name", "slug", "description", "translations", "icon", "colour", "order", "audience", "group", "posting",
        "is_premoderated",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Area]:
        return super().get_queryset(request).filter(kind=AREA)


@admin.register(Voting)
class VotingAdmin(TouchesPages):
    """One row, which is made when it is first saved."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Voting.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Stage)
class StageAdmin(TouchesPages):
    list_display = ["name", "kind", "slug", "order"]
    list_editable = ["order"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Items name their stage by it."""
        return (["slug", "kind"] if obj.is_needed else ["slug"]) if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_needed)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Deleted one by one: many at once are not asked whether each is needed."""
        return {name: one for name, one in super().get_actions(request).items() if name != "delete_selected"}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What ends or begins anew with another kind stands elsewhere on the board."""
        had_ended = form.initial.get("kind", obj.kind) in ENDED
        super().save_model(request, obj, form, change)
        if change and obj.is_ended != had_ended:
            Idea.objects.filter(stage=obj).update(heat=F("heat") + (COLD if had_ended else -COLD))


@admin.register(Reason)
class ReasonAdmin(TouchesPages):
    list_display = ["name", "slug", "order"]
    list_editable = ["order"]


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    """To be found and ended when somebody asks for it otherwise; nobody subscribes another."""

    list_display = ["address", "language", "asked_at", "confirmed_at"]
    search_fields = ["address"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
