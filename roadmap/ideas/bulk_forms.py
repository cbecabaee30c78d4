from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from community.feedback import directory
from community.feedback.models import Item, Label
from community.feedback.places import Place
from community.lib.isolate import isolated
from community.members.models import Member
from community.members.requests import Request
from roadmap.ideas.bulk import file_all, label_all, merge_all, move_all
from roadmap.ideas.models import AREA
from roadmap.stages.forms import MoveForm


class StageForm(MoveForm):
    def __init__(self, *args: Any, items: list[Item], request: Request, **kwargs: Any) -> None:
        super().__init__(*args, now="", **kwargs)

    def act(self, items: list[Item], by: Member) -> int:
        return move_all(items, self.step(), by=by)


class AreaForm(forms.Form):
    area = forms.ModelChoiceField(
        queryset=Place.objects.none(), label=_("Product area"), widget=forms.Select(attrs={"class": "input"})
    )

    def __init__(self, *args: Any, items: list[Item], request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = directory.visible_places(request.site, request.user, AREA)
        field: Any = self.fields["area"]
        field.queryset = Place.objects.filter(pk__in=[one.pk for one in areas])
        field.label_from_instance = lambda place: place.local_name
        field.empty_label = _("Choose a product area")

    def act(self, items: list[Item], by: Member) -> int:
        return file_all(items, self.cleaned_data["area"], by=by)


class LabelForm(forms.Form):
    label = forms.ModelChoiceField(
        queryset=Label.objects.all(), label=_("Label"), widget=forms.Select(attrs={"class": "input"})
    )

    def __init__(self, *args: Any, items: list[Item], request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["label"]
        field.label_from_instance = lambda label: label.local_name
        field.empty_label = _("Choose a label")

    def act(self, items: list[Item], by: Member) -> int:
        return label_all(items, self.cleaned_data["label"], by=by)


class MergeAllForm(forms.Form):
    """Which of them stays, the most wanted at first."""

    target = forms.TypedChoiceField(coerce=int, label=_("The idea that stays"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, items: list[Item], request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["target"]
        wanted = sorted(items, key=lambda item: (-item.vote_count, item.pk))
        field.choices = [(item.pk, _named(item)) for item in wanted]
        field.initial = wanted[0].pk if wanted else None

    def act(self, items: list[Item], by: Member) -> int:
        target = next(item for item in items if item.pk == self.cleaned_data["target"])
        return merge_all(items, target, by=by)


def _named(item: Item) -> str:
    votes = ngettext("%(n)d vote", "%(n)d votes", item.vote_count) % {"n": item.vote_count}
    return f"{isolated(item.title)} · {votes}"


BulkForm = StageForm | AreaForm | LabelForm | MergeAllForm
# By the word in the address: the label of the button, and the form of the step.
ACTS: dict[str, tuple[str | Promise, type[StageForm] | type[AreaForm] | type[LabelForm] | type[MergeAllForm]]] = {
    "stage": (_("Move to another stage"), StageForm),
    "area": (pgettext_lazy("several ideas", "Set the product area"), AreaForm),
    "label": (pgettext_lazy("several ideas", "Add a label"), LabelForm),
    "merge": (pgettext_lazy("several ideas", "Merge into one"), MergeAllForm),
}
