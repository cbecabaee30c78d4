from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.discussions.forms import PlaceChoice
from community.feedback import directory
from community.feedback.models import Label, Visibility
from community.feedback.places import Place
from community.lib.fields import LineField, ManyChoice, MarkdownField, TrapField
from community.lib.isolate import isolated
from community.members.models import Product
from community.members.requests import Request
from roadmap.ideas.models import AREA, CLOSED, Idea, Importance
from roadmap.ideas.rows import Row
from roadmap.ideas.suggest import Suggestion


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class IdeaForm(forms.Form):
    title = LineField(
        label=_("Title"), min_length=3, max_length=200, help_text=_("What would be better? One wish an idea.")
    )
    body = MarkdownField(label=_("Your text"))
    homepage = TrapField()
    area = PlaceChoice(queryset=Place.objects.none(), label=_("Product area"), widget=_select())
    product = forms.ModelChoiceField(
        queryset=Product.objects.all(), label=_("Product"), required=False, widget=_select(), empty_label="–"
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"), widget=_select(), required=False)
    labels = ManyChoice(
        queryset=Label.objects.all(), required=False, label=_("Labels"), widget=forms.CheckboxSelectMultiple
    )
    is_private = forms.BooleanField(
        required=False, label=_("Private"), help_text=_("Only you, your company and staff can read it.")
    )

    def __init__(self, *args: Any, request: Request, idea: Idea | None = None, **kwargs: Any) -> None:
        if idea:
            kwargs["initial"] = _said(idea) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        viewer = request.user
        areas = directory.visible_places(request.site, viewer, AREA)
        open_to = [one.pk for one in areas if not viewer.is_authenticated or one.may_post(viewer)]
        if idea and idea.item.place_id and idea.item.place_id not in open_to:
            open_to.append(idea.item.place_id)  # closed to new ideas since: this one stays
        field: Any = self.fields["area"]
        field.queryset = Place.objects.filter(pk__in=open_to)
        field.empty_label = _("Choose a product area") if len(open_to) > 1 else None  # the only one is chosen
        if not open_to:  # a site that has none
            del self.fields["area"]
        if not directory.products(request.site):
            del self.fields["product"]
        if idea and idea.item.visibility == Visibility.PRIVATE:
            self.fields["is_private"].help_text = _("Only its author and staff can read it.")
        if idea and idea.item.language not in dict(settings.LANGUAGES):  # brought in from elsewhere
            language: Any = self.fields["language"]
            language.choices = [(idea.item.language, idea.item.language or "–"), *settings.LANGUAGES]

    def suggestion(self) -> Suggestion:
        said = self.cleaned_data
        return Suggestion(
            title=said["title"],
            body=said["body"],
            area=said.get("area"),
            product=said.get("product"),
            language=said["language"],
            labels=tuple(said["labels"]),
            is_private=said["is_private"],
            is_trapped=said["homepage"],
        )


def _said(idea: Idea) -> dict[str, Any]:
    item = idea.item
    return {
        "title": item.title,
        "body": item.body,
        "area": item.place_id,
        "product": item.product_id,
        "language": item.language,
        "labels": item.labels.all(),
        "is_private": item.visibility in CLOSED,
    }


class ImportanceForm(forms.Form):
    level = forms.ChoiceField(
        choices=Importance.Level.choices, label=_("How much does this matter to you?"), widget=forms.RadioSelect
    )
    why = LineField(required=False, max_length=500, label=_("Why?"), help_text=_("Staff read it, nobody else."))


def _named(row: Row) -> str:
    votes = ngettext("%(n)d vote", "%(n)d votes", row.vote.count) % {"n": row.vote.count}
    return f"{isolated(row.title)} · {votes}"


class MergeForm(forms.Form):
    """Which idea stays: one of those that are near, or any by its address or number."""

    chosen = forms.TypedChoiceField(
        coerce=int, required=False, label=_("The idea that stays"), widget=forms.RadioSelect, empty_value=""
    )
    into = LineField(
        required=False,
        label=_("Another idea"),
        max_length=300,
        help_text=_("Its address or its number, for example /ideas/12/dark-mode/ or 12."),
    )

    def __init__(self, *args: Any, near: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(row.pk, _named(row)) for row in near]  # type: ignore[attr-defined]
        if not near:
            del self.fields["chosen"]
            self.fields["into"].label, self.fields["into"].required = _("The idea that stays"), True

    def clean_into(self) -> int:
        said = self.cleaned_data["into"]
        if not said:
            return 0
        number = said.partition("/ideas/")[2].partition("/")[0] if "/ideas/" in said else said.lstrip("#")
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise ValidationError(_("This is neither an address nor a number of an idea."))
        return int(number)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["target"] = said.get("into") or said.get("chosen") or 0
        if not said["target"] and not self.errors:
            raise ValidationError({"into": _("Choose the idea that stays.")})
        return said
