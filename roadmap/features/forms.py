from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.discussions.forms import PlaceChoice
from community.feedback import directory
from community.feedback.models import Label, Visibility
from community.feedback.places import Place
from community.lib.fields import LineField, ManyChoice, MarkdownField, checked
from community.members.models import Group, Member
from community.members.requests import Request
from community.members.roles import STAFF
from roadmap.features.models import Confidence, Feature, Horizon, Precision, end_of_quarter, quarter_of
from roadmap.features.plan import Planned, When
from roadmap.ideas.merge import stays
from roadmap.ideas.models import AREA, Idea
from roadmap.stages.forms import MoveForm
from roadmap.stages.models import BY_HAND, Kind, Stage

QUARTERS = 8  # from this one on
SHOWN_TO = [(one.value, one.label) for one in Visibility if one in ("public", "members", "group", "staff")]


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d")


def quarters(today: date, also: date | None = None) -> list[tuple[str, str]]:
    """("2027-2", "Q2 2027") of those to come, and of one that is kept."""
    first = quarter_of(today)
    ends = [end_of_quarter(today.year, first + at) for at in range(QUARTERS)]
    if also and also not in ends:
        ends.insert(0, also)
    said = _("Q%(quarter)d %(year)d")
    return [(f"{end.year}-{quarter_of(end)}", said % {"quarter": quarter_of(end), "year": end.year}) for end in ends]


