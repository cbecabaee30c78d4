"""What the benchmark asks the product itself, in its own settings: `python -m bench.inside targets`.

Runs as a process of its own for each database, and answers on standard output.
"""

import gzip
import json
import sys
import time
from typing import Any

import django
from django.conf import settings

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.load import BROWSER  # noqa: E402
from community.conversations.models import PAGE_SIZE, Reply, page_of  # noqa: E402
from community.discussions.ask import Question, start_thread  # noqa: E402
from community.discussions.models import Kind, Thread  # noqa: E402
from community.feedback.models import Item  # noqa: E402
from community.feedback.places import Audience, Place  # noqa: E402
from community.knowledge.draft import Said, begin_article  # noqa: E402
from community.knowledge.models import Article, Section  # noqa: E402
from community.knowledge.publish import publish  # noqa: E402
from community.lib import paging  # noqa: E402
from community.management.commands.serve import collect_static  # noqa: E402
from community.members.models import Member, Site  # noqa: E402
from community.search.models import Corpus, Entry, Frequency, Shortened, Word  # noqa: E402
from community.search.tables import TABLE  # noqa: E402
from roadmap.ideas.models import Idea  # noqa: E402
from surveys.campaigns.models import Campaign  # noqa: E402
from surveys.campaigns.words import first_words  # noqa: E402
from surveys.people.models import Person  # noqa: E402
from surveys.responses.links import path_of  # noqa: E402
from surveys.responses.models import Invitation, Response  # noqa: E402
from surveys.responses.respond import respond  # noqa: E402
from surveys.tallies.keep import difference  # noqa: E402

TOKEN = "b" * 32  # of the CSRF cookie and header
POSTED_IN = "Where the benchmark posts"
ASKED = 5_000  # by the survey that is answered
_SEARCHED = [model._meta.db_table for model in (Entry, Corpus, Frequency, Word, Shortened)] + [TABLE]


