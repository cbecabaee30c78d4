from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.lib.fields import LineField
from community.members.models import Member
from community.members.roles import STAFF
from surveys.campaigns.models import Campaign, Wording
from surveys.nps import Band
from surveys.wording.shipped import Words, ask_why

BEFORE_START = ("kind", "privacy")  # what people were told when they answered cannot become something else


class CampaignForm(forms.ModelForm):
    name = LineField(label=_("Name"), max_length=80, help_text=_("For staff alone."))
    brand = LineField(
        label=_("Name in the question"), max_length=60, required=False,
        help_text=_("As customers call it. Empty: the name of the product, or of this site."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        queryset=Member.objects.filter(role__in=STAFF, is_active=True).order_by("name", "handle"),
        label=_("Owner"), help_text=_("Hears when somebody asks to be contacted."),
    )  # fmt: skip

    review_url = forms.URLField(
        label=_("Public reviews"), max_length=200, required=False, assume_scheme="https",
        help_text=_("The address of your page at a review site. Everybody who answers is shown it, whatever they say."),
        widget=forms.URLInput(attrs={"class": "input", "dir": "ltr"}),
    )  # fmt: skip
    review_label = LineField(
        label=_("Words of that link"), max_length=80, required=False,
        help_text=_("Empty: “Write a public review”, in the language of whoever answers."),
    )  # fmt: skip

    class Meta:
        model = Campaign
        fields = [
            "name", "kind", "product", "brand", "is_formal", "colours", "privacy", "owner", "window_days", "review_url",
            "review_label", "has_invitation", "has_ambassadors",
        ]  # fmt: skip
        help_texts = {
            "colours": _(
                "Red, yellow and green tell people which answers please you, and lift scores. Neutral is honest; the "
                "colours are kept with every answer."
            ),
            "privacy": _("It stands on the page of the question, and cannot be changed once the survey has started."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs.setdefault("class", "input")
        if self.instance.pk and self.instance.state != Campaign.State.DRAFT:
            for name in BEFORE_START:
                self.fields[name].disabled = True
        window = self.fields["window_days"]
        window.min_value, window.max_value = 1, 365  # type: ignore[attr-defined]
        window.widget.attrs |= {"min": 1, "max": 365}

    def clean_review_url(self) -> str:
        address: str = self.cleaned_data["review_url"]
        if address and not address.lower().startswith("https://"):
            raise forms.ValidationError(_("Write an address that begins with https://."))
        return address

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("has_ambassadors") and said.get("privacy") != Campaign.Privacy.IDENTIFIED:
            self.add_error("has_ambassadors", _("Only an identified survey can ask for it: staff see who offers it."))
        return said

    def clean_window_days(self) -> int:
        days: int = self.cleaned_data["window_days"]
        if not 1 <= days <= 365:
            raise forms.ValidationError(_("Choose from 1 to 365 days."))
        return days


class WordingForm(forms.Form):
    """What is asked in one language."""

    question = LineField(label=_("Question"), max_length=300)
    low = LineField(label=_("Lowest answer"), max_length=80)
    high = LineField(label=_("Highest answer"), max_length=80)

    def __init__(self, *args: Any, campaign: Campaign, wording: Wording, **kwargs: Any) -> None:
        initial = {"question": wording.question, "low": wording.low, "high": wording.high}
        initial |= {f"reason-{band}": words for band, words in wording.reasons.items()}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.bands = [band.value for band in Band] if campaign.is_nps else ["any"]
        for band in self.bands:
            self.fields[f"reason-{band}"] = LineField(
                label=AFTER[band], max_length=300, required=False,
                help_text=_("Empty: “%(words)s”") % {"words": ask_why(band, wording.language)},
            )  # fmt: skip

    @property
    def words(self) -> Words:
        return Words(self.cleaned_data["question"], self.cleaned_data["low"], self.cleaned_data["high"])

    @property
    def reasons(self) -> dict[str, str]:
        said = {band: self.cleaned_data[f"reason-{band}"] for band in self.bands}
        return {band: words for band, words in said.items() if words}


AFTER = {
    "detractor": _("Asked after 0 to 6 (detractors)"),
    "passive": _("Asked after 7 or 8 (passives)"),
    "promoter": _("Asked after 9 or 10 (promoters)"),
    "any": _("Asked after the answer"),
}
