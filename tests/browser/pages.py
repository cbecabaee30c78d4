"""The pages that people see, filled with something of everything, for those who look at all of them."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, ViewportSize

from community.discussions import decide
from community.knowledge.draft import Said, hand_in, save_edit
from community.knowledge.verdict import explain, judge
from community.members.models import Member
from community.notifications.received import InboundMail
from community.search.learned import note, note_solved, told
from community.search.searches import new_key
from roadmap.features.plan import gather, retarget
from roadmap.ideas.behalf import Heard, vote_for
from roadmap.ideas.merge import merge
from roadmap.imports.upload import begin
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from roadmap.subscriptions.links import confirmation_of, end_of
from roadmap.subscriptions.models import Subscription
from tests import ideas, make
from tests.browser.conftest import Visitor
from tests.knowledge import changed, published, section

WORDS = """Some **bold** words, `code`, a [link](https://example.com) and a table:

| a | b |
|---|---|
| 1 | 2 |

```python
def hello(): return "world"
```

> quoted

1. one
2. two
"""
ARTICLE = f"""## Before

> [!WARNING]
> Save first.

{WORDS}

## Then

https://www.youtube.com/watch?v=abc_DEF-123

### After
"""
# Axe takes some milliseconds for each element, and the rows of a list are alike: the first ones show all kinds of them.
ROWS = 6
# Where the number is defined comes last: a module that is imported later than that would keep ours for ever.
ROWS_OF = (
    "community.discussions.lists.SIZE", "community.search.results.SIZE",
    "community.conversations.live.PAGE_SIZE", "community.discussions.page.PAGE_SIZE",
    "community.conversations.talk.PAGE_SIZE", "roadmap.ideas.board.SIZE", "roadmap.ideas.voters.SIZE",
    "community.conversations.models.PAGE_SIZE",
)  # fmt: skip
LOOKS = {"desktop": {}, "phone": {"phone": True}, "arabic": {"language": "ar"}}  # each in the light and in the dark
NARROWEST: ViewportSize = {"width": 320, "height": 640}  # https://www.w3.org/WAI/WCAG22/Understanding/reflow
AXE = Axe().axe_script
# Without preload, as no rule that is on asks for the style sheets.
FINDINGS = "async (options) => (await axe.run({resultTypes: ['violations'], preload: false, ...options})).violations"
COLOURS = ["color-contrast", "link-in-text-block"]
# Each element in another would follow with a transition of its own, however short.
AT_ONCE = """() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync("*, ::before, ::after { transition: none !important }")
    document.adoptedStyleSheets.push(sheet)
}"""
AS_BEFORE = "() => { document.adoptedStyleSheets.pop() }"


@pytest.fixture
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows on each page, so that those who look at all pages see each kind of row, and the way on, in less time."""
    for name in ROWS_OF:
        monkeypatch.setattr(name, ROWS)


