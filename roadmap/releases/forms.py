from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from community.discussions.forms import PlaceChoice
from community.feedback import directory
from community.feedback.models import Label
from community.feedback.places import Place
from community.lib.fields import LineField, ManyChoice, MarkdownField
from community.members.requests import Request
from roadmap.features.models import Feature
from roadmap.ideas.models import AREA, Idea, Merge
from roadmap.releases.models import Entry, Release
from roadmap.releases.write import Line, Told

MOST = 30  # ideas that one entry names
AHEAD = timedelta(days=3 * 365)  # that a release is scheduled for


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class ReleaseForm(forms.Form):
    title = LineField(label=_("Title"), min_length=3, max_length=200)
    version = LineField(label=_("Version"), max_length=40, required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"), widget=_select(), required=False)
    body = MarkdownField(label=_("Introduction"))
    publish_at = forms.DateTimeField(
        label=_("Publish by itself at"), required=False, help_text=_("Empty: when you press Publish."),
        widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def __init__(self, *args: Any, release: Release | None = None, **kwargs: Any) -> None:
        if release:
            item = release.item
            kwargs["initial"] = {
                "title": item.title, "body": item.body, "version": release.version, "language": item.language,
                "publish_at": release.publish_at,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.kept_at = release.publish_at if release else None
        if release and release.is_published:
            del self.fields["publish_at"]

    def clean_publish_at(self) -> datetime | None:
        """What has passed would be published, and everyone told, within a minute: that is what Publish is for."""
        at: datetime | None = self.cleaned_data["publish_at"]
        now = timezone.now()
        if at is None:
            return None
        if self.kept_at and self.kept_at > now and at == self.kept_at.replace(second=0, microsecond=0):
            return self.kept_at  # the field knows no seconds
        if at < now:
            raise ValidationError(_("This time has passed. Choose one to come, or leave it empty and press Publish."))
        if at - now > AHEAD:
            raise ValidationError(_("Choose a time within the next three years."))
        return at

    def told(self) -> Told:
        said = self.cleaned_data
        return Told(said["title"], said["body"], said["version"], said["language"], said.get("publish_at"))


class FeatureChoice(ManyChoice):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.item.title)


class EntryForm(forms.Form):
    kind = forms.ChoiceField(choices=Entry.Kind.choices, label=_("Kind"), widget=_select())
    title = LineField(label=_("Title"), min_length=3, max_length=200)
    body = MarkdownField(label=_("Your text"), required=False)
    area = PlaceChoice(queryset=Place.objects.none(), label=_("Product area"), widget=_select(), required=False)
    features = FeatureChoice(
        queryset=Feature.objects.none(), label=_("Features that it ships"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    ideas = LineField(
        label=_("Ideas that it fulfils"), required=False, max_length=6_000,
        help_text=_("Their numbers or addresses, with spaces between. Those of the features come along by themselves."),
    )  # fmt: skip
    labels = ManyChoice(
        queryset=Label.objects.all(), required=False, label=_("Labels"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, request: Request, entry: Entry | None = None, **kwargs: Any) -> None:
        if entry:
            kwargs["initial"] = {
                "kind": entry.kind, "title": entry.title, "body": entry.body, "area": entry.area_id,
                "features": entry.features.all(), "labels": entry.labels.all(),
                "ideas": " ".join(str(pk) for pk in entry.ideas.order_by("pk").values_list("pk", flat=True)),
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        is_shipped = entry is not None and entry.release.is_published
        self.kept = set(entry.ideas.values_list("pk", flat=True)) if entry and is_shipped else set()
        fields: dict[str, Any] = self.fields
        areas = directory.visible_places(request.site, request.user, AREA)
        fields["area"].queryset = Place.objects.filter(pk__in=[one.pk for one in areas])
        there = ~Q(item__state="removed") | Q(pk__in=entry.features.values("pk") if entry else [])
        fields["features"].queryset = Feature.objects.select_related("item").filter(there).order_by("-moved_at")

    def clean_ideas(self) -> list[Idea]:
        numbers: list[int] = []
        for said in self.cleaned_data["ideas"].replace(",", " ").split():
            number = said.partition("/ideas/")[2].partition("/")[0] if "/ideas/" in said else said.lstrip("#")
            if not number.isascii() or not number.isdigit() or len(number) > 18:
                words = _("“%(said)s” is neither an address nor a number of an idea.")
                raise ValidationError(words, params={"said": said[:80]})
            numbers.append(int(number))
        if len(set(numbers)) > MOST:
            words = ngettext_lazy(
                "An entry names up to %(n)d idea. Name the others in a further entry.",
                "An entry names up to %(n)d ideas. Name the others in a further entry.",
                MOST,
            )
            raise ValidationError(words, params={"n": MOST})
        found = Idea.objects.in_bulk(numbers)
        missing = [number for number in numbers if number not in found]
        if missing:
            raise ValidationError(_("There is no idea with the number %(number)d."), params={"number": missing[0]})
        return self._where_they_went(found)

    def _where_they_went(self, found: dict[int, Idea]) -> list[Idea]:
        """In the place of what was merged the idea that it is now; what has shipped with this entry stays as it was."""
        merges = Merge.objects.filter(source__in=found.keys() - self.kept, undone_at=None)
        went = dict(merges.values_list("source", "target"))
        return list(Idea.objects.in_bulk({went.get(pk, pk) for pk in found}).values())

    def line(self) -> Line:
        said = self.cleaned_data
        return Line(
            said["kind"], said["title"], said["body"], said["area"], tuple(said["labels"]), tuple(said["features"]),
            tuple(said["ideas"]),
        )  # fmt: skip
