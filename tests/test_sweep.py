"""Every page × every role: the expected status as a table (ABUSE B21, B34)."""

import re
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver
from django.utils import timezone

from community.discussions.models import Thread
from community.discussions.views.feeds import SITEMAP_SIZE
from community.feedback.attach import attach
from community.feedback.attachments import Attachment
from community.feedback.models import Item
from community.members.models import Member
from community.members.outgoing import OutgoingMail
from community.members.privacy import Export
from community.moderation.models import ModerationEntry
from roadmap.imports.upload import begin
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from surveys.responses.models import ContactRequest
from surveys.responses.respond import record
from tests import ideas, make, surveys
from tests.conftest import signed_in
from tests.files import pdf, picture
from tests.knowledge import drafted, published, section

pytestmark = [pytest.mark.django_db, pytest.mark.house]

#   guest, member, stranger to the private category, agent, manager, admin
ROLES = ("guest", "member", "stranger", "agent", "manager", "admin")
OPEN = (200, 200, 200, 200, 200, 200)
MEMBERS = (302, 200, 200, 200, 200, 200)
STAFF = (302, 403, 403, 200, 200, 200)
MANAGERS = (302, 403, 403, 403, 200, 200)
POST_ONLY = (405, 405, 405, 405, 405, 405)
TABLE: dict[str, tuple[int, ...]] = {
    "/": OPEN,
    "/discussions/": OPEN,
    "/discussions/read/": POST_ONLY,
    "/c/general/": OPEN,
    "/c/beta/": (404, 200, 404, 200, 200, 200),
    "/c/backstage/": (404, 404, 404, 200, 200, 200),
    "/labels/sync/": OPEN,
    "/t/new/": OPEN,
    "/t/similar/?title=open": OPEN,
    "{open.item.path}": OPEN,
    "{beta.item.path}": (404, 200, 404, 200, 200, 200),
    "{private.item.path}": (404, 404, 404, 200, 200, 200),
    "{removed.item.path}": (404, 404, 404, 200, 200, 200),
    "{hidden.item.path}": (404, 200, 404, 200, 200, 200),
    "/go/{open.pk}": (302, 302, 302, 302, 302, 302),
    "/go/{beta.pk}": (404, 302, 404, 302, 302, 302),
    "/go/{private.pk}": (404, 404, 404, 302, 302, 302),
    "/items/{open.pk}/vote/": OPEN,
    "/items/{beta.pk}/vote/": (404, 200, 404, 200, 200, 200),
    "/items/{open.pk}/vote/withdrawal/": POST_ONLY,
    "/items/{open.pk}/history/": OPEN,
    "/items/{beta.pk}/history/": (404, 200, 404, 200, 200, 200),
    "/items/{open.pk}/reply/": OPEN,
    "/items/{beta.pk}/reply/": (404, 200, 404, 200, 200, 200),
    "/replies/{reply.pk}/edit/": (302, 403, 403, 200, 200, 200),
    "/replies/{hidden_reply.pk}/edit/": (302, 403, 404, 200, 200, 200),
    "/replies/{reply.pk}/removal/": POST_ONLY,
    "/replies/{reply.pk}/restoration/": POST_ONLY,
    "/replies/{reply.pk}/approval/": POST_ONLY,
    "/threads/{open.pk}/edit/": (302, 403, 403, 200, 200, 200),
    "/threads/{beta.pk}/edit/": (302, 403, 404, 200, 200, 200),
    "/threads/{open.pk}/move/": (302, 403, 403, 200, 200, 200),
    "/threads/{open.pk}/merge/": (302, 403, 403, 200, 200, 200),
    "/threads/{open.pk}/split/": (302, 403, 403, 200, 200, 200),
    **{
        f"/threads/{{open.pk}}/{noun}/": POST_ONLY
        for noun in (
            "pin", "pin/everywhere", "pin/withdrawal", "closure", "closure/withdrawal", "lock", "solution/1",
            "solution/withdrawal", "removal", "restoration", "approval", "consent", "publication",
        )
    },
    "/relocations/1/undo/": POST_ONLY,
    "/feeds/discussions.atom": OPEN,
    "/feeds/c/general.atom": OPEN,
    "/feeds/c/beta.atom": (404,) * 6,  # a feed is for whoever has its address: always as a guest sees it
    "/feeds/labels/sync.atom": OPEN,
    "/feeds/t/{open.pk}.atom": OPEN,
    "/feeds/t/{beta.pk}.atom": (404,) * 6,
    "/sitemap.xml": OPEN,
    "/sitemap-threads-0.xml": OPEN,
    "/robots.txt": OPEN,
    "/preview/": POST_ONLY,
    "/mentions/?q=a": OPEN,
    "/files/": POST_ONLY,
    "/files/{open_file.pk}/screen.webp": OPEN,
    "/files/{open_file.pk}/small/screen.webp": OPEN,
    "/files/{open_file.pk}/other.webp": OPEN,  # the number decides
    "/files/{beta_file.pk}/report.pdf": (404, 200, 404, 200, 200, 200),
    "/files/{beta_file.pk}/small/report.pdf": (404,) * 6,
    "/files/{private_file.pk}/screen.webp": (404, 404, 404, 200, 200, 200),
    "/files/{removed_file.pk}/screen.webp": (404, 404, 404, 200, 200, 200),
    "/files/{waiting_file.pk}/screen.webp": (404,) * 6,  # ann's alone
    "/drafts/thread:new/": MEMBERS,
    "/drafts/reply:{beta.pk}/": MEMBERS,  # one's own, whatever it is about
    "/members/ann/": OPEN,
    "/me/": (302,) * 6,
    "/me/settings/": MEMBERS,
    "/me/notifications/": MEMBERS,
    "/me/notifications/settings/": MEMBERS,
    "/me/notifications/read/1/": POST_ONLY,
    "/me/notifications/mail/": POST_ONLY,
    "/items/{open.pk}/follow/": MEMBERS,
    "/items/{beta.pk}/follow/": (302, 200, 404, 200, 200, 200),
    "/items/{private.pk}/follow/": (302, 404, 404, 200, 200, 200),
    "/places/{beta.item.place_id}/follow/": (302, 200, 404, 200, 200, 200),
    "/labels/sync/follow/": MEMBERS,
    "/unsubscribe/x/": (404,) * 6,
    # No provider is named here; open ones: test_mail_hooks.
    "/hooks/mail/postmark/tracking/": (404,) * 6,
    "/hooks/mail/postmark/inbound/": (404,) * 6,
    "/hooks/mail/mailgun/inbound_mime/": (404,) * 6,
    "/me/privacy/": MEMBERS,
    "/me/privacy/export/": POST_ONLY,
    "/me/privacy/export/{export.pk}/": (302, 404, 404, 404, 404, 404),  # that of ann, who is none of these
    "/me/privacy/deletion/": (302,) * 6,  # to the log-in, or to the password
    "/me/privacy/deletion/withdrawal/": POST_ONLY,
    "/preferences/": OPEN,
    "/pages/terms/": OPEN,
    "/pages/privacy/": OPEN,
    "/pages/guidelines/": OPEN,
    "/pages/imprint/": OPEN,
    "/pages/nothing/": (404,) * 6,
    "/limits/": OPEN,
    "/search/": OPEN,
    "/search/?q=open": OPEN,
    "/search/suggestions/?q=open": OPEN,
    "/search/seen/": POST_ONLY,
    "/search/recent/removal/": POST_ONLY,
    "/search/recent/keeping/": POST_ONLY,
    "/deflections/": POST_ONLY,
    "/deflections/1/?item={open.pk}": OPEN,
    "/deflections/1/?item={beta.pk}": (404, 200, 404, 200, 200, 200),
    "/deflections/1/withdrawal/": POST_ONLY,
    "/embed/help.js": OPEN,
    "/embed/help/": OPEN,
    "/embed/help/?title=an open one": OPEN,
    "/embed/help/solved/": POST_ONLY,
    "/embed/help/solved/1/?item={open.pk}": OPEN,
    "/embed/help/solved/1/?item={beta.pk}": (302,) * 6,  # there everybody is a guest: back to the question
    "/embed/help/solved/1/withdrawal/": POST_ONLY,
    "/keys/": OPEN,
    "/setup/": (302,) * 6,
    "/brand.3355cc.css": OPEN,
    "/desk/": STAFF,
    "/items/{open.pk}/flag/": MEMBERS,
    "/items/{beta.pk}/flag/": (302, 200, 404, 200, 200, 200),
    "/desk/moderation/": STAFF,
    "/desk/moderation/items/{open.pk}/": STAFF,
    "/desk/moderation/items/{removed.pk}/": STAFF,
    "/desk/moderation/items/{open.pk}/hide/": POST_ONLY,
    "/desk/moderation/rates/": STAFF,
    "/desk/moderation/rules/": MANAGERS,
    "/desk/moderation/log/": STAFF,
    "/desk/moderation/appeals/": STAFF,
    "/desk/moderation/appeals/1/grant/": POST_ONLY,
    "/desk/moderation/appeals/1/refusal/": POST_ONLY,
    "/desk/moderation/members/ann/": STAFF,
    **{
        f"/desk/moderation/members/ann/{noun}/": POST_ONLY
        for noun in ("sanction", "sweep", "champion", "champion/end")
    },
    "/desk/moderation/sanctions/1/end/": POST_ONLY,
    "/desk/moderation/sweeps/1/undo/": POST_ONLY,
    "/moderation/log/": OPEN,
    "/appeals/{entry.pk}/": (302, 200, 404, 404, 404, 404),
    "/appeals/by/nothing/": (404,) * 6,
    "/champions/": OPEN,
    "/members/ann/ignore/": POST_ONLY,
    "/members/ann/ignore/end/": POST_ONLY,
    "/me/ignored/": MEMBERS,
    "/desk/search/": STAFF,
    "/desk/help-box/": STAFF,
    "/desk/mail/": STAFF,
    "/desk/mail/{mail.pk}/": STAFF,
    "/desk/mail/received/1/attempt/": POST_ONLY,
    "/desk/patterns/": STAFF,
    "/help/": OPEN,
    "/help/start/": OPEN,
    "/help/backroom/": (404, 404, 404, 200, 200, 200),
    "{article.item.path}": OPEN,
    "{secret_article.item.path}": (404, 404, 404, 200, 200, 200),
    "{draft_article.item.path}": (404,) * 6,
    "/go/{secret_article.pk}": (404, 404, 404, 302, 302, 302),
    "/articles/{article.pk}/helpful/": OPEN,
    "/articles/{secret_article.pk}/helpful/": (404, 404, 404, 200, 200, 200),
    "/articles/{article.pk}/helpful/reason/": POST_ONLY,
    "/feeds/help.atom": OPEN,
    "/feeds/help/start.atom": OPEN,
    "/feeds/help/backroom.atom": (404,) * 6,
    "/sitemap-help-0.xml": OPEN,
    "/desk/articles/": STAFF,
    "/desk/articles/coverage/": STAFF,
    "/desk/articles/new/": STAFF,
    "/desk/articles/{draft_article.pk}/": STAFF,
    "/desk/articles/{article.pk}/edits/": STAFF,
    "/desk/articles/{article.pk}/settings/": STAFF,
    "/desk/articles/{article.pk}/translation/pl/": STAFF,
    **{f"/desk/articles/{{article.pk}}/{noun}/": POST_ONLY for noun in ("note", "schedule", "publication")},
    "/desk/sections/start/order/": STAFF,
    "/items/{reply.pk}/article/": STAFF,
    "/admin/": (302, 302, 302, 302, 302, 200),
    "/admin/community/member/": (302, 302, 302, 302, 302, 200),
    "/media/faces/none.webp": (404,) * 6,
    "/accounts/login/": (200, 302, 302, 302, 302, 302),
    "/accounts/signup/": (200, 302, 302, 302, 302, 302),
    "/accounts/email/": MEMBERS,
    "/accounts/2fa/": MEMBERS,
    "/api/docs": OPEN,
    "/api/v1/": (404,) * 6,
    "/api/v1/articles": OPEN,
    "/api/v1/articles/{article.pk}": OPEN,
    "/api/v1/articles/{secret_article.pk}": (404, 404, 404, 200, 200, 200),
    "/api/v1/articles/{draft_article.pk}": (404,) * 6,
    "/api/v1/articles/{open.pk}": (404,) * 6,  # a thread is none
    "/api/v1/openapi.json": OPEN,
    "/api/v1/search?q=open": OPEN,
    "/api/v1/threads": OPEN,
    "/api/v1/threads/{open.pk}": OPEN,
    "/api/v1/threads/{beta.pk}": (404, 200, 404, 200, 200, 200),
    "/api/v1/threads/{private.pk}": (404, 404, 404, 200, 200, 200),
    "/api/v1/threads/{removed.pk}": (404, 404, 404, 200, 200, 200),
    "/api/v1/threads/{hidden.pk}": (404, 200, 404, 200, 200, 200),
    "/ideas/": OPEN,
    "/ideas/new/": OPEN,
    "/ideas/similar/?title=open": OPEN,
    "{idea.item.path}": OPEN,
    "{beta_idea.item.path}": (404, 200, 404, 200, 200, 200),
    "{private_idea.item.path}": (404, 404, 404, 200, 200, 200),
    "/ideas/{idea.pk}/edit/": (302, 403, 403, 200, 200, 200),
    "/ideas/{beta_idea.pk}/edit/": (302, 403, 404, 200, 200, 200),
    "/ideas/{idea.pk}/stage/": STAFF,
    "/ideas/{private_idea.pk}/stage/": (302, 404, 404, 200, 200, 200),
    "/ideas/{idea.pk}/merge/": STAFF,
    "/ideas/{private_idea.pk}/merge/": (302, 404, 404, 200, 200, 200),
    "/ideas/{idea.pk}/merge/withdrawal/": POST_ONLY,
    "/ideas/{idea.pk}/importance/": (302,) * 6,  # to the idea; its form is for script
    "/ideas/{private_idea.pk}/importance/": (302, 404, 404, 302, 302, 302),
    "/ideas/bulk/?idea={idea.pk}&act=merge": STAFF,
    "/desk/duplicates/": STAFF,
    "/desk/duplicates/?show=apart": STAFF,
    "/desk/duplicates/1/2/apart/": POST_ONLY,
    "/desk/duplicates/1/2/apart/withdrawal/": POST_ONLY,
    "/ideas/{idea.pk}/split/": STAFF,
    "/ideas/{private_idea.pk}/split/": (302, 404, 404, 200, 200, 200),
    "/ideas/{idea.pk}/votes/": STAFF,
    "/ideas/{private_idea.pk}/votes/": (404, 404, 404, 200, 200, 200),
    "/ideas/{idea.pk}/votes/new/": STAFF,
    "/ideas/{idea.pk}/votes/new/?who=ann": STAFF,
    "/ideas/{private_idea.pk}/votes/new/": (302, 404, 404, 200, 200, 200),
    "/ideas/{idea.pk}/votes/1/withdrawal/": POST_ONLY,
    "/items/{open.pk}/idea/": STAFF,
    "/items/{reply.pk}/idea/": STAFF,
    "/items/{hidden_reply.pk}/idea/": (302, 403, 404, 200, 200, 200),
    "/items/{private.pk}/idea/": (302, 404, 404, 200, 200, 200),
    "/items/{idea.pk}/idea/": (302, 404, 404, 404, 404, 404),  # it is one
    "/ideas/{open.pk}/x/": (404,) * 6,  # a thread is none
    "/desk/import-ideas/": MANAGERS,
    "/desk/import-ideas/{upload.pk}/": MANAGERS,
    **{f"/desk/import-ideas/{{upload.pk}}/{noun}/": POST_ONLY for noun in ("run", "withdrawal", "discard")},
    "/desk/export-ideas/": (302, 403, 403, 403, 403, 200),
    "/desk/export-ideas/?format=xml": (302, 403, 403, 403, 403, 404),
    "/feeds/ideas.atom": OPEN,
    "/feeds/ideas.atom?area=cellar": (404,) * 6,
    "/sitemap-ideas-0.xml": OPEN,
    "/changelog/": OPEN,
    "/changelog/?area=cellar": OPEN,
    "{release.item.path}": OPEN,
    "{draft_release.item.path}": (404, 404, 404, 200, 200, 200),
    "/changelog/nothing/": (404,) * 6,
    "/releases/new/": STAFF,
    "/releases/{release.pk}/edit/": STAFF,
    "/releases/{draft_release.pk}/publication/": STAFF,
    "/releases/{release.pk}/removal/": STAFF,
    "/releases/{release.pk}/restoration/": POST_ONLY,
    "/releases/{release.pk}/entries/new/": STAFF,
    "/releases/{release.pk}/entries/{line.pk}/": STAFF,
    "/releases/{release.pk}/entries/{line.pk}/removal/": STAFF,
    "/changelog/subscription/": OPEN,
    "/changelog/subscription/confirmation/x/": (404,) * 6,
    "/changelog/subscription/end/x/": (404,) * 6,
    "/me/impact/": MEMBERS,
    "/me/thanks/": POST_ONLY,
    "/me/thanks/withdrawal/": POST_ONLY,
    "/open/": OPEN,
    "/desk/surveys/": STAFF,
    "/desk/surveys/new/": STAFF,
    "/desk/surveys/{survey.pk}/": STAFF,
    "/desk/surveys/{survey.pk}/edit/": STAFF,
    "/desk/surveys/{survey.pk}/audience/": STAFF,
    "/desk/surveys/{survey.pk}/why/?who=ann": STAFF,
    "/desk/surveys/{survey.pk}/wording/ar/": STAFF,
    "/desk/surveys/{survey.pk}/state/": POST_ONLY,
    "/desk/surveys/{survey.pk}/questions/": STAFF,
    "/desk/surveys/{survey.pk}/questions/new/": STAFF,
    "/desk/surveys/{survey.pk}/questions/{question.pk}/": STAFF,
    "/desk/surveys/{survey.pk}/questions/{question.pk}/words/th/": STAFF,
    "/desk/surveys/{survey.pk}/questions/{question.pk}/removal/": POST_ONLY,
    "/desk/surveys/{survey.pk}/questions/{question.pk}/removal/withdrawal/": POST_ONLY,
    "/desk/surveys/{survey.pk}/embed/": STAFF,
    "/desk/surveys/{survey.pk}/embed/?try": STAFF,
    "/desk/surveys/{survey.pk}/embed/secret/": POST_ONLY,
    "/desk/surveys/{survey.pk}/preview/?language=ar": STAFF,
    "/desk/surveys/{survey.pk}/preview/page/": STAFF,
    "/desk/surveys/{survey.pk}/preview/mail/": STAFF,
    "/desk/surveys/{survey.pk}/link/": STAFF,
    "/desk/surveys/{survey.pk}/link/new/": POST_ONLY,
    "/desk/surveys/{survey.pk}/link/code.svg": STAFF,
    "/desk/surveys/{survey.pk}/link/code.png": STAFF,
    "/embed/hearback.js": OPEN,
    "/embed/{widget.key}/": OPEN,
    "/embed/{widget.key}/?try=1": OPEN,
    "/embed/{widget.key}/?t=x.y": (404,) * 6,
    "/embed/{widget.key}/ask/": OPEN,
    "/embed/{widget.key}/shown/": POST_ONLY,
    "/embed/{widget.key}/comment/": POST_ONLY,
    "/embed/{widget.key}/offer/": POST_ONLY,
    "/embed/aaaaaaaaaaaaaaaaaaaa/": (404,) * 6,
    **{f"/desk/surveys/{{survey.pk}}/{page}/": STAFF for page in ("trend", "segments", "periods", "choices", "answers")},
    "/desk/surveys/{survey.pk}/export/": MANAGERS,
    "/desk/surveys/answers/{answer.pk}/": STAFF,
    "/desk/surveys/ambassadors/": STAFF,
    "/desk/surveys/contacts/": STAFF,
    "/desk/surveys/contacts/{contact.key}/": STAFF,
    "/desk/surveys/contacts/nobody/": (302, 403, 403, 404, 404, 404),
    "/desk/surveys/contacts/1/mail/": POST_ONLY,
    "/desk/surveys/contacts/1/withdrawal/": POST_ONLY,
    "/go/{answer.pk}": (404, 404, 404, 302, 302, 302),
    "/s/x.y/": (404,) * 6,
    "/s/x.y/comment/": POST_ONLY,
    "/s/x.y/offer/": POST_ONLY,
    "/s/end/x.y/": (404,) * 6,
    "/desk/promises/": STAFF,
    "/desk/unanswered-ideas/": STAFF,
    "/sitemap-open.xml": OPEN,
    "/sitemap-roadmap-0.xml": OPEN,
    "/embed/changelog.js": OPEN,
    "/embed/changelog/": OPEN,
    "/desk/changelog/": STAFF,
    "/feeds/changelog.atom": OPEN,
    "/feeds/changelog.json": OPEN,
    "/feeds/changelog.json?area=cellar": (404,) * 6,
    "/roadmap/": OPEN,
    "/roadmap/?by=time&area=cellar": OPEN,
    "/roadmap/changes/": OPEN,
    "/roadmap/new/": STAFF,
    "{feature.item.path}": OPEN,
    "{beta_feature.item.path}": (404, 200, 404, 200, 200, 200),
    "{staff_feature.item.path}": (404, 404, 404, 200, 200, 200),
    "/roadmap/{feature.pk}/edit/": STAFF,
    "/roadmap/{feature.pk}/stage/": STAFF,
    "/roadmap/{feature.pk}/ideas/": STAFF,
    "/roadmap/{beta_feature.pk}/edit/": (302, 403, 404, 200, 200, 200),
    "/roadmap/{feature.pk}/ideas/{idea.pk}/withdrawal/": POST_ONLY,
    "/roadmap/{feature.pk}/target/": POST_ONLY,
    "/roadmap/{feature.pk}/fit/": POST_ONLY,
    "/nothing/": (404,) * 6,
}  # fmt: skip


