"""Clearing a spam wave, the log that only grows, appeals, champions."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.discussions import decide
from community.discussions.models import Thread
from community.feedback.models import Item, Vote
from community.feedback.vote import vote
from community.members.models import Member, Site
from community.members.sanctions import Sanction
from community.moderation import champions
from community.moderation.appeal import appeal
from community.moderation.decide import decide as decide_about
from community.moderation.flag import flag
from community.moderation.models import Appeal, AppendOnly, Championship, ModerationEntry, Sweep
from community.moderation.sanction import sanction
from community.moderation.sweep import go_on, sweep
from tests import make
from tests.conftest import signed_in
from tests.test_states import state

pytestmark = pytest.mark.django_db
DESK = "/desk/moderation/"


def wave(spammer: Member, ann: Member) -> dict[int, str]:
    """A thread and replies of a spammer in every state, and votes; answers the states."""
    thread = make.thread(by=ann, title="A good question")
    own = make.thread(by=spammer, title="Cheap pills")
    make.reply(own, by=ann, body="Please stop")
    replies = [make.reply(thread, by=spammer, body=f"Pills number {number}") for number in range(4)]
    Item.objects.filter(pk=replies[1].pk).update(state="held")
    decide.solve(thread, replies[0], by=ann)
    vote(thread.item, by=spammer)
    return dict(Item.objects.filter(author=spammer).values_list("pk", "state"))


def everything() -> str:
    """All that an undo must bring back: states, counts, votes, solutions."""
    items = list(Item.objects.order_by("pk").values_list("pk", "state", "reply_count", "vote_count"))
    votes = list(Vote.objects.order_by("item").values_list("item", "member", "created_at"))
    solutions = list(Thread.objects.order_by("pk").values_list("pk", "solution__reply", "solution__by", "solution__at"))
    return json.dumps([items, votes, solutions], default=str)


def test_a_spam_wave_is_cleared_in_four_clicks_and_undone_to_the_row(ann: Member, bo: Member, sam: Member) -> None:
    wave(bo, ann)
    before = everything()
    staff, guest = signed_in(sam), Client()
    front = staff.get(DESK + "?show=held").content.decode()  # click 1: what is held
    assert f"{DESK}members/bo/" in front
    page = staff.get(f"{DESK}members/bo/").content.decode()  # click 2: its author
    assert f"{DESK}members/bo/sweep/" in page
    staff.post(f"{DESK}members/bo/sweep/")  # click 3: everything
    staff.post(f"{DESK}members/bo/sanction/", {"kind": "suspension", "days": "", "reason": "Spam"})  # click 4
    assert set(Item.objects.filter(author=bo).values_list("state", flat=True)) == {"removed"}
    assert not Vote.objects.exists()
    for url in ("/", "/discussions/", Thread.objects.get(item__author=ann).item.path):
        assert "ills" not in guest.get(url).content.decode()
    assert signed_in(bo).get("/me/settings/").status_code == 302
    made = Sweep.objects.get()
    assert "Everything by this member was removed." in staff.get(f"{DESK}members/bo/").content.decode()
    staff.post(f"{DESK}sweeps/{made.pk}/undo/")
    assert everything() == before
    staff.post(f"{DESK}sweeps/{made.pk}/undo/")
    assert everything() == before
    assert list(ModerationEntry.objects.values_list("verb", "count"))[::-1] == [
        ("swept", 5), ("suspension", 1), ("unswept", 5),
    ]  # fmt: skip


def test_an_undo_brings_back_only_what_the_sweep_took(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    gone, swept = make.reply(thread, by=bo), make.reply(thread, by=bo)
    signed_in(bo).post(f"/replies/{gone.pk}/removal/")
    made = sweep(bo, by=sam)
    signed_in(sam).post(f"{DESK}sweeps/{made.pk}/undo/")
    assert (state(gone.item), state(swept.item)) == ("removed", "visible")


def test_a_large_wave_is_worked_off_by_the_queue(
    ann: Member, bo: Member, sam: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.moderation.sweep.AT_ONCE", 2)
    states = wave(bo, ann)
    made = sweep(bo, by=sam)
    assert Item.objects.filter(author=bo, state="removed").count() == 2
    for _ in range(4):
        go_on(made.pk)
    made.refresh_from_db()
    assert {int(pk): was for pk, was in made.states.items()} == states
    assert ModerationEntry.objects.get(verb="swept").count == len(states)


def test_B37_nobody_sweeps_staff_beside_them(sam: Member, bo: Member) -> None:
    peer = make.member("mo", role="agent")
    make.thread(by=peer)
    assert signed_in(sam).post(f"{DESK}members/mo/sweep/").status_code == 403
    assert signed_in(bo).post(f"{DESK}members/mo/sweep/").status_code == 403
    assert Item.objects.get().state == "visible"


def entry(member: Member, by: Member | None, verb: str = "hidden", **fields: object) -> ModerationEntry:
    return ModerationEntry.objects.create(verb=verb, by=by, member=member, **fields)


def test_the_log_only_grows(ann: Member, sam: Member) -> None:
    row = entry(ann, sam, words="First")
    row.words = "Rewritten"
    for change in (
        row.save,
        row.delete,
        ModerationEntry.objects.all().delete,
        lambda: ModerationEntry.objects.update(words="Rewritten"),
        lambda: ModerationEntry.objects.bulk_update([row], ["words"]),
        lambda: ModerationEntry.objects.filter(pk=row.pk).update(by=ann),
        lambda: ModerationEntry.objects.update_or_create(pk=row.pk, defaults={"words": "Rewritten"}),
        lambda: ann.moderation_entries.all().delete(),
        lambda: ann.moderation_entries.update(words="Rewritten"),
    ):
        with pytest.raises(AppendOnly):
            change()
    assert ModerationEntry.objects.get().words == "First"


def test_what_was_written_to_whoever_is_erased_can_be_forgotten(ann: Member, bo: Member, sam: Member) -> None:
    entry(ann, sam, words="Dear Ann"), entry(bo, sam, words="Dear Bo")
    assert ann.moderation_entries.forget_words() == 1
    assert list(ModerationEntry.objects.order_by("pk").values_list("verb", "words")) == [
        ("hidden", ""), ("hidden", "Dear Bo"),
    ]  # fmt: skip


def test_the_log_outlives_whom_it_is_about(ann: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    entry(ann, sam, item=thread.item, item_kind="thread")
    thread.item.delete()
    Member.objects.filter(pk__in=(ann.pk, sam.pk)).delete()
    left = ModerationEntry.objects.get()
    assert (left.verb, left.item_kind, left.member, left.by, left.item) == ("hidden", "thread", None, None, None)


def test_the_public_log_says_what_and_why_and_names_nobody(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann, title="Secret title", body="Secret words")
    signed_in(sam).post(f"{DESK}items/{thread.pk}/hide/", {"reason": "abuse", "words": "Dear Ann, no insults to Bo"})
    sanction(bo, "silence", by=sam, reason="Secret reason", days=1)
    page = Client().get("/moderation/log/").content.decode()
    for words in ("Hidden", "a thread", "Insult or abuse", "Member silenced"):
        assert words in page
    for secret in ("Ann", "Bo Lind", "Sam", "Secret", "insults to", thread.item.path):
        assert secret not in page
    staff = signed_in(sam).get(f"{DESK}log/").content.decode()
    for words in ("Ann Okafor", "Sam Rivera", "Secret title", "no insults to Bo", "Secret reason"):
        assert words in staff


def test_the_public_log_can_be_switched_off(ann: Member, sam: Member) -> None:
    make.site(shows_log=False)
    assert Client().get("/moderation/log/").status_code == 404
    assert "/moderation/log/" not in signed_in(sam).get(f"{DESK}log/").content.decode().replace(f"{DESK}log/", "")


@pytest.mark.parametrize("url", [f"{DESK}log/", "/moderation/log/"])
def test_the_log_goes_on_page_by_page_at_the_same_cost(url: str, ann: Member, sam: Member) -> None:
    browser = signed_in(sam)
    costs = []
    for count in (3, 60):
        for _ in range(count):
            entry(ann, sam, item=make.reply(make.thread(by=sam), by=sam).item, item_kind="reply")
        browser.get(url)
        with CaptureQueriesContext(connection) as caught:
            first = browser.get(url)
        costs.append(len(caught))
    assert costs[0] == costs[1]
    second = browser.get(first.context["next_url"])
    assert len(first.context["rows"]) + len(second.context["rows"]) == 63


def hidden_reply(ann: Member, bo: Member, sam: Member) -> tuple[Item, ModerationEntry]:
    reply = make.reply(make.thread(by=ann), by=bo, body="Contested words")
    signed_in(sam).post(f"{DESK}items/{reply.pk}/hide/", {"reason": "off-topic"})
    return reply.item, ModerationEntry.objects.get()


def test_an_appeal_is_a_thread_between_its_author_and_staff(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    item, act = hidden_reply(ann, bo, sam)
    author = signed_in(bo)
    assert f"/appeals/{act.pk}/" in author.get(item.path.partition("#")[0]).content.decode()
    page = author.get(f"/appeals/{act.pk}/").content.decode()
    assert "Contested words" in page
    answer = author.post(f"/appeals/{act.pk}/", {"words": "It was about the question"})
    made = Appeal.objects.get()
    assert answer.headers["Location"] == made.thread.path
    for reader, status in ((bo, 200), (sam, 200), (ann, 404), (cy, 404)):
        assert signed_in(reader).get(made.thread.path).status_code == status
    assert Client().get(made.thread.path).status_code == 404
    for url in ("/", "/discussions/", "/discussions/?order=mine", "/discussions/?order=new"):
        assert author.get(url).status_code == signed_in(sam).get(url).status_code == 200
        assert "Appeal" not in signed_in(cy).get(url).content.decode()
    assert signed_in(sam).post(f"/items/{made.thread_id}/reply/", {"body": "We look again"}).status_code == 302
    assert "It was about the question" in signed_in(sam).get(f"{DESK}appeals/").content.decode()


def test_somebody_else_of_the_team_looks_at_an_appeal(ann: Member, bo: Member, sam: Member) -> None:
    _item, act = hidden_reply(ann, bo, sam)
    signed_in(bo).post(f"/appeals/{act.pk}/", {"words": "Please"})
    url = f"{DESK}appeals/{act.pk}/grant/"
    other = signed_in(make.member("mia", role="manager"))
    assert "Grant and undo" not in signed_in(sam).get(f"{DESK}appeals/").content.decode()
    assert "Grant and undo" in other.get(f"{DESK}appeals/").content.decode()
    refused = signed_in(sam).post(url)
    assert refused.status_code == 403
    assert "somebody else of the team looks at it" in refused.content.decode()
    assert other.post(url).status_code == 302
    assert Appeal.objects.get().outcome == "granted"


def test_a_granted_appeal_undoes_the_act_and_a_refused_one_does_not(ann: Member, bo: Member, sam: Member) -> None:
    for act, ends in (("refusal", "hidden"), ("grant", "visible")):
        reply = make.reply(make.thread(by=ann), by=bo, body=f"Words {act}")
        signed_in(sam).post(f"{DESK}items/{reply.pk}/hide/")
        row = ModerationEntry.objects.get(item=reply.pk)
        signed_in(bo).post(f"/appeals/{row.pk}/", {"words": "Please"})
        for _ in range(2):
            signed_in(sam).post(f"{DESK}appeals/{row.pk}/{act}/")
        assert state(reply.item) == ends
    assert ModerationEntry.objects.filter(verb__in=("granted", "refused")).count() == 2
    assert "No appeal waits." in signed_in(sam).get(f"{DESK}appeals/").content.decode()


def test_the_desk_and_the_appeals_say_what_waits_at_the_same_cost(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    browser, costs = signed_in(sam), []
    for number in range(6):
        reply = make.reply(thread, by=bo, body=f"Number {number}")
        flag(reply.item, by=ann, reason="spam") if number == 5 else decide_about(reply.item, "hide", by=sam)
        row = ModerationEntry.objects.filter(item=reply.pk).first()
        if row:
            appeal(row, by=bo, words=f"Please, number {number}")
        browser.get(f"{DESK}appeals/")
        with CaptureQueriesContext(connection) as caught:
            page = browser.get(f"{DESK}appeals/").content.decode()
        costs.append(len(caught))
    assert "Please, number 4" in page
    assert len(set(costs)) == 1
    assert browser.get("/desk/").context["to_moderate"] == 6


def test_everybody_finds_the_public_log_while_there_is_one(ann: Member) -> None:
    for shown in (True, False):
        make.site(shows_log=shown)
        assert ('href="/moderation/log/"' in Client().get("/limits/").content.decode()) == shown


def test_one_appeal_for_each_act_and_only_by_whom_it_concerns(ann: Member, bo: Member, sam: Member) -> None:
    _item, act = hidden_reply(ann, bo, sam)
    url = f"/appeals/{act.pk}/"
    assert signed_in(ann).get(url).status_code == signed_in(ann).post(url, {"words": "x"}).status_code == 404
    assert signed_in(bo).post(url, {"words": ""}).status_code == 422
    assert signed_in(bo).post(url, {"words": "Once"}).status_code == 302
    again = signed_in(bo).post(url, {"words": "Twice, and dear to me"})
    assert again.status_code == 422
    assert "One appeal is looked at" in again.content.decode()
    assert "Twice, and dear to me" in again.content.decode()
    assert Appeal.objects.count() == 1
    kept = entry(bo, sam, verb="kept")
    assert "Only whom a decision takes something from" in signed_in(bo).get(f"/appeals/{kept.pk}/").content.decode()


def test_the_silenced_may_appeal_and_speak_with_staff_about_it(ann: Member, bo: Member, sam: Member) -> None:
    sanction(bo, "silence", by=sam, reason="x", days=1)
    row = ModerationEntry.objects.get()
    assert signed_in(bo).post(f"/appeals/{row.pk}/", {"words": "I was provoked"}).status_code == 302
    thread = Appeal.objects.get().thread
    assert signed_in(bo).post(f"/items/{thread.pk}/reply/", {"body": "Look at #3"}).status_code == 302
    assert signed_in(bo).post(f"/items/{make.thread(by=ann).pk}/reply/", {"body": "x"}).status_code == 422
    signed_in(sam).post(f"{DESK}appeals/{row.pk}/grant/")
    assert not Sanction.objects.in_force().exists()
    assert signed_in(bo).post(f"/items/{make.thread(by=ann).pk}/reply/", {"body": "x"}).status_code == 302


def test_the_suspended_appeal_from_outside(ann: Member, bo: Member, sam: Member) -> None:
    bo.set_password("correct horse battery")
    bo.save()
    sanction(bo, "suspension", by=sam, reason="A misunderstanding")
    guest = Client()
    refused = guest.post("/accounts/login/", {"login": "bo", "password": "correct horse battery"})
    url = refused.context["appeal_url"]
    assert "A misunderstanding" in guest.get(url).content.decode()
    assert guest.post(url, {"words": ""}).status_code == 422
    assert guest.post(url, {"words": "It was my cat"}).status_code == 200
    assert guest.post(url, {"words": "Again"}).status_code == 422
    assert guest.get(url[:-3] + "xx/").status_code == 404
    row = ModerationEntry.objects.get(verb="suspension")
    signed_in(sam).post(f"{DESK}appeals/{row.pk}/grant/")
    bo.refresh_from_db()
    assert not bo.is_suspended


def test_staff_make_and_unmake_champions_who_are_thanked(ann: Member, bo: Member, sam: Member) -> None:
    staff = signed_in(sam)
    staff.post(f"{DESK}members/bo/champion/", {"thanks": "Always kind to newcomers"})
    bo.refresh_from_db()
    assert bo.is_champion
    page = Client().get("/champions/").content.decode()
    assert "Bo Lind" in page
    assert "Always kind to newcomers" in page
    staff.post(f"{DESK}members/bo/champion/end/")
    bo.refresh_from_db()
    assert not bo.is_champion
    assert "Bo Lind" not in Client().get("/champions/").content.decode()
    assert staff.post(f"{DESK}members/sam/champion/").status_code == 403
    assert signed_in(bo).post(f"{DESK}members/ann/champion/").status_code == 403


def test_the_rule_makes_champions_of_whoever_meets_it(ann: Member, bo: Member, cy: Member, sam: Member) -> None:
    for solver, count in ((bo, 2), (cy, 1), (sam, 3)):
        for _ in range(count):
            thread = make.thread(by=make.member("mia", role="manager"))
            decide.solve(thread, make.reply(thread, by=solver), by=thread.item.author)
    own = [make.thread(by=ann) for _ in range(3)]
    for thread in own:
        decide.solve(thread, make.reply(thread, by=ann), by=ann)
    champions.apply_rule()
    assert not Championship.objects.exists(), "the rule is off until the site sets it"
    make.site(champion_solutions=2, champion_days=1)
    champions.apply_rule()
    assert not Championship.objects.exists(), "nobody has been here for a day"
    make.site(champion_solutions=2, champion_days=0)
    for _ in range(2):
        champions.apply_rule()
    assert [one.member for one in Championship.objects.all()] == [bo]
    assert ModerationEntry.objects.get().by is None
    champions.unmake_champion(Member.objects.get(pk=bo.pk), by=sam)
    champions.apply_rule()
    assert Member.objects.get(pk=bo.pk).role == "member", "whom staff unmade the rule does not make again"
    page = Client().get("/champions/").content.decode()
    assert "2 questions of others solved" in page


def test_the_page_of_champions_costs_the_same_however_many(django_assert_max_num_queries: object) -> None:
    for number in range(15):
        member = make.member(f"champ{number}")
        champions.make_champion(member, by=None)
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert Client().get("/champions/").status_code == 200


def test_managers_set_the_rules(sam: Member) -> None:
    boss = signed_in(make.member("mia", role="manager"))
    url = f"{DESK}rules/"
    said = {"held_first_posts": 2, "flags_to_hide": 5, "champion_solutions": 7, "champion_days": 30}
    assert boss.post(url, said | {"flags_to_hide": -1}).status_code == 422
    assert boss.post(url, said).status_code == 302
    site = Site.current()
    assert (site.held_first_posts, site.flags_to_hide, site.holds_new_links, site.shows_log) == (2, 5, False, False)
    assert site.name == "Northwind"
    assert "The first 2 posts of a new member are held." in signed_in(sam).get(DESK).content.decode()
    assert signed_in(sam).post(url, said).status_code == 403


def test_a_spam_wave_ends_by_one_click_with_a_suspension(ann: Member, bo: Member, sam: Member) -> None:
    wave(bo, ann)
    signed_in(sam).post(f"{DESK}members/bo/sweep/", {"suspend": "1"})
    bo.refresh_from_db()
    assert bo.is_suspended
    assert set(Item.objects.filter(author=bo).values_list("state", flat=True)) == {"removed"}
    assert Sanction.objects.get().reason == "Spam or advertising"


def test_what_staff_do_with_threads_of_others_is_logged_too(ann: Member, sam: Member) -> None:
    thread, own = make.thread(by=ann), make.thread(by=sam)
    staff = signed_in(sam)
    for pk in (thread.pk, own.pk):
        staff.post(f"/threads/{pk}/lock/")
        staff.post(f"/threads/{pk}/closure/withdrawal/")
    signed_in(ann).post(f"/threads/{thread.pk}/closure/")
    staff.post(f"/threads/{thread.pk}/move/", {"place": make.category("other").place.pk})
    assert list(ModerationEntry.objects.order_by("pk").values_list("verb", "item")) == [
        ("locked", thread.pk), ("reopened", thread.pk), ("moved", thread.pk),
    ]  # fmt: skip


def test_the_silenced_read_why_before_they_write(ann: Member, bo: Member, sam: Member) -> None:
    thread = make.thread(by=ann)
    sanction(bo, "silence", by=sam, reason="Three insults", days=1)
    assert "Three insults" in signed_in(bo).get(thread.item.path).content.decode()
