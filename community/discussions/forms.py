from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from community.conversations.models import Reply
from community.conversations.posts import author_name
from community.discussions.ask import Question
from community.discussions.edit import Edited
from community.discussions.models import Category, Kind, Thread
from community.discussions.permissions import decision, kinds_for
from community.feedback import directory
from community.feedback.models import Label
from community.feedback.places import Place
from community.lib.fields import LineField, ManyChoice, MarkdownField, TrapField
from community.lib.isolate import isolated
from community.lib.markdown import excerpt
from community.members.models import Member
from community.members.requests import Request


class PlaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.icon} {obj.local_name}".strip()


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


def _offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]


class ThreadForm(forms.Form):
    title = LineField(label=_("Title"), min_length=3, max_length=200, help_text=_("A short question says it best."))
    body = MarkdownField(label=_("Your text"))
    homepage = TrapField()
    place = PlaceChoice(queryset=Place.objects.none(), label=_("Category"), widget=_select())
    kind = forms.ChoiceField(choices=Kind.choices, label=_("Kind"), widget=_select(), required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"), widget=_select(), required=False)
    labels = ManyChoice(
        queryset=Label.objects.all(), required=False, label=_("Labels"), widget=forms.CheckboxSelectMultiple
    )
    is_private = forms.BooleanField(
        required=False, label=_("Ask staff privately"), help_text=_("Only you and staff can read it.")
    )
    may_publish = forms.BooleanField(
        required=False,
        label=_("Staff may publish it later"),
        help_text=_("Answers help others too. You can allow this later as well."),
    )

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = request.user
        places = directory.visible_places(request.site, request.user, Category.KIND)
        self.offered = [one.pk for one in places if not self.viewer.is_authenticated or one.may_post(self.viewer)]
        self.fields["place"].queryset = Place.objects.filter(pk__in=self.offered)  # type: ignore[attr-defined]
        self.fields["place"].empty_label = _("Choose a category")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        place = said.get("place")
        if place and self.viewer.is_authenticated:
            allowed = kinds_for(place, self.viewer)
            said["kind"] = said.get("kind") or place.category.default_kind
            if said["kind"] not in allowed:
                if self.data.get("kind"):
                    raise ValidationError({"kind": _("Only staff post announcements. Choose another kind.")})
                said["kind"] = allowed[0]
        return said

    def question(self) -> Question:
        said = self.cleaned_data
        return Question(
            title=said["title"],
            body=said["body"],
            place=said["place"],
            kind=said["kind"],
            language=said["language"],
            labels=tuple(said["labels"]),
            is_private=said["is_private"],
            may_publish=said["may_publish"],
            is_trapped=said["homepage"],
        )


class EditThreadForm(forms.Form):
    title = LineField(label=_("Title"), min_length=3, max_length=200)
    body = MarkdownField(label=_("Your text"))
    kind = forms.ChoiceField(choices=Kind.choices, label=_("Kind"), widget=_select(), required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"), widget=_select(), required=False)
    labels = ManyChoice(
        queryset=Label.objects.all(), required=False, label=_("Labels"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, words: QueryDict | None, *, thread: Thread, draft: dict[str, str], by: Member) -> None:
        self.thread, item = thread, thread.item
        begun = {"title": item.title, "body": item.body, "kind": thread.kind, "language": item.language}
        super().__init__(words, initial={**begun, "labels": item.labels.all(), **draft})
        # What is solved stays a question, and only staff make announcements.
        kinds = {thread.kind}
        if item.place and not decision(thread, "solution"):
            kinds.update(kinds_for(item.place, by))
        _offer(self, "kind", [(kind, label) for kind, label in Kind.choices if kind in kinds])
        if item.language not in dict(settings.LANGUAGES):  # brought in from elsewhere
            _offer(self, "language", [(item.language, item.language or "–"), *settings.LANGUAGES])

    def edited(self) -> Edited:
        said, thread = self.cleaned_data, self.thread
        kind, language = said["kind"] or thread.kind, said["language"] or thread.item.language
        return Edited(said["title"], said["body"], kind, language, tuple(said["labels"]))


class MoveForm(forms.Form):
    place = PlaceChoice(queryset=Place.objects.none(), label=_("Category"), widget=_select())

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = directory.visible_places(request.site, request.user, Category.KIND)
        self.fields["place"].queryset = Place.objects.filter(pk__in=[place.pk for place in places])  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    into = LineField(
        label=_("The thread that stays"),
        max_length=300,
        help_text=_("Its address or its number, for example /t/12/calendar-sync/ or 12."),
    )

    def clean_into(self) -> int:
        said = self.cleaned_data["into"]
        number = said.partition("/t/")[2].partition("/")[0] if "/t/" in said else said.lstrip("#")
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise ValidationError(_("This is neither an address nor a number of a thread."))
        return int(number)


class SplitForm(forms.Form):
    title = LineField(label=_("Title of the new thread"), min_length=3, max_length=200)
    replies = forms.TypedMultipleChoiceField(coerce=int, label=_("Replies"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, replies: QuerySet[Reply], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replies"].choices = [  # type: ignore[attr-defined]
            (reply.pk, f"#{reply.number} {isolated(author_name(reply.item.author))}: {excerpt(reply.item.body, 80)}")
            for reply in replies.order_by("number")[:100]
        ]