@pytest.fixture
def world(db: None, settings: object, tmp_path: object) -> dict[str, object]:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    ann, bo, sam = make.member("ann"), make.member("bo"), make.member("sam", role="agent")
    make.label("sync")
    beta = make.category("beta", audience="group", group=make.group("beta", bo)).place
    make.category("backstage", audience="staff")
    open_thread = make.thread(by=ann, title="An open one", labels=(make.label("sync"),))
    beta_thread = make.thread(by=sam, title="A beta one", place=beta)
    removed = make.thread(by=ann, title="A removed one")
    removed.item.state = "removed"
    removed.item.save()
    files = {
        f"{name}_file": attach(file, by=by)
        for name, file, by in (
            ("open", picture(), ann), ("beta", pdf(), sam), ("private", picture(), ann), ("removed", picture(), ann),
            ("waiting", picture(), ann),
        )
    }  # fmt: skip
    private = make.thread(by=ann, title="A private one", is_private=True)
    for name, thread in (("open", open_thread), ("beta", beta_thread), ("private", private), ("removed", removed)):
        Attachment.objects.filter(pk=files[f"{name}_file"].pk).update(item=thread.item, unused_since=None)
    hidden = make.thread(by=bo, title="A hidden one")
    Item.objects.filter(pk=hidden.pk).update(state="hidden")
    released = draft_release(Told("An open release", "Words.", "1.0"), by=sam)
    beta_idea = ideas.idea("A beta idea", by=sam, area=ideas.area("cellar", audience="group", group=beta.group))
    entry = write_entry(released, Line("new", "An entry", area=beta_idea.item.place, ideas=(beta_idea,)), by=sam)
    publish(released, by=sam)
    survey = surveys.survey()
    answer = record(survey, surveys.stranger(), 4, channel="link", key="x", wording=None)
    return files | {
        "release": released,
        "line": entry,
        "draft_release": draft_release(Told("A draft release", "Words.", "2.0"), by=sam),
        "open": open_thread,
        "hidden": hidden,
        "beta": beta_thread,
        "private": private,
        "removed": removed,
        "reply": make.reply(open_thread, by=ann),
        "hidden_reply": make.reply(beta_thread, by=sam),
        "export": Export.objects.create(member=ann, made_at=timezone.now()),
        "entry": ModerationEntry.objects.create(verb="hidden", member=bo, by=sam, item=hidden.item),
        "article": published("An open article"),
        "draft_article": drafted("A draft article"),
        "secret_article": published("A secret article", section=section("backroom", audience="staff")),
        "upload": begin(SimpleUploadedFile("ideas.csv", b"title\nA wish\n"), by=sam),
        "idea": ideas.idea("An open idea", by=ann),
        "beta_idea": beta_idea,
        "private_idea": ideas.idea("A private idea", by=ann, is_private=True),
        "feature": ideas.feature("An open feature"),
        "beta_feature": ideas.feature("A beta feature", area=ideas.area("cellar")),
        "staff_feature": ideas.feature("A staff feature", visibility="staff"),
        "survey": survey,
        "question": surveys.question(survey, "Where do you plan?", "At a desk", "On the phone"),
        "widget": surveys.widget(survey),
        "answer": answer,
        "contact": ContactRequest.objects.create(response=answer, how="eve@example.com", due_at=timezone.now()),
        "mail": OutgoingMail.objects.create(to="x@example.com", subject="s", text="t"),
    }


