"""An idea that changed over there changes here too, unless somebody changed it here as well."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from community.conversations.models import Reply
from community.conversations.paths import set_path
from community.feedback.models import Event, Item, Revision, Vote
from community.feedback.vote import count_votes
from community.lib.markdown import RENDERER_VERSION
from community.members.models import Member
from community.search import write as search
from roadmap.ideas.heat import VOTES, settle_heat
from roadmap.ideas.models import Idea
from roadmap.imports import merges
from roadmap.imports.brought import external_id_of_answer
from roadmap.imports.models import VERB
from roadmap.imports.plan import Below, Planned, Words
from roadmap.imports.rows import Maker, Rows, make_labels, touch, votes_of, write
from roadmap.imports.touched import is_touched
from roadmap.stages.models import Move


@dataclass(slots=True)
class Changer:
    maker: Maker

    def change(self, pk: int, planned: Planned, detail: dict[str, Any]) -> bool:
        """Bring an idea to what the file says by now; False where it is left as it is."""
        with transaction.atomic():
            item = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("place").get(pk=pk)
            was_merged = item.stage == self.maker.planner.setting.statuses.merged.slug
            merge = merges.made_by_import(pk) if was_merged and not planned.brought.duplicate_of else None
            if is_touched(pk) or (merge and not merges.may_part(merge)):
                return False
            if merge:
                merges.part(merge)
            rows = Rows(places={item.place_id or 0})
            _name(item, planned.author, rows)
            self._reword(item, planned)
            self._reply(item, planned, rows)
            self._move(item, planned, rows)
            made = self._file(item, planned)
            rows.places.add(item.place_id or 0)
            write(rows)
            self._vote(item, planned)
            told = detail | {"digest": planned.digest}
            if made:
                told["made_labels"] = [*detail.get("made_labels", ()), *made]
            Event.objects.filter(item=item, verb=VERB).update(detail=told)
            search.index([item.pk])
            touch(rows.places)
        return True

    def _words(self, planned: Planned) -> tuple[str, Words]:
        planner = self.maker.planner
        words = planner.words(planned.brought.text, is_markdown=planned.brought.is_markdown)
        return planner.title(planned.brought, words), words

    def _reword(self, item: Item, planned: Planned) -> None:
        title, words = self._words(planned)
        if (title, words.body, words.html) == (item.title, item.body, item.html):
            return
        _keep(item)
        item.title, item.body, item.html, item.renderer = title, words.body, words.html, RENDERER_VERSION
        item.edited_at = timezone.now()
        item.save(update_fields=["title", "body", "html", "renderer", "edited_at"])
        set_path(item, Idea.path_for(item.pk, title))
        Idea.objects.filter(pk=item.pk).update(is_compared=False)

    def _reply(self, item: Item, planned: Planned, rows: Rows) -> None:
        """What was said there since; what changed there and nobody changed here."""
        below = {one.external_id: one for one in planned.below()}
        answer = below.pop(external_id_of_answer(planned.brought.key), None)
        there = _with_touched(Item.objects.filter(source=item.source, external_id__in=below))
        for one in there:
            self._correct(one, below.pop(one.external_id or ""), planned, rows)
        new = sorted([*below.values(), *self._answers(item, answer, planned, rows)], key=lambda one: one.at)
        for said in new:
            self.maker.reply(item, said, planned, rows)
        item.save(update_fields=["reply_serial", "reply_count", "active_at", "active_by"])

    def _answers(self, item: Item, answer: Below | None, planned: Planned, rows: Rows) -> list[Below]:
        """The answer of staff where it is another than the last one, which stays as it was said.

        Another one differs in two of its words, its date and the stage that it came with. In its words alone it was
        corrected; dates alone differ when an export is made in another time zone.
        """
        if answer is None:
            return []
        official = Reply.objects.filter(about=item, is_official=True, item__source=item.source)
        given = _with_touched(Item.objects.filter(pk__in=official.values("pk"))).order_by("-reply__number")
        if not given:
            return [answer]
        last, is_dated = given[0], bool(planned.brought.answered)
        words = self.maker.planner.words(answer.text, is_markdown=planned.brought.is_markdown)
        differs = [words.body != last.body, is_dated and answer.at != last.created_at, item.stage != planned.stage.slug]
        if sum(differs) < 2:
            self._correct(last, answer, planned, rows)
            return []
        external = external_id_of_answer(planned.brought.key, len(given) + 1)
        return [replace(answer, external_id=external, at=answer.at if is_dated else timezone.now())]

    def _correct(self, one: Item, said: Below, planned: Planned, rows: Rows) -> None:
        """A reply that says something else over there by now, or whose author is known by now."""
        if one.touched:  # type: ignore[attr-defined]
            return
        words = self.maker.planner.words(said.text, is_markdown=planned.brought.is_markdown)
        was_named = _name(one, said.author, rows)
        if words.body != one.body:
            _keep(one)
            one.body, one.html, one.renderer, one.edited_at = words.body, words.html, RENDERER_VERSION, timezone.now()
            one.save(update_fields=["body", "html", "renderer", "edited_at"])
        elif not was_named:
            return
        search.index([one.pk])

    def _move(self, item: Item, planned: Planned, rows: Rows) -> None:
        idea = Idea.objects.select_related("stage").get(pk=item.pk)
        at = planned.moved_at if planned.moved_at > idea.moved_at else timezone.now()
        if planned.answered_at and (idea.answered_at is None or planned.answered_at < idea.answered_at):
            Idea.objects.filter(pk=item.pk).update(answered_at=planned.answered_at)
        if planned.answerer:
            Move.objects.filter(item=item, by=None, answer__item__author=planned.answerer).update(by=planned.answerer)
        if idea.stage == planned.stage:
            return
        answer = next((reply for reply in rows.replies if reply.is_official), None)
        rows.moves.append(
            Move(item=item, before=idea.stage, stage=planned.stage, answer=answer, by=planned.answerer, at=at)
        )
        Item.objects.filter(pk=item.pk).update(stage=planned.stage.slug)
        Idea.objects.filter(pk=item.pk).update(stage=planned.stage, moved_at=at)

    def _file(self, item: Item, planned: Planned) -> list[int]:
        """Where it belongs; the labels that were made for it."""
        made = make_labels(planned.labels)
        item.labels.set(planned.labels)
        place = planned.place and planned.place.pk
        if (item.place_id, item.visibility) != (place, planned.visibility):
            item.place, item.visibility = planned.place, planned.visibility
            below = Item.objects.filter(reply__about=item.pk)
            for rows in (Item.objects.filter(pk=item.pk), below):
                rows.update(place=place, visibility=planned.visibility)
        return made

    def _vote(self, item: Item, planned: Planned) -> None:
        """Those who voted there since, and without those who took it back there; what somebody did here stays."""
        here = Event.objects.filter(item=item, verb__in=VOTES)
        by_import = Vote.objects.filter(item=item, is_own=True, importance=None)
        by_import = by_import.exclude(Exists(here.filter(by=OuterRef("member"))))
        apart = planned.apart
        if planned.says_who:
            by_import.exclude(member__in=planned.votes).delete()
        else:
            apart = max(apart - by_import.count(), 0)
        if planned.votes:
            withdrawn = set(here.filter(verb="vote withdrawn").values_list("by", flat=True))
            votes = [vote for vote in votes_of(item.pk, planned) if vote.member_id not in withdrawn]
            Vote.objects.bulk_create(votes, ignore_conflicts=True)
        Item.objects.filter(pk=item.pk).update(imported_votes=apart)
        count_votes(item)
        settle_heat(item)


def _with_touched(rows: Any) -> Any:
    """Told apart by `touched`: whether something was done with each of them here."""
    return rows.annotate(touched=Exists(Event.objects.filter(item=OuterRef("pk"))))


def _keep(item: Item) -> None:
    """What it says, before it says something else."""
    Revision.objects.create(
        item=item, number=item.revisions.count() + 1, title=item.title, body=item.body,
        at=item.edited_at or item.created_at,
    )  # fmt: skip


def _name(item: Item, author: Member | None, rows: Rows) -> bool:
    """Whether somebody who was not known when it was brought is its author from now on."""
    if item.author_id is not None or author is None:
        return False
    item.author = author
    if item.active_by_id is None and item.active_at == item.created_at:
        item.active_by = author
    item.save(update_fields=["author", "active_by"])
    rows.posted[author.pk] += 1
    return True
