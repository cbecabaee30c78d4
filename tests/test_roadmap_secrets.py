"""What staff and groups keep to themselves about ideas and the roadmap: crawled by every role, in every page and mail."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from community.feedback.models import Item, Vote
from community.members.models import Member
from community.notifications import deliver
from community.notifications.models import Notification
from community.search.learn import learn
from roadmap.features.models import Fit
from roadmap.features.plan import gather
from roadmap.ideas.models import Importance
from roadmap.releases.publish import publish
from roadmap.releases.write import Line, Told, draft_release, write_entry
from roadmap.stages.move import Step, move
from tests import ideas, make, tasks
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
ROLES = ("guest", "stranger", "colleague", "insider", "champion", "agent")
STAFF = ("agent",)
# Word → the roles that may read it. Each stands where it would slip out most easily.
SECRETS = {
    "Privatewish": ("colleague", *STAFF),  # an idea of ann's company
    "Privatewords": ("colleague", *STAFF),
    "Cellarwish": ("insider", *STAFF),  # an idea in an area for a group
    "Cellarplan": ("insider", *STAFF),
    "Cellarentry": ("insider", *STAFF),
    "Cellarroom": ("insider", *STAFF),  # the name of that area
    "Groupplan": ("insider", *STAFF),  # a feature for the group, in an area for everybody
    "Backplan": STAFF,
    "Draftrelease": STAFF,
    "Noteswords": STAFF,  # private notes of a feature that everybody sees
    "Whywords": STAFF,  # why an idea matters to somebody
    "Fitwords": STAFF,  # what a feature lacks for somebody
    "76543": STAFF,  # what a company pays a month
    "Platinumplan": STAFF,
}
WORDS = "+".join(["Privatewish", "Cellarwish", "Cellarplan", "Groupplan", "Backplan", "Draftrelease"])
# What no link leads to, asked with the secret words themselves.
ASKED = (
    f"/search/?q={WORDS}", f"/search/?q={WORDS}&kind=idea", f"/search/?q={WORDS}&kind=feature",
    f"/search/?q={WORDS}&kind=release", "/search/?q=Whywords+Noteswords+Fitwords", "/search/?q=in:cellar",
    f"/api/v1/search?q={WORDS}", "/search/suggestions/?q=privat", "/search/suggestions/?q=cellar",
    "/search/suggestions/?q=draftr", f"/ideas/similar/?title={WORDS}", f"/ideas/new/?title={WORDS}",
    f"/t/similar/?title={WORDS}", f"/t/new/?title={WORDS}", "/ideas/?area=cellar", "/ideas/?view=list&order=top",
    "/ideas/?view=list&order=new", "/ideas/?view=list&order=moved", "/ideas/?order=revenue", "/roadmap/?area=cellar",
    "/roadmap/?by=time&area=cellar", "/roadmap/?column=planned", "/changelog/?area=cellar", "/feeds/ideas.atom",
    "/feeds/ideas.atom?area=cellar", "/feeds/changelog.atom", "/feeds/changelog.atom?area=cellar",
    "/feeds/changelog.json", "/feeds/changelog.json?area=cellar", "/sitemap.xml", "/sitemap-ideas-0.xml",
    "/roadmap/changes/", "/embed/help/?title=Privatewish", "/labels/hush/", "/members/ann/", "/members/vic/",
)  # fmt: skip
NOT_FOLLOWED = re.compile(r"/accounts/|/admin/|/export/|/static/|/media/|/sitemap|/unsubscribe/|\.css|\.js")
MOST = 250  # pages of one role
MAILS: list[mail.EmailMessage] = []  # that were sent while the world was made


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Member | None]]:
    """Made once; nothing that is asked of it changes it."""
    with django_db_blocker.unblock(), transaction.atomic():
        make.site(held_first_posts=0)
        yield build()
        transaction.set_rollback(True)


def build() -> dict[str, Member | None]:
    acme = make.company("Acme", plan="Platinumplan", monthly_revenue=76543)
    ann, cole = make.member("ann", company=acme), make.member("cole", company=acme)
    vic, ivy = make.member("vic", company=acme), make.member("ivy")
    sam = make.member("sam", role="agent")
    people: dict[str, Member | None] = {
        "guest": None, "stranger": make.member("bo"), "colleague": cole, "insider": ivy,
        "champion": make.member("priya", role="champion"), "agent": make.member("alex", role="agent"),
    }  # fmt: skip
    make.confirmed(ann, vic, *(one for one in people.values() if one))
    group, label = make.group("cellar", ivy), make.label("hush")
    cellar = ideas.area("cellar", audience="group", group=group)
    cellar.name = "Cellarroom"
    cellar.save()
    private = ideas.idea("Privatewish", "Privatewords.", by=ann, is_private=True, labels=(label,))
    hidden = ideas.idea("Cellarwish", "Words.", by=ivy, area=cellar, labels=(label,))
    known = ideas.idea("An open wish", "Words.", by=ann, labels=(label,))
    ideas.voted(known, vic, *(one for one in people.values() if one))
    ideas.voted(private, cole)
    Importance.objects.create(vote=Vote.objects.get(item=known.pk, member=vic), level="blocking", why="Whywords.")
    shown = ideas.feature("An open plan", notes="Noteswords.")
    gather_all(shown, private, hidden, known)
    gather_all(ideas.feature("Cellarplan", area=cellar), hidden, known)
    gather_all(ideas.feature("Groupplan", visibility="group", group=group), known)
    gather_all(ideas.feature("Backplan", visibility="staff"), known)
    Fit.objects.create(feature=shown, member=vic, solves=False, why="Fitwords.")
    for idea in (private, hidden, known):
        item = Item.objects.get(pk=idea.pk)
        move(item, Step(ideas.stage("considering"), f"We read {idea.item.title}.", tells=True, note="Noted."), by=sam)
    release = draft_release(Told("An open release", "Words.", "1.0"), by=sam)
    write_entry(release, Line("new", "An open entry", ideas=(known, private), features=(shown,)), by=sam)
    write_entry(release, Line("new", "Cellarentry", area=cellar, ideas=(hidden,)), by=sam)
    publish(release, by=sam)
    draft = draft_release(Told("Draftrelease", "Words.", "2.0"), by=sam)
    write_entry(draft, Line("new", "An entry", ideas=(known,)), by=sam)
    mail.outbox.clear()
    tasks.run_all()
    deliver.pump()
    MAILS[:] = mail.outbox
    learn()
    return people


def gather_all(feature: object, *found: object) -> None:
    for idea in found:
        gather(feature, idea, by=make.member("sam", role="agent"))  # type: ignore[arg-type]


def browser_of(role: str, people: dict[str, Member | None]) -> Client:
    member = people[role]
    return signed_in(member) if member else Client()


def crawled(browser: Client) -> Iterator[tuple[str, str]]:
    """(address, page) of every page that links lead to from the front page and from what no link leads to."""
    waiting, seen = ["/", *ASKED], set()
    while waiting and len(seen) < MOST:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        answer = browser.get(url, headers={"HX-Request": "true"} if "suggestions" in url else {})
        if answer.streaming or answer.status_code != 200:
            continue
        page = answer.content.decode()
        yield url, page
        if answer.headers["Content-Type"].startswith("text/html"):
            found = (unescape(one).partition("#")[0] for one in re.findall(r'(?:href|action)="(/[^"]*)"', page))
            waiting += [one for one in found if not NOT_FOLLOWED.search(one)]


def without_what_was_asked(page: str) -> str:
    """The page without the words that its reader typed, where it repeats them; numbers as they are stored."""
    page = re.sub(r'(value|href|action|content|data-[a-z-]+)="[^"]*Privatewish[^"]*"', "", page)
    page = re.sub(r"\.\d{6}\b", "", page).replace("76,543", "76543")  # but for microseconds, which may say anything
    return re.sub(r"(Privatewish|cellar|Cellarroom|Whywords)[ +](Cellarwish|Noteswords)[^<\"]*", "", page)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_says_what_its_reader_may_not_know(role: str, world: dict[str, Member | None]) -> None:
    found: dict[str, set[str]] = {word: set() for word in SECRETS}
    pages = 0
    for url, page in crawled(browser_of(role, world)):
        pages += 1
        said = without_what_was_asked(page)
        for word in SECRETS:
            if word in said:
                found[word].add(url)
    assert pages > 60, pages
    wrong = {word: urls for word, urls in found.items() if urls and role not in SECRETS[word]}
    assert not wrong, wrong
    # Each secret can be found by whoever may know it: else the crawl would prove nothing.
    missing = {word for word, roles in SECRETS.items() if role in roles and not found[word]}
    assert not missing, missing


def test_counts_leave_out_what_their_reader_may_not_know(world: dict[str, Member | None]) -> None:
    """The feature gathers three ideas: one of a company, one of a group and one that everybody reads."""
    seen = {}
    for role in ("guest", "stranger", "colleague", "insider", "agent"):
        page = browser_of(role, world).get("/roadmap/?column=shipped").content.decode()
        card = page.partition("An open plan")[2].partition("</article>")[0]
        seen[role] = re.search(r"(\d+) ideas?", card).group(1)  # type: ignore[union-attr]
    assert seen == {"guest": "1", "stranger": "1", "colleague": "2", "insider": "2", "agent": "3"}


def test_no_mail_says_what_its_reader_may_not_know(world: dict[str, Member | None]) -> None:
    assert Notification.objects.filter(topic__in=("moved", "shipped")).count() > 10
    roles = {member.email: role for role, member in world.items() if member}
    read = dict.fromkeys(roles.values(), "")
    for sent in MAILS:
        role = roles.get(sent.to[0])
        if role:
            read[role] += f"{sent.subject} {sent.body} {getattr(sent, 'alternatives', '')}"
    assert all(read[role] for role in ("stranger", "colleague", "insider"))
    for role, words in read.items():
        assert not {word for word, may in SECRETS.items() if word in words and role not in may}, role
