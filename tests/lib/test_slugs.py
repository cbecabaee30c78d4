import pytest

from community.lib.slugs import LONGEST, words_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("How do I sync?", "how-do-i-sync"),
        ("Tidewick 4.18: what's new", "tidewick-4-18-whats-new"),
        ("ทีมซัพพอร์ตตอบภาษาไทยไหมคะ", "ทีมซัพพอร์ตตอบภาษาไทยไหมคะ"),
        ("Czy można zmienić język?", "czy-można-zmienić-język"),
        ("كيف أغيّر اللغة؟", "كيف-أغيّر-اللغة"),
        ("비밀번호를 잊었어요!", "비밀번호를-잊었어요"),
        ("zero\u200bwidth \u202eturned", "zerowidth-turned"),
        ("../../etc//passwd", "etc-passwd"),
        ("?!…", "-"),
        ("", "-"),
    ],
)
def test_a_slug_keeps_the_words_of_every_language(title: str, slug: str) -> None:
    assert words_of(title) == slug


def test_a_long_title_ends_at_a_word_and_a_word_without_end_is_cut() -> None:
    slug = words_of("calendar " * 30)
    assert len(slug) <= LONGEST
    assert set(slug.split("-")) == {"calendar"}
    assert words_of("e\u0301" * 10_000 + "x" * 50) == words_of("é" * 10_000)
    assert len(words_of("ก" * 500)) == LONGEST
