"""allauth's forms with our words, so that they speak all our languages."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def _input(form: Any, name: str, label: Any, help_text: Any = "", **attrs: str) -> None:
    if name not in form.fields:
        return
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"class": "input", "dir": "ltr", **attrs})


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _input(self, "login", _("E-mail address or handle"))
        _input(self, "password", _("Password"))


class SignupForm(account.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _input(self, "email", _("E-mail address"), _("Nobody sees it."))
        _input(self, "username", _("Handle"), _("Others see it and mention you by it, for example nok-bangkok."))
        words = _("Only if you like one: without it we send you a code each time.")
        _input(self, "password1", _("Password"), words, autocomplete="new-password")
        self.order_fields(["email", "username", "password1", "accepts"])
        # A trap for robots: out of sight, and out of the way of keyboards and screen readers.
        self.fields["website"].widget.attrs = {"tabindex": "-1", "autocomplete": "off"}


class RequestLoginCodeForm(account.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _input(self, "email", _("E-mail address"))


class ConfirmLoginCodeForm(account.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _input(self, "code", pgettext_lazy("sent by e-mail", "Code"), autocomplete="one-time-code")


class ConfirmEmailVerificationCodeForm(account.ConfirmEmailVerificationCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _input(self, "code", pgettext_lazy("sent by e-mail", "Code"), autocomplete="one-time-code")


class ResetPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _input(self, "email", _("E-mail address"))


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _input(self, "password", _("Password"), autocomplete="current-password")
        self.fields["password"].help_text = ""  # who forgot it logs out and asks for a new one


class SecondStepForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("From your app, or one of your recovery codes.")
        _input(self, "code", pgettext_lazy("two steps", "Code"), words, autocomplete="one-time-code")
