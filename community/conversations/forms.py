from django import forms
from django.utils.translation import gettext_lazy as _

from community.lib.fields import MarkdownField, TrapField


class ReplyForm(forms.Form):
    body = MarkdownField(label=_("Your reply"))
    reply_to = forms.IntegerField(required=False, min_value=0, max_value=2**31, widget=forms.HiddenInput)
    homepage = TrapField()
    is_official = forms.BooleanField(required=False, label=_("Official answer"))
