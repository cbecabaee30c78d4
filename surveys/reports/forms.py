"""What answers are narrowed by, and which periods are compared."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.campaigns.models import Campaign
from surveys.nps import Band
from surveys.reports.guard import is_guarded
from surveys.reports.segments import NONE, segment_names, value_name
from surveys.reports.windows import Window, month_of

BANDS = [
    (Band.PROMOTER.value, pgettext_lazy("band of NPS", "Promoters")),
    (Band.PASSIVE.value, pgettext_lazy("band of NPS", "Passives")),
    (Band.DETRACTOR.value, pgettext_lazy("band of NPS", "Detractors")),
]
EARLIEST, LATEST = date(1990, 1, 1), date(2999, 12, 30)  # what no window begins before or ends after


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Choose a day from 1990 on."))
        return day


class AnswersForm(forms.Form):
    """The filters of the list: in a survey that shows nobody, one thing that people can be told apart by at a time."""

    def __init__(
        self, query: Any, *, campaign: Campaign, values: dict[str, list[str]], months: Sequence[Window] = ()
    ) -> None:
        super().__init__(query)
        self.campaign = campaign
        # What an address asks for is refused where there is no choice, and not passed over.
        self.segments = [key for key, some in values.items() if some or key in query]
        if campaign.is_nps:
            self.fields["band"] = _choice(_("Band"), BANDS)
        self.fields["score"] = _choice(
            pgettext_lazy("of a scale", "Number"), [(str(n), str(n)) for n in campaign.scale]
        )
        names = segment_names()
        for key in self.segments:
            told = sorted((value_name(key, value), value or NONE) for value in values[key])
            self.fields[key] = _choice(names[key], [(value, name) for name, value in told])
        if is_guarded(campaign):
            self.fields["since"] = _month_choice(_("Month"), months)
        else:
            self.fields["since"] = DayField(label=_("From"), required=False)
            self.fields["until"] = DayField(label=_("Until"), required=False)
        self.fields["words"] = forms.BooleanField(label=_("With words only"), required=False)
        if campaign.is_nps:
            self.fields["quotes"] = forms.BooleanField(label=_("Only those that may be quoted"), required=False)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if is_guarded(self.campaign) and len(self.narrowed) + bool(said.get("since")) > 1:
            words = _(
                "Here answers are narrowed by one thing at a time, so that nobody can be told apart. Empty the others."
            )
            raise forms.ValidationError(words)
        if said.get("since") and said.get("until") and said["since"] > said["until"]:
            raise forms.ValidationError(_("The first day comes after the last one: change them round."))
        return said

    @property
    def narrowed(self) -> dict[str, str]:
        """Segment → the value that was chosen; "" for what is not known."""
        chosen = {key: self.cleaned_data.get(key, "") for key in self.segments}
        return {key: "" if value == NONE else value for key, value in chosen.items() if value}

    @property
    def window(self) -> tuple[date | None, date | None]:
        since, until = self.cleaned_data.get("since") or None, self.cleaned_data.get("until")
        if isinstance(since, str):
            return month_of(date.fromisoformat(since))
        return since, until + timedelta(days=1) if until else None


class PeriodsForm(forms.Form):
    """Two periods, given by their first and last days."""

    before_since = DayField(label=_("First period from"))
    before_until = DayField(label=pgettext_lazy("end of a period", "until"))
    since = DayField(label=_("Second period from"))
    until = DayField(label=pgettext_lazy("end of a period", "until"))

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for first, last in (("before_since", "before_until"), ("since", "until")):
            if said.get(first) and said.get(last) and said[first] > said[last]:
                self.add_error(first, _("The first day comes after the last one: change them round."))
        return said

    @property
    def windows(self) -> tuple[Window, Window]:
        said, day = self.cleaned_data, timedelta(days=1)
        return (
            Window(said["before_since"], said["before_until"] + day),
            Window(said["since"], said["until"] + day),
        )


class MonthsForm(forms.Form):
    """The same where nobody may be told apart: whole months."""

    def __init__(self, query: Any, *, months: Sequence[Window]) -> None:
        super().__init__(query)
        self.fields["before_since"] = _month_choice(_("First month"), months, required=True)
        self.fields["since"] = _month_choice(_("Second month"), months, required=True)

    @property
    def windows(self) -> tuple[Window, Window]:
        before, after = (month_of(date.fromisoformat(self.cleaned_data[name])) for name in ("before_since", "since"))
        return before, after


def _choice(label: Any, choices: list[Any], *, required: bool = False) -> forms.ChoiceField:
    empty = [] if required else [("", pgettext_lazy("choice of a filter", "Any"))]
    return forms.ChoiceField(
        label=label, choices=[*empty, *choices], required=required, widget=forms.Select(attrs={"class": "input"}),
        error_messages={"invalid_choice": _("There are no such answers. Choose something else.")},
    )  # fmt: skip


def _month_choice(label: Any, months: Sequence[Window], *, required: bool = False) -> forms.ChoiceField:
    told = [(month.begin.isoformat(), date_format(month.begin, "YEAR_MONTH_FORMAT")) for month in months]
    return _choice(label, told, required=required)
