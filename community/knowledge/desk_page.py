"""What the editor of an article shows, and its history."""

from typing import Any

from community.conversations.models import Reply
from community.feedback.drafts import draft_of
from community.feedback.models import Item, Revision
from community.knowledge.desk_lists import interface_languages
from community.knowledge.forms import EditForm, NoteForm, ScheduleForm, begun_edit
from community.knowledge.languages import name_of
from community.knowledge.models import Article, Edit, Verdict
from community.knowledge.promote import said_by
from community.knowledge.verdict import by_revision, editors, remarks
from community.lib.line_changes import lines_changed
from community.lib.times import moment
from community.members.requests import MemberRequest


def begun_from(request: MemberRequest, item: Item | None = None) -> dict[str, Any]:
    """What a new article begins with: the address, or what it is made of."""
    begun: dict[str, Any] = {
        "title": request.GET.get("title", "").replace("\0", "")[:200],
        "language": request.GET.get("language") or request.LANGUAGE_CODE,
    }
    if item:
        said = said_by(item)
        language = item.language or (item.reply.about.language if item.kind == Reply.KIND else "")
        begun |= {"title": said.title, "body": said.body, "language": language or request.LANGUAGE_CODE}
    return begun


def editor(request: MemberRequest, article: Article, edit: Edit | None) -> tuple[EditForm, dict[str, Any]]:
    """The form of its open edit, with the original beside it for a translation."""
    begun = begun_edit(article, edit)
    draft = draft_of(request.user, f"article:{article.pk}") if request.method != "POST" else None
    is_restored = bool(draft and draft.body and draft.body != begun["body"])
    if draft and is_restored:
        begun |= {"title": draft.title or begun["title"], "body": draft.body}
    form = EditForm(request.POST if request.method == "POST" else None, initial=begun)
    context = {
        "article": article,
        "item": article.item,
        "edit": edit,
        "form": form,
        "language": name_of(article.language),
        "seq": draft.seq if draft else 0,
        "restored": is_restored,
        "changes": lines_changed(article.item.body, edit.body) if edit and article.is_published else [],
        "translations": _translations(article),
        "note_form": NoteForm(),
        "schedule_form": ScheduleForm(),
        **(_beside(article, edit) if article.original else {}),
    }
    return form, context


def _translations(article: Article) -> list[tuple[str, str, str]]:
    """(language, its name, address) of every language but its own; those that are there lead to their editor."""
    if article.original_id:
        return []
    there = {one.language: one.desk_url for one in article.translations.all()}
    codes = [code for code in interface_languages() if code != article.language]
    return [(code, name_of(code), there.get(code, f"{article.desk_url}translation/{code}/")) for code in codes]


def _beside(article: Article, edit: Edit | None) -> dict[str, Any]:
    """The original as it is now, and what changed in it since the translation was made of it."""
    original = article.original
    assert original is not None
    since = edit.true_to if edit else article.true_to
    before = words_of(original, since)
    return {
        "original": original,
        "original_language": name_of(original.language),
        "since": lines_changed(before, original.item.body) if 0 < since < original.revision else [],
    }


def words_of(article: Article, revision: int) -> str:
    """What a revision said."""
    if revision >= article.revision:
        return article.item.body
    kept = Revision.objects.filter(item=article.pk, number=revision).values_list("body", flat=True).first()
    return kept or ""


def edit_rows(article: Article) -> dict[str, Any]:
    """Its published edits, each with what it changed and how many it helped. Four queries."""
    helped = by_revision(article)
    kept = dict(Revision.objects.filter(item=article.pk).values_list("number", "body"))
    kept[article.revision] = article.item.body
    rows = [
        {
            "edit": edit,
            "at": moment(edit.at),
            "yes": helped.get(edit.revision or 0, (0, 0))[0],
            "no": helped.get(edit.revision or 0, (0, 0))[1],
            "lines": _lines(kept, edit.revision or 0),
        }
        for edit in editors(article)
    ]
    reasons = dict(Verdict.Reason.choices)
    said = [(one, moment(one.at), reasons.get(one.reason, "")) for one in remarks(article)]
    return {"rows": rows, "remarks": said}


def _lines(kept: dict[int, str], revision: int) -> list[tuple[str, str]]:
    return lines_changed(kept.get(revision - 1, ""), kept.get(revision, "")) if revision > 1 else []
