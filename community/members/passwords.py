"""Passwords: long enough to be one, short enough to be hashed."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 200


class LengthValidator(MinimumLengthValidator):
    def __init__(self) -> None:
        super().__init__(min_length=10)

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("A password has at most %(longest)d characters.") % {"longest": LONGEST})
        super().validate(password, user)  # type: ignore[arg-type]
