from django import forms
from django.utils.translation import gettext_lazy as _

from community.notifications.follow import MEANING_OF_ITEM
from community.notifications.models import Level, Pace, Preference

_LEVELS = [(level, MEANING_OF_ITEM[level]) for level in (Level.WATCHING, Level.TRACKING, Level.NORMAL)]


class PreferenceForm(forms.ModelForm):
    pace = forms.ChoiceField(
        label=_("How often mail may come"), choices=Pace.choices, widget=forms.RadioSelect,
        help_text=_("What you read here meanwhile is left out, and one mail tells all that came since the last."),
    )  # fmt: skip
    on_asking = forms.ChoiceField(label=_("Threads that you start"), choices=_LEVELS, widget=forms.RadioSelect)
    on_replying = forms.ChoiceField(label=_("Threads that you reply in"), choices=_LEVELS, widget=forms.RadioSelect)

    class Meta:
        model = Preference
        fields = ["pace", "on_asking", "on_replying"]
