"""The pages that people see, filled with something of everything, for those who look at all of them."""

from collections.abc import Iterable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from community.discussions import decide
from community.knowledge.draft import Said, hand_in, save_edit
from community.knowledge.verdict import explain, judge
from community.members.models import Member
from community.notifications.received import InboundMail
from community.search.learned import note, note_solved, told
from community.search.searches import new_key
from tests import make
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
LOOKS = {"desktop": {}, "phone": {"phone": True}, "arabic": {"language": "ar"}}  # each in the light and in the dark
NARROWEST: ViewportSize = {"width": 320, "height": 640}  # https://www.w3.org/WAI/WCAG22/Understanding/reflow
# Each element in another would follow with a transition of its own, however short.
AT_ONCE = """() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync("*, ::before, ::after { transition: none !important }")
    document.adoptedStyleSheets.push(sheet)
}"""
OF_COLOURS = """async () => {
    const found = await axe.run({runOnly: ["color-contrast", "link-in-text-block"]})
    document.adoptedStyleSheets.pop()
    return found.violations
}"""


@pytest.fixture
def community(people: dict[str, Member]) -> dict[str, str]:
    """A site with something of everything, and the addresses of its pages by who sees them."""
    ann, bo, sam = people["ann"], people["bo"], people["sam"]
    labels = (make.label("sync", colour="teal"), make.label("ios", colour="red"))
    thread = make.thread(by=ann, title="How do I sync my calendar?", body=WORDS, labels=labels)
    replies = [make.reply(thread, by=sam if n % 3 else bo, body=WORDS, is_official=n % 3 == 1) for n in range(24)]
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
    return {
        "thread": thread.item.path, "pk": str(thread.pk), "reply": str(replies[0].pk), "article": article.item.path,
        "article_pk": str(article.pk), "polish": polish.item.path, "polish_pk": str(polish.pk),
    }  # fmt: skip


GUEST = [
    "/", "/discussions/", "/discussions/?order=mine&kind=announcement", "/c/general/", "/labels/sync/", "{thread}",
    "{thread}?page=2", "/t/new/", "/t/new/?title=calendar", "/t/similar/?title=calendar", "/items/{pk}/reply/",
    "/items/{pk}/vote/", "/items/{pk}/history/", "/members/sam/", "/preferences/", "/pages/terms/", "/limits/", "/search/", "/search/?q=question&is=solved", "/search/?q=calendar",
    "/embed/help/", "/embed/help/?title=sync",
    "/help/", "/help/sync/", "{article}", "{polish}", "/articles/{article_pk}/helpful/?is=no",
    "/keys/", "/accounts/login/", "/accounts/signup/", "/accounts/login/code/", "/accounts/password/reset/", "/nothing/",
]  # fmt: skip
MEMBER = [
    "/discussions/", "{thread}", "/t/new/?title=calendar", "/threads/{pk}/edit/", "/me/settings/", "/me/privacy/", "/members/ann/",
    "/accounts/email/", "/accounts/password/set/", "/accounts/2fa/",
]  # fmt: skip
STAFF = [
    "/desk/", "/desk/search/", "/desk/help-box/", "/desk/mail/", "/desk/patterns/", "{thread}", "/threads/{pk}/split/", "/threads/{pk}/merge/",
    "/threads/{pk}/move/", "/replies/{reply}/edit/", "{article}",
    "/desk/articles/", "/desk/articles/coverage/", "/desk/articles/new/", "/desk/articles/{article_pk}/",
    "/desk/articles/{polish_pk}/", "/desk/articles/{article_pk}/edits/", "/desk/articles/{article_pk}/settings/",
    "/desk/articles/{article_pk}/translation/ko/", "/items/{reply}/article/", "/desk/sections/sync/order/",
]  # fmt: skip


def violations(page: Page) -> list[str]:
    """What axe finds in the light, and of colours in the dark, where nothing else is different."""
    found = Axe().run(page).response["violations"]
    page.evaluate(AT_ONCE)
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(OF_COLOURS)
    page.emulate_media(color_scheme="light")
    return [f"{page.url}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found]


def seen_by(people: dict[str, Member]) -> list[tuple[Member | None, list[str]]]:
    """The pages of the fixture `community`, by who looks at them."""
    return [(None, GUEST), (people["ann"], MEMBER), (people["sam"], STAFF)]


def walk(
    look: str, visit: Visitor, pages_by: Iterable[tuple[Member | None, list[str]]], addresses: dict[str, str]
) -> list[str]:
    """What axe finds on all pages in one look, and which of them are wider than the window."""
    found: list[str] = []
    for member, pages in pages_by:
        visitor = visit(member, **LOOKS[look])
        if member and look == "arabic":
            Member.objects.filter(pk=member.pk).update(language="ar")
        for path in pages:
            page = visitor.open(path.format(**addresses))
            found += violations(page)
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