def visitor(role: str) -> Client:
    if role == "guest":
        return Client()
    people = {"member": ("bo", "member"), "stranger": ("cy", "member")}
    handle, role = people.get(role, (role, role))
    return signed_in(make.member(handle, role=role))


@pytest.mark.parametrize("role", ROLES)
def test_each_page_answers_each_role_as_the_table_says(role: str, world: dict[str, object]) -> None:
    at = ROLES.index(role)
    browser = visitor(role)
    wrong = []
    for url, expected in TABLE.items():
        answer = browser.get(url.format(**world))
        if answer.streaming:
            b"".join(answer)  # to its end, or the file stays open
        if answer.status_code != expected[at]:
            wrong.append(f"{url}: {answer.status_code} instead of {expected[at]}")
    assert not wrong, "\n".join(wrong)


def test_the_table_names_every_page_of_ours(world: dict[str, object]) -> None:
    """A page that is not in the table has no expected status: add it there."""
    resolver = get_resolver()
    ours = set(_routes(resolver))
    named = set()
    for url in TABLE:
        path = url.format(**world).partition("?")[0]
        with suppress(Resolver404):  # an address that leads nowhere is in the table on purpose
            named.add(resolver.resolve(path).route)
    assert ours - named == set()


def _routes(resolver: URLResolver, before: str = "") -> list[str]:
    found: list[str] = []
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            found.append(route)
        elif route not in ("admin/", "accounts/"):
            found += _routes(entry, route)
    return found


