"""What a trial asks the product in its own settings: `python -m bench.trial.inside make`."""

import json
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count, F  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_q.models import OrmQ  # noqa: E402

from bench.inside import session_of  # noqa: E402
from community.conversations.models import Reply  # noqa: E402
from community.discussions.ask import Question, start_thread  # noqa: E402
from community.discussions.models import Category, Kind  # noqa: E402
from community.feedback.models import Item, Vote  # noqa: E402
from community.feedback.places import Place  # noqa: E402
from community.feedback.vote import count_votes  # noqa: E402
from community.members.mail import queue_mail  # noqa: E402
from community.members.models import Member, Site  # noqa: E402
from community.members.outgoing import OutgoingMail  # noqa: E402
from community.notifications.models import Follow, Mailing, Notification  # noqa: E402
from community.search import drift as search_drift  # noqa: E402
from config.backup.archive import check  # noqa: E402
from roadmap.ideas.models import AREA  # noqa: E402
from roadmap.ideas.suggest import Suggestion, suggest_idea  # noqa: E402
from roadmap.releases.write import Line, Told, draft_release, write_entry  # noqa: E402
from surveys.campaigns.models import Campaign  # noqa: E402
from surveys.campaigns.words import first_words  # noqa: E402
from surveys.mailing.models import Audience  # noqa: E402
from surveys.people.models import Person  # noqa: E402
from surveys.responses.models import Invitation  # noqa: E402

VOTERS, THREADS = 36, 50


def make() -> dict[str, Any]:
    """Voters who are staff, so that no day's limit stands in the way, and threads of somebody else."""
    Site.objects.update_or_create(pk=1, defaults={"name": "Trial", "set_up_at": timezone.now(), "held_first_posts": 0})
    place = Place.objects.create(kind=Category.KIND, slug="trial", name="Trial")
    Category.objects.create(place=place)
    ann = Member.objects.create_user("ann", "ann@example.com", role="agent")
    voters = [Member.objects.create_user(f"voter{n}", f"voter{n}@example.com", role="agent") for n in range(VOTERS)]
    threads = [
        start_thread(Question(f"Trial {n}", f"Words {n}.", place, Kind.QUESTION), by=ann) for n in range(THREADS)
    ]
    return {
        "sessions": [session_of(voter) for voter in voters],
        "items": [thread.pk for thread in threads],
        "paths": [thread.item.path for thread in threads],
    }


def votes() -> dict[str, Any]:
    wrong = Item.objects.annotate(rows=Count("votes")).exclude(vote_count=F("rows")).count()
    counted = sum(Item.objects.values_list("vote_count", flat=True))
    return {"rows": Vote.objects.count(), "counted": counted, "items_that_disagree": wrong}


def replies(about: str) -> dict[str, Any]:
    item = Item.objects.get(pk=about)
    numbers = list(Reply.objects.filter(about=item).order_by("number").values_list("number", flat=True))
    bodies = list(Item.objects.filter(pk__in=Reply.objects.filter(about=item)).values_list("body", flat=True))
    return {
        "rows": len(numbers),
        "gaps_or_repeats": numbers != list(range(1, len(numbers) + 1)),
        "doubles": len(bodies) - len(set(bodies)),
        "serial": item.reply_serial,
        "count": item.reply_count,
    }


def mails(begin: str, end: str) -> dict[str, Any]:
    for number in range(int(begin), int(end)):
        queue_mail(f"person{number}@example.com", f"trial mail {number}", "Words.")
    return {"queued": int(end) - int(begin)}


def left() -> dict[str, Any]:
    """Mails that wait; sent ones are deleted in production."""
    return {"left": OutgoingMail.objects.filter(sent_at=None).count()}


def queued() -> dict[str, Any]:
    """Tasks that wait or are being done."""
    return {"queued": OrmQ.objects.count()}


def followers(count: str) -> dict[str, Any]:
    """So many members, with confirmed addresses, who watch a category for announcements."""
    place = Place.objects.create(kind=Category.KIND, slug="news", name="News")
    Category.objects.create(place=place, default_kind=Kind.ANNOUNCEMENT)
    members = _people(int(count))
    Follow.objects.bulk_create([Follow(member=one, place=place, level="watching") for one in members], batch_size=500)
    return {"place": place.pk, "session": session_of(Member.objects.get(handle="ann"))}


