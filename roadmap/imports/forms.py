"""Uploading a file of ideas, and saying what its columns and statuses are."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.discussions.forms import PlaceChoice
from community.feedback.places import Place
from community.lib.isolate import isolated
from roadmap.ideas.models import AREA
from roadmap.imports.columns import FIELDS, LEAVE_OUT
from roadmap.imports.models import Import
from roadmap.imports.names import LONGEST, free_name, is_taken, names_here
from roadmap.imports.preview import Preview
from roadmap.stages.models import Stage

NEW = "-"  # which is no name
PROGRAMS = [
    ("", _("Find out")),
    ("canny", "Canny"),
    ("uservoice", "UserVoice"),
    ("fider", "Fider"),
    ("csv", _("Another program, or a spreadsheet")),
]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A CSV file, or the backup zip of Fider; up to 10 MB. It is kept until it was imported, a day at most."
        ),
        widget=forms.FileInput(attrs={"class": "input", "accept": ".csv,.tsv,.txt,.zip"}),
        error_messages={"empty": _("This file is empty. Choose another one.")},
    )
    format = forms.ChoiceField(label=_("Which program wrote it"), choices=PROGRAMS, required=False)


class MappingForm(forms.Form):
    """A choice for each column and each of their statuses."""

    area = PlaceChoice(
        queryset=Place.objects.filter(kind=AREA), label=_("Product area"), required=False, empty_label=None,
        help_text=_("For ideas whose product area is none of yours."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    newer = forms.ChoiceField(
        label=_("New ideas, or a newer version"),
        help_text=_("A newer version changes the ideas that came under its name, and adds those that are missing."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name of these ideas"), max_length=LONGEST,
        help_text=_("Small letters and digits. It tells new ideas from those of other files."),
    )  # fmt: skip

    def __init__(self, *args: Any, one: Import, seen: Preview, **kwargs: Any) -> None:
        here = names_here(one.format)
        newer = one.name if one.name in here else NEW
        name = free_name(one.format, one.name, but=one.pk)
        kwargs["initial"] = {"area": one.area_id, "language": one.language, "newer": newer, "name": name}
        super().__init__(*args, **kwargs)
        self.one = one
        versions = [(name, _("A newer version of %(name)s") % {"name": isolated(name)}) for name in here]
        self.fields["newer"].choices = [(NEW, _("New ideas")), *versions]  # type: ignore[attr-defined]
        if not here:
            del self.fields["newer"]
        self.fields["name"].required = self.data.get("newer", NEW) == NEW
        area: Any = self.fields["area"]
        area.required = area.queryset.exists()  # a site may have none
        self.heading, self.statuses = seen.heading, [words for words, _number, _slug in seen.statuses]
        fields = [(LEAVE_OUT, _("Leave it out")), *FIELDS.items()]
        for at, (column, sample) in enumerate(zip(seen.heading, seen.samples, strict=True)):
            chosen = one.columns.get(column, LEAVE_OUT)
            self._choice(f"column-{at}", isolated(column), fields, chosen, isolated(sample) if sample else "")
        stages = [(stage.slug, stage.local_name) for stage in Stage.objects.all()]
        for at, (words, number, slug) in enumerate(seen.statuses):
            often = ngettext("%(n)d idea", "%(n)d ideas", number) % {"n": number}
            self._choice(f"status-{at}", isolated(words) if words else _("(none)"), stages, slug, often)

    def _choice(self, name: str, label: Any, choices: Iterable[Any], initial: str, help_text: str) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=list(choices), initial=initial, help_text=help_text)

    @property
    def column_parts(self) -> list[forms.BoundField]:
        return [self[f"column-{at}"] for at in range(len(self.heading))]

    @property
    def status_parts(self) -> list[forms.BoundField]:
        return [self[f"status-{at}"] for at in range(len(self.statuses))]

    def clean_name(self) -> str:
        """The one they were given before, where this is a newer version of them."""
        newer, name = str(self.cleaned_data.get("newer", NEW)), str(self.cleaned_data["name"]).lower()
        if newer != NEW:
            return newer
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", name):
            raise ValidationError(_("Use small letters and digits, such as ideas-2026."))
        if is_taken(self.one.format, name, but=self.one.pk):
            words = _("There are ideas of this name. Take another one, or say above that these are a newer version.")
            raise ValidationError(words)
        return name

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.heading:
            return said
        chosen = [field for field in self.columns.values() if field != LEAVE_OUT]
        twice = next((field for field in chosen if chosen.count(field) > 1), None)
        if twice:
            raise ValidationError(_("Two columns are “%(field)s”. Leave one of them out.") % {"field": FIELDS[twice]})
        if not {"title", "text", "markdown"} & set(chosen):
            raise ValidationError(_("Say which column is the title."))
        return said

    @property
    def columns(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(f"column-{at}") or LEAVE_OUT for at, name in enumerate(self.heading)}

    @property
    def stages(self) -> dict[str, str]:
        said = {words: self.cleaned_data.get(f"status-{at}", "") for at, words in enumerate(self.statuses)}
        return {words: slug for words, slug in said.items() if slug}