def session_of(member: Member) -> str:
    """The key of a session in which the member is logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def person(handle: str, role: str) -> Member:
    member = Member.objects.filter(handle=handle).first()
    return member or Member.objects.create_user(handle, f"{handle}@example.com", role=role)


def public_threads() -> Any:
    return (
        Item.objects.listed()
        .filter(kind=Thread.KIND, visibility="public", place__audience=Audience.PUBLIC, author__isnull=False)
        .exclude(title=POSTED_IN)
    )


def typical_thread() -> Item:
    """Of threads with exactly one page of replies, the one whose text is of middling length."""
    some = list(public_threads().filter(reply_serial=PAGE_SIZE, reply_count=PAGE_SIZE).order_by("pk")[:31])
    if not some:
        some = list(public_threads().filter(reply_serial__gte=PAGE_SIZE).order_by("reply_serial")[:1])
    some.sort(key=words_on_first_page)
    return some[len(some) // 2]


def words_on_first_page(item: Item) -> int:
    replies = Reply.objects.filter(about=item, number__lte=PAGE_SIZE).values_list("item__html", flat=True)
    return len(item.html) + sum(map(len, replies))


def posting_thread(by: Member) -> Item:
    item = Item.objects.filter(kind=Thread.KIND, title=POSTED_IN).first()
    if item:
        return item
    place = Place.objects.filter(kind="category", audience=Audience.PUBLIC, is_premoderated=False).first()
    return start_thread(Question(POSTED_IN, "Here.", place, Kind.DISCUSSION), by=by).item


def deep_cursor() -> tuple[str, int]:
    """Where a list page deep down begins, and how many pages lie before it: 200 where there are so many."""
    rows = public_threads().order_by("-active_at", "-pk").values_list("active_at", "pk")
    pages = min(200, rows.count() * 4 // 5 // PAGE_SIZE)
    return paging.encode(list(rows)[pages * PAGE_SIZE - 1]), pages


def targets() -> dict[str, Any]:
    """Addresses, sessions, and what each page costs in queries and bytes."""
    site = Site.current()
    if site.set_up_at is None:
        site.set_up_at = timezone.now()
        site.save()
    collect_static()
    member, agent = person("bench-member", "member"), person("bench-agent", "agent")
    cursor, pages = deep_cursor()
    typical = typical_thread()
    longest = public_threads().order_by("-reply_serial").first()
    last = page_of(longest.reply_serial)
    found = {
        "list": "/discussions/",
        "deep list": f"/discussions/?order=latest&after={cursor}",
        "thread": typical.path,
        "first page": longest.path,
        "last page": f"{longest.path}?page={last}",
    }
    sessions = {"member": session_of(member), "agent": session_of(agent)}
    return {
        "pages": found,
        "notes": {"deep list": f"{pages} pages down", "last page": f"page {last}, {longest.reply_serial} replies"},
        "thread_id": typical.pk,
        "session": sessions["member"],
        "agent_session": sessions["agent"],
        "token": TOKEN,
        "post": f"/items/{posting_thread(agent).pk}/reply/",
        "replies": Reply.objects.count(),
        "measured": {
            who: {name: measured(path, sessions.get(who)) for name, path in found.items()}
            for who in ("guest", "member")
        },
        "queries_of_a_cached_page": cached_queries(typical.path),
        "queries_of_a_post": post_queries(posting_thread(agent), sessions["agent"]),
    }


def client_of(session: str | None) -> Client:
    client = Client(headers={"User-Agent": BROWSER, "Accept-Language": "en"}, SERVER_NAME="127.0.0.1")
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def measured(path: str, session: str | None) -> dict[str, int]:
    """Queries and bytes of a page, asked a second time: what is read once per process does not count."""
    settings.GUEST_PAGES = 0
    client = client_of(session)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    count = len(queries)  # now: the next request empties the log
    assert answer.status_code == 200, (path, answer.status_code, answer.headers)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content)[:9] == answer.content[:9]
    return {"queries": count, "bytes": len(answer.content), "gzip": len(packed.content)}


def cached_queries(path: str) -> int:
    settings.GUEST_PAGES = 500
    client = client_of(None)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def post_queries(about: Item, session: str) -> int:
    client = client_of(session)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(f"/items/{about.pk}/reply/", {"body": f"Counted at {timezone.now()}"})
    assert answer.status_code == 302, answer.status_code
    return len(queries)


def knowledge() -> dict[str, Any]:
    """Articles and sections to be read, what their pages ask, and how soon a new article is found."""
    collect_static()
    Site.objects.update_or_create(pk=1, defaults={"set_up_at": timezone.now(), "name": "Bench"})
    read = Item.objects.listed().filter(kind=Article.KIND).order_by("pk")
    paths = list(read.values_list("path", flat=True)[:2_000:10])
    sections = [place.get_absolute_url() for place in Place.objects.filter(kind=Section.KIND)]
    asked = {
        "query": "/api/v1/search?q=how+does+it+work&limit=10",
        "search page": "/search/?q=how+does+it+work",
        "suggestion": "/search/suggestions/?q=how+do",
        "article": paths[0],
        "section": sections[0],
        "help page": "/help/",
    }
    queries = {name: measured(path, None)["queries"] for name, path in asked.items()}
    session = session_of(person("bench-member", "member"))
    return {
        "articles": paths, "sections": sections, "queries": queries, "found_after": found_after(), "session": session,
    }  # fmt: skip


def ideas() -> dict[str, Any]:
    """Pages of the board and the roadmap, and ideas to vote for."""
    collect_static()
    Site.objects.update_or_create(pk=1, defaults={"set_up_at": timezone.now(), "name": "Bench"})
    read = Item.objects.listed().filter(kind=Idea.KIND, stage="new")
    discussed = read.filter(reply_count__gt=0).order_by("pk")[10]
    hottest = Idea.objects.filter(item__state="visible").order_by("-heat", "-pk")
    deep = hottest[min(hottest.count() * 4 // 5, 4_000)]
    pages = {
        "board": "/ideas/",
        "board as a list": "/ideas/?view=list",
        "deep in the list": f"/ideas/?view=list&after={paging.encode((deep.heat, deep.pk))}",
        "most wanted": "/ideas/?view=list&order=top",
        "board of a stage": "/ideas/?view=list&stage=planned",
        "idea": discussed.path,
        "roadmap": "/roadmap/",
        "roadmap by time": "/roadmap/?by=time",
    }
    sessions = {role: session_of(person(f"bench-{role}", role)) for role in ("member", "agent")}
    votes = [f"/items/{pk}/vote/" for pk in read.order_by("-pk").values_list("pk", flat=True)[:50]]
    return {
        "pages": pages,
        "thread_id": typical_thread().pk,
        "session": sessions["member"],
        "agent_session": sessions["agent"],
        "token": TOKEN,
        "votes": [*votes, *(f"{path}withdrawal/" for path in votes)],
        "measured": {
            who: {name: measured(path, sessions.get(who)) for name, path in pages.items()}
            for who in ("guest", "member")
        },
    }  # fmt: skip


def surveys() -> dict[str, Any]:
    """The pages of the largest survey's report, and whether its tallies are right."""
    Site.objects.update_or_create(pk=1, defaults={"set_up_at": timezone.now(), "name": "Bench"})
    campaign = Campaign.objects.annotate(n=Count("responses")).order_by("-n")[0]
    paths = {
        "overview": "", "by month": "trend/?by=month", "by day": "trend/?by=day", "rolling 90 days": "trend/?by=90",
        "segments": "segments/", "two periods": "periods/", "answers": "answers/",
        "detractors": "answers/?band=detractor",
    }  # fmt: skip
    pages = {name: f"/desk/surveys/{campaign.pk}/{path}" for name, path in paths.items()}
    session = session_of(person("bench-manager", "manager"))
    return {
        "pages": pages,
        "session": session,
        "queries": {name: measured(path, session)["queries"] for name, path in pages.items()},
        "wrong": len(difference(campaign)),
    }


