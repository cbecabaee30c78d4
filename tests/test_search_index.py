"""The index stays what the items say: through bulk writes, kills, people who leave, and hostile hands."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django_q.models import OrmQ, Schedule

from community.discussions.seed_load import Volume, seed_load
from community.feedback.models import Item
from community.lib.text import Term
from community.members.leave import leave
from community.members.models import Member
from community.search import learn, rebuild, recount, setup, tables, write
from community.search.drift import check
from community.search.models import Corpus, Entry, Frequency, Index, Shortened, Word
from tests import make, tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_index() -> None:
    """No foreign key leads into the index itself: what other tests left is still there."""
    rebuild.empty()


def test_reindex_finds_what_came_in_bulk_and_goes_on_where_it_was() -> None:
    seed_load(Volume(members=5, threads=20, replies=230, big_thread=50))
    assert check().missing == 250
    with pytest.raises(CommandError, match="250 are missing"):
        call_command("check_search")
    rebuild.rebuild_slice(0)
    assert Index.current().rebuilt_to is not None
    assert Entry.objects.count() == rebuild.SLICE
    out = StringIO()
    call_command("reindex", stdout=out)
    assert "250 entries" in out.getvalue()
    assert check().is_none
    assert Index.current().rebuilt_to is None
    assert Corpus.all_entries() == 250


def test_reindex_missing_adds_only_what_is_missing(sam: Member) -> None:
    thread = make.thread(by=sam, title="Here already")
    Entry.objects.filter(pk=thread.pk).update(language="xx")  # to see whether it is written again
    seed_load(Volume(members=5, threads=10, replies=40, big_thread=10))
    call_command("reindex", "--missing", stdout=StringIO())
    assert Entry.objects.count() == 51
    assert Entry.objects.get(pk=thread.pk).language == "xx"
    assert not Entry.objects.filter(is_learnt=False).exists()


def test_the_check_sees_each_kind_of_drift_and_reindex_mends_it(sam: Member) -> None:
    one, two, three = (make.thread(by=sam, title=f"Thread about {name}") for name in ("apples", "pears", "plums"))
    Item.objects.filter(pk=one.pk).update(state="hidden")
    Item.objects.filter(pk=two.pk).update(title="Another fruit")
    tables.take_out([(three.pk, set(range(3)))]) if connection.vendor == "postgresql" else None
    found = check()
    assert (found.left, found.different) == (1, 1)
    assert found.unindexed == (connection.vendor == "postgresql")
    call_command("reindex", "--empty", stdout=StringIO())
    call_command("check_search", stdout=StringIO())


def test_counting_anew_comes_to_what_was_learnt_one_by_one(sam: Member) -> None:
    for name in ("apples", "pears", "plums"):
        make.thread(by=sam, title=f"Thread about {name}")
        learn.learn()
    before = [dict(Frequency.objects.values_list("pk", "entries")), dict(Word.objects.values_list("pk", "entries"))]
    forms = Shortened.objects.count()
    recount.recount()
    after = [dict(Frequency.objects.values_list("pk", "entries")), dict(Word.objects.values_list("pk", "entries"))]
    assert before == after
    assert before[1]["apples"] == 1
    assert before[1]["thread"] == 3
    assert Shortened.objects.count() == forms


def test_counting_anew_drops_what_stands_nowhere_any_more(sam: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "SLICE", 7)
    threads = [make.thread(by=sam, title=f"Thread about {name}") for name in ("apples", "pears", "plums")]
    learn.learn()
    Word.objects.filter(pk="pears").update(entries=9)
    write.take_out([threads[0].pk])
    recount.recount()
    assert Corpus.all_entries() == 2
    said = {"thread": 2, "about": 2, "pears": 1, "plums": 1, "some": 2, "words": 2}  # the last two in each body
    assert dict(Word.objects.values_list("pk", "entries")) == said
    assert not Shortened.objects.filter(word_id="apples").exists()
    assert Frequency.objects.get(term=Term(" plum ", True).number).entries == 1
    assert not Frequency.objects.filter(term=Term(" appl ", True).number).exists()


def test_words_of_somebody_who_leaves_while_all_are_counted_stay_away(
    sam: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = make.thread(by=sam, title="Zqword here")
    make.thread(by=sam, title="Others say here")
    bring = recount._bring_in_line

    def leaving(*given: Any) -> None:
        bring(*given)
        if Entry.objects.filter(pk=theirs.pk).exists():
            write.forget([theirs.pk])

    monkeypatch.setattr(recount, "_bring_in_line", leaving)
    recount.recount()
    assert not Word.objects.filter(pk="zqword").exists()
    assert Word.objects.get(pk="here").entries == 1


@pytest.mark.django_db(transaction=True)
def test_who_writes_waits_for_no_counting(sam: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite has one who writes: all of it in one transaction stopped a site of 60,000 entries for half a minute."""
    monkeypatch.setattr(recount, "SLICE", 50)
    for number in range(30):
        make.thread(by=sam, title=f"Thread about name{number} and nobody{number}")
    rows: list[int] = []

    def noting(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if "title_words" in sql:
            assert not connection.in_atomic_block
        rows.append(len(params) if many else 1)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noting):
        recount.recount()
    assert max(rows) == 50
    assert Frequency.objects.count() > 300