def supporters(count: str) -> dict[str, Any]:
    """So many members who have voted for ideas, each for one of ten or for two, and a release that brings them."""
    members, ann = _people(int(count)), Member.objects.get(handle="ann")
    area = Place.objects.create(kind=AREA, slug="trial", name="Trial")
    ideas = [suggest_idea(Suggestion(f"Wish {n}", "Words.", area), by=ann) for n in range(10)]
    wished = [(ideas[at % 10], one) for at, one in enumerate(members)]
    wished += [(ideas[(at + 1) % 10], one) for at, one in enumerate(members) if at % 4 == 0]
    Vote.objects.bulk_create([Vote(item_id=idea.pk, member=one) for idea, one in wished], batch_size=500)
    for idea in ideas:
        count_votes(idea.item)
    release = draft_release(Told("Version 5", "What is new.", "5.0"), by=ann)
    write_entry(release, Line("new", "All of it", "Here.", ideas=tuple(ideas)), by=ann)
    return {"path": f"/releases/{release.pk}/publication/", "session": session_of(ann)}


def _people(count: int) -> list[Member]:
    """Members with confirmed addresses."""
    members = Member.objects.bulk_create(
        [Member(handle=f"person{n}", email=f"person{n}@example.com") for n in range(count)], batch_size=500
    )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in members], batch_size=500
    )
    return members


def asked(count: str) -> dict[str, Any]:
    """So many people whom a survey asks as soon as it starts."""
    Person.objects.bulk_create([Person(address=f"p{n}@example.com") for n in range(int(count))], batch_size=500)
    campaign = Campaign.objects.create(name="Trial", owner=Member.objects.get(handle="ann"))
    first_words(campaign, Site.current())
    Audience.objects.create(campaign=campaign, in_hours=False)
    return {"path": f"/desk/surveys/{campaign.pk}/state/", "session": session_of(Member.objects.get(handle="ann"))}


def told() -> dict[str, Any]:
    """How many people are told or asked, and their mails by state."""
    states: dict[str, int] = {}
    for model in (Mailing, Invitation):
        for state, times in model.objects.values_list("state").annotate(n=Count("pk")):
            states[state] = states.get(state, 0) + times
    notified = Notification.objects.values("recipient").distinct().count()
    return {"people": notified + Invitation.objects.count(), **states}


def hurry() -> dict[str, Any]:
    """What was refused for now is tried at once: the trial has no minutes to wait."""
    waiting = [model.objects.filter(state="waiting", claimed_until=None) for model in (Mailing, Invitation)]
    return {"hurried": sum(rows.update(due_at=timezone.now()) for rows in waiting)}


def drift() -> dict[str, Any]:
    """What the index of the search says otherwise than the posts."""
    return vars(search_drift.check())


def restored(archive: str) -> dict[str, Any]:
    """What of a restored database differs from its manifest, or does not belong to one state; empty is right."""
    wrong: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table, rows in check(Path(archive)).tables.items():
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608
            # A restore queues one task of its own, that makes the index of the search.
            queued = 1 if table == OrmQ._meta.db_table else 0
            if cursor.fetchone()[0] - queued != rows:
                wrong[table] = rows
    threads = Item.objects.filter(kind="thread").annotate(n=Count("replies"))
    wrong["counts of replies"] = threads.exclude(reply_serial=F("n"), reply_count=F("n")).count()
    voted = Item.objects.annotate(n=Count("votes")).exclude(vote_count=F("n") + F("imported_votes"))
    wrong["counts of votes"] = voted.count()
    wrong["replies without a row"] = Item.objects.filter(kind="reply", reply=None).count()
    return {what: number for what, number in wrong.items() if number}


if __name__ == "__main__":
    verbs = {
        "make": make, "votes": votes, "replies": replies, "mails": mails, "left": left, "restored": restored,
        "followers": followers, "supporters": supporters, "told": told, "hurry": hurry, "queued": queued,
        "drift": drift, "asked": asked,
    }  # fmt: skip
    print(json.dumps(verbs[sys.argv[1]](*sys.argv[2:])))
