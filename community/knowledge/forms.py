from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.feedback import directory
from community.feedback.models import Item, Label, Visibility
from community.feedback.places import Place
from community.knowledge.draft import Said
from community.knowledge.models import Article, Edit, Section, Significance, Verdict
from community.lib.fields import LineField, ManyChoice, MarkdownField
from community.members.models import Group, Member
from community.members.requests import Request

# What an article may be; what belongs to one author or company is no article.
AUDIENCES = (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.GROUP, Visibility.STAFF)


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class SectionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.icon} {obj.local_name}".strip()


def sections_for(request: Request) -> list[Place]:
    return directory.visible_places(request.site, request.user, Section.KIND)


class EditForm(forms.Form):
    """The words of an article. `saves` says which state of the edit they were made from."""

    title = LineField(label=_("Title"), min_length=3, max_length=200)
    body = MarkdownField(label=_("Text"))
    comment = LineField(
        label=_("What changed"), max_length=200, required=False, help_text=_("One line, for those who look back.")
    )
    significance = forms.ChoiceField(label=_("How much it changes"), choices=Significance.choices, widget=_select())
    saves = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)
    true_to = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31, required=False)

    def said(self) -> Said:
        words = self.cleaned_data
        return Said(
            words["title"],
            words["body"],
            words["comment"],
            words["significance"],
            words["true_to"] or 0,
            words["saves"],
        )


class NewArticleForm(EditForm):
    section = SectionChoice(queryset=Place.objects.none(), label=_("Section"), widget=_select())
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=_select())

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("comment", "significance", "saves"):
            del self.fields[name]
        pks = [place.pk for place in sections_for(request)]
        self.fields["section"].queryset = Place.objects.filter(pk__in=pks)  # type: ignore[attr-defined]
        self.fields["section"].empty_label = _("Choose a section")  # type: ignore[attr-defined]

    def said(self) -> Said:
        return Said(self.cleaned_data["title"], self.cleaned_data["body"], true_to=self.cleaned_data["true_to"] or 0)


class TranslationForm(NewArticleForm):
    """A translation stands in the section of its original."""

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        del self.fields["section"]


class SettingsForm(forms.Form):
    """Where an article stands, who may read it and who looks after it; where and who, its original says for all."""

    section = SectionChoice(queryset=Place.objects.none(), label=_("Section"), widget=_select())
    visibility = forms.ChoiceField(
        label=_("Who may read it"), choices=[(one.value, one.label) for one in AUDIENCES], widget=_select()
    )
    group = forms.ModelChoiceField(queryset=Group.objects.all(), label=_("Group"), required=False, widget=_select())
    owner = forms.ModelChoiceField(
        queryset=Member.objects.none(), label=_("Looked after by"), required=False, widget=_select(),
        help_text=_("Is asked twice a year whether it is still correct."),
    )  # fmt: skip
    version = LineField(label=_("Product version"), max_length=40, required=False)
    labels = ManyChoice(
        queryset=Label.objects.all(), required=False, label=_("Labels"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, words: QueryDict | None, *, article: Article, request: Request) -> None:
        item = article.item
        begun = {
            "section": item.place_id, "visibility": item.visibility, "group": item.group_id,
            "owner": article.owner_id, "version": article.version,
        }  # fmt: skip
        super().__init__(words, initial=begun | {"labels": list(item.labels.values_list("pk", flat=True))})
        pks = [place.pk for place in sections_for(request)]
        self.fields["section"].queryset = Place.objects.filter(pk__in=pks)  # type: ignore[attr-defined]
        staff = Member.objects.filter(role__in=("agent", "manager", "admin"), is_active=True)
        self.fields["owner"].queryset = staff.order_by("name", "handle")  # type: ignore[attr-defined]
        if article.original_id:
            for name in ("section", "visibility", "group"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("visibility") == Visibility.GROUP and not said.get("group"):
            raise ValidationError({"group": _("Choose the group that may read it.")})
        if said.get("visibility") != Visibility.GROUP:
            said["group"] = None
        return said

    def changes(self, item: Item) -> dict[str, Any]:
        said = self.cleaned_data
        return {"place": said["section"], "visibility": said["visibility"], "group": said["group"]}


class NoteForm(forms.Form):
    note = LineField(label=_("What is missing"), max_length=500)


class ScheduleForm(forms.Form):
    publish_at = forms.DateTimeField(
        label=_("Publish at"), widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"})
    )

    def clean_publish_at(self) -> datetime:
        at: datetime = self.cleaned_data["publish_at"]
        if at <= timezone.now():
            raise ValidationError(_("Choose a moment in the future."))
        return at


class ReasonForm(forms.Form):
    """Why an article did not help."""

    reason = forms.ChoiceField(
        label=_("What was the matter?"), choices=Verdict.Reason.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("Tell us more"), required=False, max_length=1_000, help_text=_("Only staff read this."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "dir": "auto"}),
    )  # fmt: skip


def begun_edit(article: Article, edit: Edit | None) -> dict[str, Any]:
    """What the form of an edit begins with: the open edit, or what readers see now."""
    item = article.item
    base = {"title": item.title, "body": item.body, "significance": Significance.NORMAL, "saves": 0}
    if article.original:
        base["true_to"] = article.original.revision
    if edit:
        base |= {
            "title": edit.title, "body": edit.body, "comment": edit.comment, "significance": edit.significance,
            "saves": edit.saves,
        }  # fmt: skip
    return base