def answering() -> dict[str, Any]:
    """Links of a survey that nobody has answered yet, and of some who have."""
    site, _ = Site.objects.update_or_create(pk=1, defaults={"set_up_at": timezone.now(), "name": "Bench"})
    now = timezone.now()
    campaign = Campaign.objects.create(name="Bench", state=Campaign.State.RUNNING, started_at=now)
    first_words(campaign, site)
    people = Person.objects.bulk_create(
        Person(address=f"{now.timestamp()}-{number}@example.com") for number in range(ASKED)
    )
    words = campaign.wordings.get(language="en")
    asked = Invitation.objects.bulk_create(
        Invitation(
            campaign=campaign, person=person, wording=words, due_at=now, asked_at=now, state=Invitation.State.SENT
        )
        for person in people
    )
    for one in asked[:50]:
        respond(one, 3)
    with CaptureQueriesContext(connection) as queries:
        answer = client_of(None).post(path_of(asked[50]), {"score": 7})
    assert answer.status_code == 302, answer.status_code
    return {
        "thread_id": typical_thread().pk,
        "fresh": [path_of(one) for one in asked[51:]],
        "answered": [path_of(one) for one in asked[:50]],
        "queries": len(queries),
    }


def found_after() -> float:
    """Seconds from pressing Publish to a search that finds the article."""
    word = f"zanzibar{time.time_ns()}"
    place = Place.objects.filter(kind=Section.KIND).first()
    mia = person("bench-manager", "manager")
    article = begin_article(Said(f"About {word}", f"All about {word}."), section=place, language="en", by=mia)
    began = time.monotonic()
    publish(article, by=mia)
    client = client_of(None)
    while time.monotonic() - began < 60:
        found = client.get("/api/v1/search", {"q": word}).json()["results"]
        if found and found[0]["id"] == article.pk:
            return time.monotonic() - began
    raise SystemExit("The article was not found within a minute.")


def index_size() -> int:
    """Bytes of all tables that search keeps, and their indexes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT SUM(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE ANY(%s)",
                [[f"{name}%" for name in _SEARCHED]],
            )
        else:
            like = " OR ".join("name LIKE %s" for _name in _SEARCHED)
            cursor.execute(f"SELECT SUM(pgsize) FROM dbstat WHERE {like}", [f"%{name}%" for name in _SEARCHED])  # noqa: S608 (names of ours)
        return int(cursor.fetchone()[0] or 0)


if __name__ == "__main__":
    asked = {
        "replies": Reply.objects.count,
        "articles": Article.objects.count,
        "ideas_there": Idea.objects.count,
        "answers_there": Response.objects.count,
        "index_size": index_size,
        "targets": targets,
        "knowledge": knowledge,
        "ideas": ideas,
        "surveys": surveys,
        "answering": answering,
    }
    print(json.dumps(asked[sys.argv[1]]()))