def test_B34_hidden_and_missing_look_the_same(world: dict[str, object]) -> None:
    thread = world["private"]
    assert isinstance(thread, Thread)
    browser = visitor("stranger")
    hidden = browser.get(thread.item.path).content.decode()
    missing = browser.get(f"/t/{thread.pk + 1000}/x/").content.decode()
    strip = lambda page: page.replace(thread.item.path, "").replace(f"/t/{thread.pk + 1000}/x/", "")  # noqa: E731
    assert _without_tokens(strip(hidden)) == _without_tokens(strip(missing))


def _without_tokens(page: str) -> str:
    """Both are made anew each second, and the two pages may be asked in two."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|data-live="[^"]+"', "", page)


@pytest.mark.parametrize("role", ["guest", "stranger"])
def test_nothing_of_a_private_place_is_in_any_page(role: str, world: dict[str, object], ann: Member) -> None:
    """ABUSE B22, B23, B24, B32: not in lists, feeds, maps, profiles, similar threads or counts."""
    browser = visitor(role)
    for url in (
        "/", "/discussions/", "/discussions/?order=unanswered", "/labels/sync/", "/members/sam/", "/members/ann/",
        "/t/similar/?title=A+beta+one+private+removed", "/t/new/?title=A+beta+one", "/feeds/discussions.atom",
        "/sitemap-threads-0.xml", "/feeds/labels/sync.atom", "/help/", "/help/start/", "/feeds/help.atom",
        "/sitemap-help-0.xml", "/search/?q=secret+draft+article", "/search/suggestions/?q=secret+draft+article",
        "/ideas/", "/ideas/?view=list&order=top", "/ideas/?order=new&area=cellar", "/ideas/similar/?title=A+beta+private+idea",
        "/open/", "/embed/changelog/", "/changelog/subscription/", "/sitemap-roadmap-0.xml",
        "/changelog/", "/changelog/1-0/", "/feeds/changelog.atom", "/feeds/changelog.json", "/search/?q=beta+draft+release",
        "/roadmap/", "/roadmap/?by=time", "/roadmap/?column=planned&area=cellar", "/search/?q=beta+staff+feature",
        "/ideas/new/?title=A+beta+private+idea", "/feeds/ideas.atom", "/sitemap-ideas-0.xml", "/search/?q=beta+private+idea",
        "/search/suggestions/?q=private+idea", "/api/v1/search?q=beta+private+idea",
        "/api/v1/threads", "/api/v1/search?q=one", "/api/v1/articles", "/api/v1/search?q=secret+draft+article",
    ):  # fmt: skip
        page = browser.get(url).content.decode()
        for secret in (
            "A beta one",
            "A beta idea",
            "A private idea",
            "A beta feature",
            "A draft release",
            "A staff feature",
            "Cellar",
            "A private one",
            "A removed one",
            "A hidden one",
            "Backstage",
            "/c/beta/",
            "A secret article",
            "A draft article",
        ):
            typed = re.sub('value="A beta (one|private idea)[^"]*"', "", page)  # what the visitor knows
            assert secret not in typed, (url, secret)


def test_B23_a_feed_shows_to_nobody_what_is_not_public(world: dict[str, object]) -> None:
    """Its address is the only key it has, so that an old one must open no more than a new one."""
    for role in ROLES:
        browser = visitor(role)
        for url in ("/feeds/c/beta.atom", "/feeds/t/{beta.pk}.atom", "/feeds/t/{private.pk}.atom"):
            assert browser.get(url.format(**world)).status_code == 404, (role, url)
        assert "A beta one" not in browser.get("/feeds/discussions.atom").content.decode(), role


def test_B24_the_sitemap_names_nothing_that_is_not_public(world: dict[str, object]) -> None:
    thread = world["open"]
    assert isinstance(thread, Thread)
    sitemap = visitor("admin").get(f"/sitemap-threads-{thread.pk // SITEMAP_SIZE}.xml").content.decode()
    assert f"/t/{thread.pk}/" in sitemap
    for name in ("beta", "private", "removed", "hidden"):
        hidden = world[name]
        assert isinstance(hidden, Thread)
        assert f"/t/{hidden.pk}/" not in sitemap, name
