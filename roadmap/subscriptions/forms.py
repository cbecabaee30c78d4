from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from community.feedback.places import GUEST, Place
from community.lib.fields import ManyChoice, TrapField
from community.members.models import Site
from roadmap.ideas.models import AREA
from roadmap.subscriptions.subscribe import Choice


class AreasField(ManyChoice):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.local_name)


class SubscriptionForm(forms.Form):
    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "input", "dir": "ltr", "autocomplete": "email"}),
    )
    language = forms.ChoiceField(label=_("Language"), widget=forms.Select(attrs={"class": "input"}))
    areas = AreasField(
        Place.objects.none(), label=_("Only about"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: about everything."),
    )  # fmt: skip
    homepage = TrapField()

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = site.languages or [code for code, _name in settings.LANGUAGES]
        self.fields["language"].choices = [one for one in settings.LANGUAGES if one[0] in offered]  # type: ignore[attr-defined]
        areas = Place.objects.visible_to(GUEST).filter(kind=AREA)
        self.fields["areas"].queryset = areas  # type: ignore[attr-defined]
        if len(areas) < 2:
            del self.fields["areas"]

    def choice(self) -> Choice:
        said = self.cleaned_data
        return Choice(said["address"], said["language"], tuple(said.get("areas", ())))
