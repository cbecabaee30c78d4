"""What readers say of an article: whether it helped, and if not, why. Guests too, and nobody twice."""

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.db.models import Case, Count, F, Q, When
from django.utils.crypto import salted_hmac

from community.feedback.models import Item, Link, Visibility
from community.feedback.write import set_words
from community.knowledge.models import Article, Edit, Verdict
from community.lib import markdown
from community.lib.plain_text import check_text
from community.members.models import Member
from community.members.requests import Request

REMARK = "remark"
LONGEST = 1_000  # characters of a remark
LONGEST_OF_GUESTS = 5 * LONGEST  # who are known by the same address and browser


def voter_of(member: Member) -> str:
    return f"m:{member.pk}"


def voter(request: Request) -> str:
    """Who says it. A guest is a keyed hash of address and browser, which nobody can turn back; colleagues who share
    both count as one."""
    if request.user.is_authenticated:
        return voter_of(request.user)
    said = f"{get_adapter().get_client_ip(request)} {request.META.get('HTTP_USER_AGENT', '')}"
    return "g:" + salted_hmac("community.knowledge.verdict", said, algorithm="sha256").hexdigest()[:32]


@transaction.atomic
def judge(article: Article, *, by: str, is_helpful: bool) -> Verdict:
    """Count what a reader says of the revision that they read; saying it again changes it."""
    Item.objects.select_for_update(no_key=True).filter(pk=article.pk).values_list("pk").first()
    revision = Article.objects.values_list("revision", flat=True).get(pk=article.pk)
    verdict, is_new = Verdict.objects.get_or_create(
        article=article, revision=revision, voter=by, defaults={"is_helpful": is_helpful}
    )
    if not is_new and verdict.is_helpful == is_helpful:
        return verdict
    if not is_new:
        verdict.is_helpful, verdict.reason = is_helpful, ""
        verdict.save(update_fields=["is_helpful", "reason"])
    up = 1 if is_helpful else 0 if is_new else -1
    down = 1 if not is_helpful else 0 if is_new else -1
    Article.objects.filter(pk=article.pk).update(
        helpful_count=F("helpful_count") + up, unhelpful_count=F("unhelpful_count") + down
    )
    return verdict


@transaction.atomic
def explain(verdict: Verdict, reason: str, words: str, *, by: Member | None) -> None:
    """Why it did not help. It lands with staff as an Item that is linked to the article.

    Raises MarkdownRefused or LimitReached.
    """
    article = verdict.article
    Item.objects.select_for_update(no_key=True).filter(pk=article.pk).values_list("pk").first()
    verdict.refresh_from_db(fields=["remark"])
    verdict.reason = reason
    if verdict.remark is None:
        item = Item(
            kind=REMARK, title=article.item.title, author=by, place=article.item.place, language=article.language,
            visibility=Visibility.STAFF, stage=reason, source="web",
        )  # fmt: skip
    else:
        item = verdict.remark
        item.stage = reason
    _say(item, words, by=by)
    if verdict.remark is None:
        Link.objects.create(source=item, target=article.item, kind=Link.Kind.ANSWERS, by=by)
        item.path = f"/desk/articles/{article.pk}/edits/#remark-{item.pk}"
        Item.objects.filter(pk=item.pk).update(path=item.path)
        verdict.remark = item
        item.record("remarked", by=by, about=article.pk, reason=reason)
    verdict.save(update_fields=["reason", "remark"])


def _say(item: Item, words: str, *, by: Member | None) -> None:
    words = check_text(words)[:LONGEST]
    if by:
        set_words(item, words, by=by)
        item.save(update_fields=["stage"])
        return
    if words not in item.body:  # several people may share what we know a guest by
        item.body = f"{item.body}\n\n{words}".strip()[:LONGEST_OF_GUESTS]
    item.html = markdown.render(item.body).html
    item.renderer = markdown.RENDERER_VERSION
    item.save()


def by_revision(article: Article) -> dict[int, tuple[int, int]]:
    """Revision → how many found it helpful, and how many did not."""
    rows = article.verdicts.values("revision").annotate(yes=Count(Case(When(is_helpful=True, then=1))), n=Count("pk"))
    return {row["revision"]: (row["yes"], row["n"] - row["yes"]) for row in rows.order_by("revision")}


def remarks(article: Article) -> list[Verdict]:
    """What readers miss, newest first."""
    said = article.verdicts.filter(Q(is_helpful=False), remark__isnull=False).select_related("remark__author")
    return list(said.order_by("-pk")[:50])


def editors(article: Article) -> list[Edit]:
    """Its published edits, newest first, with who wrote and who published them."""
    return list(
        article.edits.filter(state=Edit.State.PUBLISHED).select_related("by", "reviewed_by").order_by("-revision")
    )
