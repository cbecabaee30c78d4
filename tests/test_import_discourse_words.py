"""What the words of a Discourse forum become: links and quotes lead here, and no text is lost."""

from pathlib import Path

import pytest

from community.discussions.import_discourse.run import Wish, import_discourse
from community.feedback.models import Event
from tests.discourse import archive, bring, forum, post, reply, thread, topic

pytestmark = pytest.mark.django_db


def test_links_and_quotes_lead_here_also_to_what_comes_later(tmp_path: Path) -> None:
    bring(archive(tmp_path / "forum", forum()), batch=1)
    assert f"[wrote](/go/{reply(1, 2).pk})" in reply(1, 4).item.body
    assert f"[wrote](/go/{thread(3).pk})" in thread(2).item.body
    assert f'href="/go/{thread(3).pk}"' in thread(2).item.html
    assert thread(3).item.body == f"> **bob** [wrote](/go/{reply(1, 2).pk}):\n>\n> words\n\nSo it is."
    assert not Event.objects.filter(detail__has_key="waiting").exists()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('<p>See <a href="https://old.example/t/later/3/1?u=x">this</a></p>', "See [this](/go/{})"),
        ('<p>See <a href="/t/later/3">this</a></p>', "See [this](/go/{})"),
        ('<p><a href="https://old.example/t/later/3">https://old.example/t/later/3</a></p>', "[Later](/go/{})"),
        ('<p><a href="/t/gone/99">gone</a></p>', "[gone](https://old.example/t/gone/99)"),
        ("<pre><code>https://old.example/t/later/3</code></pre>", "```\nhttps://old.example/t/later/3\n```"),
    ],
)
def test_addresses_of_the_old_forum(tmp_path: Path, said: str, kept: str) -> None:
    bring(archive(tmp_path / "f", [topic(1, "One", [post(1, "bob", said)]), topic(3, "Later", [post(1, "bob")])]))
    assert thread(1).item.body == kept.format(thread(3).pk)


def test_without_base_url_no_path_of_theirs_is_taken_for_ours(tmp_path: Path) -> None:
    path = archive(tmp_path / "f", [topic(1, "One", [post(1, "bob", '<p><a href="/t/gone/99">gone</a></p>')])])
    report = import_discourse(Wish(path=path, name="old"))
    assert thread(1).item.body == "gone"
    assert report.counts["links without --base-url"] == 1


def test_text_that_cannot_be_stored_is_cleaned(tmp_path: Path) -> None:
    bad = "A\x00B \ud800 C"
    report = bring(archive(tmp_path / "f", [topic(1, "T\x00itle\x1b", [post(1, "bob", raw=bad)])]))
    assert (thread(1).item.title, thread(1).item.body) == ("Title", "AB  C")
    assert report.counts["characters cleaned"] == 1


@pytest.mark.parametrize(("raw", "how"), [("[a" * 5_000, "shown as code"), ("word " * 20_000, "cut")])
def test_text_that_is_too_much_is_shown_all_the_same(tmp_path: Path, raw: str, how: str) -> None:
    report = bring(archive(tmp_path / "f", [topic(1, "One", [post(1, "bob", raw=raw)])]))
    assert raw[:1000].strip() in thread(1).item.body
    assert thread(1).item.html
    assert report.counts[how] == 1
    assert report.examples == [f"{how}: post 101"]


@pytest.mark.parametrize(
    ("raw", "cooked", "body"),
    [
        ("$a_1*b_1*c$", '<p><span class="math">a_1*b_1*c</span></p>', "`a_1*b_1*c`"),
        ("a<br>b", "<p>a<br>b</p>", "a\nb"),
        ("`a<br>b` and *c*", "<p><code>a&lt;br&gt;b</code> and <em>c</em></p>", "`a<br>b` and *c*"),
        ("x < y > z", "<p>x &lt; y &gt; z</p>", "x < y > z"),
    ],
)
def test_formulas_and_html_come_from_what_was_shown(tmp_path: Path, raw: str, cooked: str, body: str) -> None:
    bring(archive(tmp_path / "f", [topic(1, "One", [post(1, "bob", cooked, raw=raw)])]))
    assert thread(1).item.body == body