class FeatureForm(forms.Form):
    title = LineField(label=_("Title"), min_length=3, max_length=200)
    why = LineField(
        label=_("Why"), max_length=500, required=False, help_text=_("In one sentence: what it is good for.")
    )
    body = MarkdownField(label=_("What"))
    stage = forms.ModelChoiceField(queryset=Stage.objects.none(), label=_("Stage"), widget=_select())
    area = PlaceChoice(queryset=Place.objects.none(), label=_("Product area"), widget=_select(), required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"), widget=_select(), required=False)
    precision = forms.ChoiceField(choices=Precision.choices, label=_("When it comes"), widget=_select())
    horizon = forms.ChoiceField(
        choices=Horizon.choices, label=_("Now, next or later"), widget=_select(), required=False
    )
    quarter = forms.ChoiceField(choices=[], label=_("Quarter"), widget=_select(), required=False)
    due_on = forms.DateField(label=_("Day"), widget=_day(), required=False)
    confidence = forms.ChoiceField(choices=Confidence.choices, label=_("How sure it is"), widget=_select())
    reason = LineField(
        label=_("Why the target changes"), max_length=300, required=False,
        help_text=_("In public, beside what was promised before."),
    )  # fmt: skip
    progress = forms.IntegerField(
        label=_("Progress in percent"), min_value=0, max_value=100, required=False,
        widget=forms.NumberInput(attrs={"class": "input"}),
    )  # fmt: skip
    owner = forms.ModelChoiceField(queryset=Member.objects.none(), label=_("Owner"), widget=_select(), required=False)
    visibility = forms.ChoiceField(choices=SHOWN_TO, label=_("Who may see it"), widget=_select())
    group = forms.ModelChoiceField(queryset=Group.objects.all(), label=_("Group"), widget=_select(), required=False)
    labels = ManyChoice(
        queryset=Label.objects.all(), required=False, label=_("Labels"), widget=forms.CheckboxSelectMultiple
    )
    notes = forms.CharField(
        label=_("Private notes"), required=False, max_length=10_000, help_text=_("Staff read them, nobody else."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "dir": "auto"}),
    )  # fmt: skip

    def __init__(self, *args: Any, request: Request, feature: Feature | None = None, **kwargs: Any) -> None:
        if feature:
            kwargs["initial"] = _said(feature) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        areas = directory.visible_places(request.site, request.user, AREA)
        fields["area"].queryset = Place.objects.filter(pk__in=[one.pk for one in areas])
        fields["owner"].queryset = Member.objects.filter(role__in=STAFF, is_active=True).order_by("name", "handle")
        is_quarter = feature is not None and feature.precision == Precision.QUARTER
        fields["quarter"].choices = quarters(timezone.localdate(), feature.due_on if feature and is_quarter else None)
        begins = Stage.objects.filter(kind__in=[kind for kind in BY_HAND if kind not in (Kind.NEW, Kind.DECLINED)])
        fields["stage"].queryset = begins
        if feature:
            del self.fields["stage"]  # it moves with a public answer
        if not Group.objects.exists():
            del self.fields["group"]
            fields["visibility"].choices = [one for one in SHOWN_TO if one[0] != Visibility.GROUP]

    def clean_notes(self) -> str:
        return checked(self.cleaned_data["notes"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("precision") == Precision.DATE and not said.get("due_on"):
            self.add_error("due_on", _("Choose a day, or say it less exactly."))
        if said.get("visibility") == Visibility.GROUP and not said.get("group"):
            self.add_error("group" if "group" in self.fields else None, _("Choose the group."))
        return said

    def when(self) -> When:
        said = self.cleaned_data
        due_on: date | None = None
        if said["precision"] == Precision.DATE:
            due_on = said["due_on"]
        elif said["precision"] == Precision.QUARTER:
            year, quarter = (said["quarter"] or self.fields["quarter"].choices[0][0]).split("-")  # type: ignore[attr-defined]
            due_on = end_of_quarter(int(year), int(quarter))
        return When(said["precision"], said["horizon"] or Horizon.LATER, due_on, said["confidence"])

    def planned(self) -> Planned:
        said = self.cleaned_data
        is_group = said["visibility"] == Visibility.GROUP
        return Planned(
            title=said["title"], body=said["body"], why=said["why"], when=self.when(), area=said["area"],
            language=said["language"], labels=tuple(said["labels"]), visibility=said["visibility"],
            group=said.get("group") if is_group else None, owner=said["owner"], progress=said["progress"] or 0,
            notes=said["notes"], reason=said["reason"],
        )  # fmt: skip


def _said(feature: Feature) -> dict[str, Any]:
    item = feature.item
    due = feature.due_on
    return {
        "title": item.title, "why": feature.why, "body": item.body, "area": item.place_id, "language": item.language,
        "precision": feature.precision, "horizon": feature.horizon, "due_on": due, "confidence": feature.confidence,
        "quarter": f"{due.year}-{quarter_of(due)}" if due else "", "progress": feature.progress,
        "owner": feature.owner_id, "visibility": item.visibility, "group": item.group_id,
        "labels": item.labels.all(), "notes": feature.notes,
    }  # fmt: skip


class GatherForm(forms.Form):
    idea = LineField(
        label=_("An idea that it fulfils"),
        max_length=300,
        help_text=_("Its address or its number, for example /ideas/12/dark-mode/ or 12."),
    )

    def clean_idea(self) -> Idea:
        said = self.cleaned_data["idea"]
        number = said.partition("/ideas/")[2].partition("/")[0] if "/ideas/" in said else said.lstrip("#")
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise ValidationError(_("This is neither an address nor a number of an idea."))
        idea = Idea.objects.select_related("item").filter(pk=int(number)).first()
        if idea is None:
            raise ValidationError(_("There is no idea with this number."))
        went = stays(idea.item)  # one that was merged is wished for there
        return idea if went.pk == idea.pk else Idea.objects.select_related("item").get(pk=went.pk)


class FeatureMoveForm(MoveForm):
    with_ideas = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Move its ideas along"),
        help_text=_("Those that have not ended come to the same stage; their supporters hear of it once."),
    )


class FitForm(forms.Form):
    solves = forms.TypedChoiceField(
        choices=[("yes", _("This solves it for me")), ("no", _("Not yet"))], coerce=lambda said: said == "yes"
    )
    why = LineField(required=False, max_length=500, label=_("What is missing?"))