@pytest.fixture
def community(people: dict[str, Member]) -> dict[str, str]:
    """A site with something of everything, and the addresses of its pages by who sees them."""
    ann, bo, sam = people["ann"], people["bo"], people["sam"]
    labels = (make.label("sync", colour="teal"), make.label("ios", colour="red"))
    thread = make.thread(by=ann, title="How do I sync my calendar?", body=WORDS, labels=labels)
    replies = [
        make.reply(thread, by=sam if n % 3 else bo, body=f"{WORDS}\n{n}" if n < 4 else "", is_official=n % 3 == 1)
        for n in range(24)
    ]
    decide.solve(thread, replies[3], by=ann)
    for n in range(24):
        make.thread(by=sam, title=f"Another question, number {n}", labels=labels[: n % 3])
    make.thread(by=ann, title="Private one", is_private=True)
    for number, state in enumerate(("waiting", "failed", "posted")):
        mail = InboundMail.objects.create(member=bo, answers=thread.item, via="imap", digest=str(number), size=2_000)
        if state == "posted":
            mail.end(state, item=replies[0].item)
        else:
            InboundMail.objects.filter(pk=mail.pk).update(state=state)
    article = published("How do I set up sync?", ARTICLE, section=section("sync", icon="🔄", takes_replies=True))
    polish = published("Jak włączyć synchronizację?", ARTICLE, language="pl", original=article, true_to=1)
    changed(article, f"{ARTICLE}\n\nMore.", significance="major")
    save_edit(article, Said("How do I set up sync?", "Less.", saves=0), by=people["bo"])
    hand_in(article, by=people["bo"])
    make.reply(article, by=ann)
    note(told("invoices", "en", 0))
    note_solved(new_key(), "sync my calendar", "en", article.item)
    explain(judge(article, by="g:1", is_helpful=False), "outdated", "The menu moved.", by=None)
    idea = ideas.idea(
        "Dark mode at night", f"My eyes hurt.\n\n{WORDS}", by=ann, area=ideas.area("app", colour="amber"), labels=labels
    )
    pay = ideas.idea("Pay slips by mail", by=sam, area=ideas.area("pay", colour="pink"))
    ideas.voted(idea, bo)
    called = Heard("ticket", "https://desk.example/1", "blocking", "Again.", "Kim", "k@x.example")
    vote_for(pay.item, make.company("Acme Works"), called, by=sam)
    vote_for(pay.item, ann, Heard("call"), by=sam)
    make.reply(idea, by=bo)  # type: ignore[arg-type]
    for kind in ("considering", "planned"):
        ideas.moved(idea, kind, WORDS, by=sam)
    twin = ideas.idea("Night theme", "The same, at night.", by=bo)
    merge(twin.item, idea.item, by=sam)
    feature = ideas.feature("A night theme", body=WORDS, notes="Ask legal.", owner=sam, progress=40)
    gather(feature, idea, by=sam)
    retarget(feature, "later", by=sam, reason="Another thing comes first.")
    ideas.feature("Pay slips", "building", progress=60)
    ideas.moved(feature, "building", WORDS, by=sam)  # type: ignore[arg-type]
    release = draft_release(Told("Version 5", WORDS, "5.0"), by=sam)
    write_entry(release, Line("new", "A night theme", WORDS, area=feature.item.place, ideas=(idea,)), by=sam)
    publish(release, by=sam)
    draft_release(Told("Version 6", WORDS, "6.0"), by=sam)
    people["mia"] = make.member("mia", name="Mia Lund", role="manager")
    uploaded = begin(SimpleUploadedFile("ideas.csv", UPLOADED.encode()), by=people["mia"])
    subscription = Subscription.objects.create(address="dee@example.com", language="en")
    return {
        "confirmation": urlsplit(confirmation_of(subscription)).path, "end": urlsplit(end_of(subscription)).path,
        "release_pk": str(release.pk), "upload": str(uploaded.pk),
        "feature": feature.item.path, "feature_pk": str(feature.pk),
        "twin": twin.item.path, "idea": idea.item.path, "idea_pk": str(idea.pk), "pay_pk": str(pay.pk),
        "thread": thread.item.path, "pk": str(thread.pk), "reply": str(replies[0].pk), "article": article.item.path,
        "article_pk": str(article.pk), "polish": polish.item.path, "polish_pk": str(polish.pk),
    }  # fmt: skip


