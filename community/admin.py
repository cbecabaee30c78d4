"""What administrators change in /admin/; the desk is for everything that people say."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community.discussions.models import Category
from community.feedback.models import Label
from community.feedback.places import Place
from community.knowledge.models import Section
from community.lib import markdown
from community.lib.origins import is_origin
from community.lib.picture_forms import PictureForm
from community.lib.pictures import logo_from
from community.members.leave import leave
from community.members.models import Company, Group, Member, Product, Site
from community.members.pages import SitePage, publish_page


class SiteForm(PictureForm):
    picture_field = "logo"
    languages = forms.MultipleChoiceField(
        label=_("Languages offered"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple, required=False
    )
    logo = forms.FileField(
        label=_("Logo"), required=False, widget=AdminFileWidget,
        help_text=_("A square fits best. JPEG, PNG, WebP, GIF or AVIF, without animation, up to 8 MB."),
    )  # fmt: skip

    class Meta:
        model = Site
        fields = ["name", "tagline", "brand_colour", "logo", "language", "languages", "embed_origins"]

    def clean_brand_colour(self) -> str:
        colour = self.cleaned_data["brand_colour"].lower()
        if colour and not (len(colour) == 7 and colour[0] == "#" and all(c in "0123456789abcdef" for c in colour[1:])):
            raise ValidationError(_("Write it like #3355cc."))
        return colour

    def clean_embed_origins(self) -> str:
        said = self.cleaned_data["embed_origins"].lower().split()
        for one in said:
            if one != "*" and not is_origin(one.rstrip("/")):
                raise ValidationError(
                    _("“%(address)s” is not the address of a site. Write it like https://shop.example."),
                    params={"address": one},
                )
        return "\n".join(one.rstrip("/") for one in said)

    def clean_logo(self) -> Any:
        return self.made_anew(logo_from)


class TouchesPages(admin.ModelAdmin):
    """What stands on pages that are kept for guests."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        Site.touch()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        Site.touch()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        super().delete_queryset(request, queryset)
        Site.touch()


@admin.register(Site)
class SiteAdmin(TouchesPages):
    form = SiteForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SitePageForm(forms.ModelForm):
    def clean_body(self) -> str:
        """Refused here, what cannot be shown takes no page down."""
        try:
            markdown.render(self.cleaned_data["body"])
        except markdown.MarkdownRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return markdown.check_text(self.cleaned_data["body"])


@admin.register(SitePage)
class SitePageAdmin(admin.ModelAdmin):
    """Saving writes a new version, for people accepted the old one."""

    form = SitePageForm

    list_display = ["slug", "language", "version", "title", "published_at"]
    list_filter = ["slug", "language"]
    fields = ["slug", "language", "title", "body"]

    def save_model(self, request: HttpRequest, obj: SitePage, form: Any, change: bool) -> None:
        page = publish_page(obj.slug, obj.language, obj.title, obj.body)
        obj.pk, obj.version = page.pk, page.version

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Member)
class MemberAdmin(TouchesPages):
    list_display = ["handle", "name", "role", "company", "is_active", "joined_at"]
    list_filter = ["role", "is_active", "language"]
    search_fields = ["handle", "name", "email"]
    fields = ["handle", "name", "role", "is_active", "company", "bio", "language", "time_zone"]
    readonly_fields = ["handle"]
    autocomplete_fields = ["company"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Member) -> None:
        leave(obj, erases=False)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for member in queryset:
            leave(member, erases=False)


@admin.register(Company)
class CompanyAdmin(admin.ModelAdmin):
    list_display = ["name", "plan", "monthly_revenue"]
    list_filter = ["plan"]
    search_fields = ["name"]


@admin.register(Group)
class GroupAdmin(TouchesPages):
    filter_horizontal = ["members"]


class CategoryInline(admin.StackedInline):
    model = Category
    can_delete = False
    min_num = 1
    max_num = 1


class SectionInline(admin.StackedInline):
    model = Section
    can_delete = False
    min_num = 1
    max_num = 1


@admin.register(Place)
class PlaceAdmin(TouchesPages):
    """Categories, and with ?kind=section in the address of a new one, sections."""

    list_display = ["name", "kind", "slug", "order", "parent", "audience", "posting", "is_premoderated"]
    list_editable = ["order"]
    list_filter = ["kind"]
    prepopulated_fields = {"slug": ["name"]}
    inlines_of = {Category.KIND: CategoryInline, Section.KIND: SectionInline}

    def kind_of(self, request: HttpRequest, obj: Place | None) -> str:
        wanted = obj.kind if obj else request.GET.get("kind", "")
        return wanted if wanted in self.inlines_of else Category.KIND

    def get_inlines(self, request: HttpRequest, obj: Place | None) -> list[Any]:
        return [self.inlines_of[self.kind_of(request, obj)]]

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: bool) -> None:
        obj.kind = obj.kind or self.kind_of(request, None)
        super().save_model(request, obj, form, change)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            kwargs["queryset"] = Place.objects.filter(parent=None).order_by("kind", "order")  # two levels, no more
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Label)
class LabelAdmin(TouchesPages):
    list_display = ["name", "slug", "colour"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Product)
class ProductAdmin(TouchesPages):
    list_display = ["name"]