def test_writing_queues_no_learning_and_the_minute_asks_once_when_nothing_is_new(
    sam: Member, django_assert_num_queries: Callable[..., Any]
) -> None:
    make.replies(make.thread(by=sam, title="Quoll"), 3)
    assert write.LEARN not in [row.task["func"] for row in OrmQ.objects.all()]
    for _each in range(2):  # as after every update
        setup.ensure_schedule("default")
    assert Schedule.objects.get(func=write.LEARN).minutes == 1
    learn.learn()
    assert not Entry.objects.filter(is_learnt=False).exists()
    with django_assert_num_queries(1):
        learn.learn()


def test_another_version_of_the_analyser_begins_anew(sam: Member) -> None:
    make.thread(by=sam, title="Something")
    Index.change(version=rebuild.VERSION + 1)
    call_command("migrate", verbosity=0)  # as after an update
    tasks.run_all()
    assert Index.current().version == rebuild.VERSION
    assert check().is_none
    assert Entry.objects.filter(is_learnt=True).count() == 1


@pytest.mark.parametrize("erases", [True, False])
def test_I111_who_leaves_takes_their_words_out_of_the_index(erases: bool, ann: Member, sam: Member) -> None:
    theirs = make.thread(by=ann, title="Zqword here", body="Zqword for everybody")
    make.reply(theirs, by=sam, body="Common words stay.")
    for _each in range(3):
        make.thread(by=sam, title=f"Common words of others {_each}")
    learn.learn()
    assert Word.objects.filter(pk="zqword").exists()
    leave(ann, erases=erases)
    assert Word.objects.filter(pk="zqword").exists() is not erases
    assert Entry.objects.filter(words__contains="zqword").exists() is not erases
    tasks.run_all()
    assert Word.objects.filter(pk="zqword").exists() is not erases
    assert Word.objects.get(pk="common").entries >= 3
    call_command("check_search", stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_kill_while_indexing_leaves_no_drift(sam: Member) -> None:
    """Whatever the moment: an entry and its place in the index are written in one transaction."""
    rebuild.empty()
    seed_load(Volume(members=5, threads=100, replies=1_500, big_thread=50))
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "PYTHONWARNINGS": "default",
    }
    for wait in (1.6, 2.1):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "reindex"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        began = time.monotonic()
        while time.monotonic() - began < 30 and Entry.objects.count() == 0:
            time.sleep(0.05)
        time.sleep(wait - 1.5)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        found = check()
        assert (found.left, found.different, found.unindexed, found.unknown) == (0, 0, 0, 0)
    call_command("reindex", stdout=StringIO())
    assert check().is_none
    rebuild.empty()


def database_url() -> str:
    held: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{held['NAME']}"
    return f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"


def test_marks_in_a_line_tear_no_words_apart() -> None:
    html = "<blockquote><p>[!WARNING]<br>Press <strong>Add</strong>, un<em>do</em>&amp;go.</p></blockquote><p>Then</p>"
    assert write.plain(html).split() == ["Press", "Add,", "undo&go.", "Then"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one way to find a term")
def test_postgresql_asks_its_index_for_a_common_term_too() -> None:
    common = 7
    tables.add((pk, {common, *range(pk * 100, pk * 100 + 100)}) for pk in range(1, 2_000))
    tables.analyse()
    with connection.cursor() as cursor:
        scans = "SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = %s"
        cursor.execute(scans, [tables.TABLE])
        whole, by_index = cursor.fetchone()
        cursor.execute(f"SELECT COUNT(*) FROM {tables.HOLDING}(ARRAY[%s], 500)", [common])  # noqa: S608 (a name of ours)
        assert cursor.fetchone() == (500,)
        cursor.execute(scans, [tables.TABLE])
        assert cursor.fetchone() == (whole, by_index + 1)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="FTS5 keeps no rows")
def test_on_postgresql_a_row_is_short_however_many_terms_it_has() -> None:
    """Else each entry that holds a term is on a page of its own, and to find it costs the reading of that."""
    for at, terms in enumerate((5, 50, 500)):
        tables.add((at * 1_000 + pk, set(range(terms))) for pk in range(1, 1_000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s)", [tables.TABLE])
        assert cursor.fetchone()[0] < 3_000 * 110
