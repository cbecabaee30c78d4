"""Forms with a picture: made anew, and kept before the rest is saved."""

import logging
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from community.lib.pictures import PictureRefused

log = logging.getLogger(__name__)


class PictureForm(forms.ModelForm):
    picture_field = "picture"

    def made_anew(self, make: Callable[[Any], ContentFile]) -> Any:
        """What was uploaded, as `make` makes it; what was there already, or False to take it away, as it is."""
        picture = self.cleaned_data[self.picture_field]
        if not picture or picture == getattr(self.instance, self.picture_field):
            return picture
        try:
            return make(picture)
        except PictureRefused as refusal:
            raise ValidationError(str(refusal), code="picture") from refusal

    def full_clean(self) -> None:
        """Keep the file now: saved with the row, a full disk would be no error of this form (ABUSE E76)."""
        super().full_clean()
        file = getattr(self.instance, self.picture_field)
        if not self.is_bound or self.errors or self.picture_field not in self.changed_data or not file:
            return
        try:
            file.save(file.name, file.file, save=False)
        except OSError as error:
            log.error("a picture could not be stored: %s", error)
            words = _("This picture could not be stored just now. Save without it, or try again later.")
            self.add_error(self.picture_field, words)
