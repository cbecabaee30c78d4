import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.lib.fields import LineField
from community.lib.picture_forms import PictureForm
from community.lib.pictures import face_from
from community.members import handles
from community.members.lookalikes import looks_like_staff
from community.members.models import THEMES, Member, Site
from community.members.pages import Acceptance, newest_page
from community.members.privacy import Deletion

ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


def _text(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", **attrs})


def _terms_label() -> SafeString:
    words = _("I accept the {terms_open}terms{close} and have read the {privacy_open}privacy page{close}.")
    return format_html(
        str(words),
        terms_open=SafeString('<a href="/pages/terms/">'),
        privacy_open=SafeString('<a href="/pages/privacy/">'),
        close=SafeString("</a>"),
    )


class SignUpExtra(forms.Form):
    """What sign-up asks besides e-mail and handle; allauth mixes it into its own form."""

    accepts = forms.BooleanField(label="", error_messages={"required": _("Accept the terms to join.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accepts"].label = _terms_label()

    def signup(self, request: HttpRequest, member: Member) -> None:
        """Called by allauth: keep which version of the terms was accepted."""
        for slug in ("terms", "privacy"):
            page = newest_page(slug, get_language() or "en", request.site)  # type: ignore[arg-type]
            Acceptance.objects.create(member=member, slug=slug, language=page.language, version=page.version)


class SettingsForm(PictureForm):
    name = LineField(label=_("Display name"), max_length=80, required=False)
    handle = forms.CharField(
        label=_("Handle"), validators=handles.validators, max_length=30, widget=_text(dir="ltr"),
        help_text=_("Your page is at /members/handle/, and others mention you by it."),
    )  # fmt: skip
    bio = LineField(
        label=_("About me"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "dir": "auto"}),
    )  # fmt: skip
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in ZONES], widget=_select())
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=_select())
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES, widget=_select())
    keys_on = forms.BooleanField(label=_("Keyboard shortcuts"), required=False)
    picture = forms.FileField(
        label=_("Picture"), required=False, widget=forms.ClearableFileInput(attrs={"class": "input"}),
        help_text=_("JPEG, PNG, WebP, GIF or AVIF, up to 40 megapixels and 8 MB. Without one we draw your initials."),
    )  # fmt: skip

    class Meta:
        model = Member
        fields = ["name", "handle", "bio", "picture", "language", "time_zone", "theme", "keys_on"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        # One they have had already stays theirs: staff may have come later.
        if name and name != self.instance.name and not self.instance.is_staff and looks_like_staff(name):
            raise ValidationError(_("This name looks like that of a member of staff. Choose another one."))
        return name

    def clean_handle(self) -> str:
        handle = self.cleaned_data["handle"].lower()
        is_taken = looks_like_staff(handle, but=self.instance) or Member.objects.filter(handle=handle).exists()
        if handle != self.instance.handle and is_taken:
            raise ValidationError(_("This handle is taken, or looks like one of staff. Choose another one."))
        return handle

    def clean_picture(self) -> Any:
        return self.made_anew(face_from)

    def save(self, commit: bool = True) -> Member:
        before = Member.objects.values_list("picture", flat=True).get(pk=self.instance.pk)
        member = super().save(commit)
        if before and before != member.picture.name:  # a face that nobody chose to keep
            transaction.on_commit(lambda: member.picture.storage.delete(before))
        Site.touch()  # names and faces stand on pages that are kept for guests
        return member


class DeletionForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What should become of your posts?"), choices=Deletion.Kind.choices, widget=forms.RadioSelect
    )
    handle = forms.CharField(
        label=_("Type your handle to confirm"), max_length=60, widget=_text(dir="ltr", autocomplete="off")
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_handle(self) -> str:
        handle = self.cleaned_data["handle"].strip().removeprefix("@").lower()
        if handle != self.member.handle:
            raise ValidationError(_("This is not your handle, which is %(handle)s.") % {"handle": self.member.handle})
        return handle


def offered(site: Site) -> list[tuple[str, str]]:
    """The languages that the site offers, with their own names; all of ours unless it chose some."""
    return [(code, name) for code, name in settings.LANGUAGES if not site.languages or code in site.languages]


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES, widget=forms.RadioSelect)
    keys_on = forms.BooleanField(label=_("Keyboard shortcuts"), required=False)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = offered(site)  # type: ignore[attr-defined]


class SetUpForm(forms.Form):
    name = LineField(label=_("Name of your community"), max_length=80)
    language = forms.ChoiceField(label=_("Its first language"), choices=settings.LANGUAGES, widget=_select())
    languages = forms.MultipleChoiceField(
        label=_("Languages offered"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    handle = forms.CharField(
        label=_("Your handle"), validators=handles.validators, max_length=30, widget=_text(dir="ltr"),
        help_text=_("You become the first administrator."),
    )  # fmt: skip
    email = forms.EmailField(label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"class": "input"}))
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
    )
    categories = forms.CharField(
        label=_("First categories"),
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "dir": "auto"}),
        help_text=_("One per line. You can change them at any time."),
    )
    brand_colour = forms.CharField(
        label=_("Brand colour"), required=False, widget=_text(dir="ltr", placeholder="#3355cc"),
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write it like #3355cc."))],
    )  # fmt: skip
    key = forms.CharField(
        label=_("Set-up key"), widget=_text(dir="ltr", autocomplete="off"),
        help_text=_("It stands in the terminal where the site was started."),
    )  # fmt: skip