GUEST = [
    "/", "/discussions/", "/discussions/?order=mine&kind=announcement", "/c/general/", "/labels/sync/", "{thread}",
    "{thread}?page=2", "/t/new/", "/t/new/?title=calendar", "/t/similar/?title=calendar", "/items/{pk}/reply/",
    "/items/{pk}/vote/", "/items/{pk}/history/", "/members/sam/", "/preferences/", "/pages/terms/", "/limits/", "/search/", "/search/?q=question&is=solved", "/search/?q=calendar",
    "/embed/help/", "/embed/help/?title=sync", "/embed/changelog/", "/open/",
    "/help/", "/help/sync/", "{article}", "{polish}", "/articles/{article_pk}/helpful/?is=no",
    "/changelog/", "/changelog/5-0/", "/changelog/subscription/", "{confirmation}", "{end}",
    "/roadmap/", "/roadmap/?by=time", "/roadmap/?column=building", "{feature}",
    "/ideas/", "/ideas/?view=list&label=sync", "{idea}", "{twin}", "/ideas/new/", "/ideas/similar/?title=dark+mode",
    "/keys/", "/accounts/login/", "/accounts/signup/", "/accounts/login/code/", "/accounts/password/reset/", "/nothing/",
]  # fmt: skip
MEMBER = [
    "/ideas/", "{idea}", "/ideas/new/?title=dark+mode", "/ideas/{idea_pk}/edit/",
    "/discussions/", "{thread}", "/t/new/?title=calendar", "/threads/{pk}/edit/", "/me/settings/", "/me/privacy/", "/me/impact/", "/members/ann/",
    "/accounts/email/", "/accounts/password/set/", "/accounts/2fa/",
]  # fmt: skip
STAFF = [
    "/changelog/", "/changelog/6-0/", "/releases/{release_pk}/edit/", "/releases/{release_pk}/entries/new/",
    "/releases/{release_pk}/publication/", "/releases/{release_pk}/removal/", "/roadmap/", "{feature}", "/roadmap/{feature_pk}/edit/", "/roadmap/{feature_pk}/stage/",
    "/roadmap/{feature_pk}/ideas/", "{idea}", "{twin}", "/ideas/{idea_pk}/stage/", "/ideas/{pay_pk}/votes/", "/desk/duplicates/", "/ideas/{pay_pk}/split/", "/ideas/bulk/?idea={idea_pk}&idea={pay_pk}&act=stage", "/ideas/?order=companies", "/ideas/{pay_pk}/votes/new/?who=a",
    "/ideas/{pay_pk}/merge/?into={idea_pk}", "/items/{reply}/idea/",
    "/desk/", "/desk/search/", "/desk/help-box/", "/desk/changelog/", "/desk/promises/", "/desk/unanswered-ideas/", "/desk/mail/", "/desk/patterns/", "{thread}", "/threads/{pk}/split/", "/threads/{pk}/merge/",
    "/threads/{pk}/move/", "/replies/{reply}/edit/", "{article}",
    "/desk/articles/", "/desk/articles/coverage/", "/desk/articles/new/", "/desk/articles/{article_pk}/",
    "/desk/articles/{polish_pk}/", "/desk/articles/{article_pk}/edits/", "/desk/articles/{article_pk}/settings/",
    "/desk/articles/{article_pk}/translation/ko/", "/items/{reply}/article/", "/desk/sections/sync/order/",
]  # fmt: skip
MANAGER = ["/desk/import-ideas/", "/desk/import-ideas/{upload}/"]
UPLOADED = "title,status,votes,created\nShift swaps,Icebox,12,soon\nPay slips,Planned,3,2025-01-01\n"


def violations(page: Page, *, in_the_light: bool = True, in_the_dark: bool = True) -> list[str]:
    """What axe finds, of colours in the light and in the dark: nothing else is different there."""
    page.evaluate(AXE)
    off = {} if in_the_light else {name: {"enabled": False} for name in COLOURS}
    found = page.evaluate(FINDINGS, {"rules": off})
    if in_the_dark:
        page.evaluate(AT_ONCE)
        page.emulate_media(color_scheme="dark")
        found += page.evaluate(FINDINGS, {"runOnly": COLOURS})
        page.evaluate(AS_BEFORE)
        page.emulate_media(color_scheme="light")
    return [f"{page.url}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found]


def seen_by(people: dict[str, Member]) -> list[tuple[Member | None, list[str]]]:
    """The pages of the fixture `community`, by who looks at them."""
    return [(None, GUEST), (people["ann"], MEMBER), (people["sam"], STAFF), (people["mia"], MANAGER)]


def walk(
    look: str, visit: Visitor, pages_by: Iterable[tuple[Member | None, list[str]]], addresses: dict[str, str]
) -> list[str]:
    """What axe finds on all pages in one look, and which of them are wider than the window.

    Colours take most of the time and are the same in every language; in the dark a phone has no others than a desktop
    but for what stands around each page, so that the first one shows it.
    """
    found: list[str] = []
    for member, pages in pages_by:
        visitor = visit(member, **LOOKS[look])
        if member and look == "arabic":
            Member.objects.filter(pk=member.pk).update(language="ar")
        for path in pages:
            page = visitor.open(path.format(**addresses))
            is_dark = look == "desktop" or (look == "phone" and path == pages[0])
            found += violations(page, in_the_light=look != "arabic", in_the_dark=is_dark)
            width = beyond(page, NARROWEST if look == "phone" else page.viewport_size)
            if width > 0:
                found.append(f"{page.url}: {width} px too wide")
    return found


def beyond(page: Page, size: ViewportSize) -> int:
    """By how many pixels the page is wider than a window of the size."""
    before = page.viewport_size
    page.set_viewport_size(size)
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size(before)
    return width
