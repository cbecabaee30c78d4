from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.lib import markdown
from community.lib.fields import MarkdownField, checked
from roadmap.stages.models import BY_HAND, Reason, Stage
from roadmap.stages.move import Step, why_no_move


class MoveForm(forms.Form):
    stage = forms.ModelChoiceField(
        queryset=Stage.objects.none(), label=_("Stage"), widget=forms.Select(attrs={"class": "input"})
    )
    answer = MarkdownField(
        label=_("Public answer"),
        required=False,
        help_text=_(
            "It stands below the idea as an official answer. For what is planned or not planned it is required."
        ),
        widget=forms.Textarea(attrs={"class": "input", "rows": 6, "dir": "auto"}),
    )
    reason = forms.ModelChoiceField(
        queryset=Reason.objects.all(),
        required=False,
        label=_("Reason, when it is not planned"),
        widget=forms.Select(attrs={"class": "input"}),
        empty_label=_("Choose a reason"),
    )
    tells = forms.BooleanField(required=False, initial=True, label=_("Tell those who support it"))
    note = forms.CharField(
        required=False,
        max_length=1_000,
        label=_("A personal note to them"),
        help_text=_("It stands in their mail alone, above the answer."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, now: str, to: str = "", **kwargs: Any) -> None:
        """`now` is the slug of the stage that is left, `to` that of the one to begin with."""
        super().__init__(*args, **kwargs)
        self.html = ""  # of the answer
        field: Any = self.fields["stage"]
        field.queryset = Stage.objects.filter(kind__in=BY_HAND).exclude(slug=now)
        field.empty_label = _("Choose a stage")
        if to:
            field.initial = field.queryset.filter(slug=to).first()

    def clean_answer(self) -> str:
        """Rendered once, here: what cannot be rendered is said at its field, and the preview shows the rest."""
        said = self.cleaned_data["answer"]
        try:
            self.html = markdown.render(said).html if said else ""
        except markdown.MarkdownRefused as refusal:
            raise ValidationError(str(refusal), code="refused") from refusal
        return str(said)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("stage") and "answer" not in self.errors:
            refusal = why_no_move(self.step())
            if refusal:
                raise ValidationError(refusal)
        return said

    def step(self) -> Step:
        said = self.cleaned_data
        tells = bool(said.get("tells"))
        return Step(said["stage"], said.get("answer") or "", said.get("reason"), tells, said.get("note") or "")

    def preview(self) -> dict[str, object]:
        """What those who are told will read, for a page that shows it before."""
        step = self.step()
        return {"stage": step.stage, "html": self.html, "tells": step.tells, "note": step.note}

    def clean_note(self) -> str:
        return checked(self.cleaned_data["note"])
