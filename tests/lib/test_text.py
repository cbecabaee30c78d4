"""The analyser: what a text is found by, in any language."""

import pytest

from community.lib.text import (
    Sought,
    analyse,
    distance_one,
    fold,
    is_word,
    query_terms,
    shortened,
    terms_of,
    words_of,
)
from community.lib.text.scripts import CLUSTERED, HANGUL, IDEOGRAPHIC, SPACED, grams


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Hasło", "haslo"), ("STRASSE", "straße"), ("København", "kobenhavn"), ("ＡＢＣ", "abc"), ("café", "cafe"),
        ("مُحَمَّد", "محمد"), ("إدارة", "اداره"), ("مستشفى", "مستشفي"), ("ـــسلام", "سلام"), ("٢٠٢٦", "2026"), ("שָׁלוֹם", "שלום"),
    ],
)  # fmt: skip
def test_what_people_leave_out_or_write_in_two_ways_is_the_same(written: str, same: str) -> None:
    assert analyse(written).words == analyse(same).words


def test_an_accent_makes_another_word_in_vietnamese_and_a_mark_in_thai_and_hindi() -> None:
    assert analyse("tiếng Việt", "vi").words != analyse("tieng Viet", "vi").words
    assert analyse("เสื้อ").words != analyse("เสือ").words
    assert analyse("हिन्दी").words != analyse("हनद").words
    assert fold("й") == "и"


def test_words_keep_the_marks_that_belong_to_them_and_lose_what_does_not() -> None:
    assert words_of("Don't stop_me, 3.5 £!") == ["don", "t", "stop", "me", "3", "5"]
    assert words_of("ภาษาไทย ดี") == ["ภาษาไทย", "ดี"]


def test_each_script_is_cut_in_its_own_way() -> None:
    assert grams(SPACED, "reset") == ["|res", "rese", "eset", "set|"]
    assert grams(SPACED, "ab") == ["|ab|"]
    assert grams(CLUSTERED, "ภาษาไทย") == ["ภาษา", "ษาไท", "ไทย"]
    assert grams(IDEOGRAPHIC, "東京都") == ["東", "京", "都", "東京", "京都"]
    assert grams(HANGUL, "비밀번호") == ["|비밀", "비밀", "밀번", "번호"]


def test_stems_are_the_same_where_the_language_is_known() -> None:
    assert analyse("exports", "en").stems == analyse("exporting", "en").stems
    assert analyse("hasłami", "pl").stems == analyse("hasła", "pl").stems
    assert analyse("exports", "xx").stems != analyse("exporting", "xx").stems


@pytest.mark.parametrize("written", ["pasword", "passsword", "passwprd", "apssword", "password"])
def test_one_typing_error_leads_to_the_word(written: str) -> None:
    assert shortened(written) & shortened("password")
    assert distance_one(written, "password")


def test_two_errors_do_not() -> None:
    assert not distance_one("pasxwrd", "password")
    assert not distance_one("word", "sword fish")


def test_a_stroke_is_the_error_of_a_hangul_syllable() -> None:
    assert distance_one("비밀번허", "비밀번호")
    assert shortened("비밀번허") & shortened("비밀번호")


def test_only_words_are_kept_for_those_who_mistype_them() -> None:
    assert is_word("password")
    assert not any(map(is_word, ("abc", "x1234567", "ภาษาไทย", "東京都庁", "a" * 30)))


def test_what_is_marked_is_what_was_asked() -> None:
    def marked(text: str, query: str, language: str) -> list[str]:
        return [text[one.start : one.end] for one in Sought(query_terms(query, (language,))).spans(text, (language,))]

    assert marked("How exports stop at night", "exporting stops", "en") == ["exports", "stop"]
    assert marked("วิธีรีเซ็ตรหัสผ่านของคุณ", "รหัสผ่าน", "th") == ["รหัสผ่าน"]
    assert marked("비밀번호를 바꾸려면", "비밀번호", "ko") == ["비밀번호"]
    assert marked("Nothing here", "password", "en") == []


def test_hostile_text_ends_soon_and_fails_never() -> None:
    for text in (
        "\0" * 1_000,
        "a" * 100_000,
        "|" * 1_000,
        "e\u0301" * 50_000,
        "\U0001f600" * 1_000,
        "",
        " ",
        "ｱ" * 9_999,
    ):
        terms_of(analyse(text, "en", limit=500))
        Sought(query_terms(text[:300])).spans(text[:5_000], ("en",))


def test_words_that_only_hold_a_sentence_together_are_known() -> None:
    def fillers(text: str, *languages: str, **how: bool) -> set[str]:
        terms = query_terms(text, languages, **how)
        return {term.text.strip() for term in terms if term.is_stem and term.is_filler}

    assert fillers("How do I connect it", "en") == {"how", "do", "i", "it"}
    assert fillers("Jak zmienić hasło", "pl") == {"jak"}
    assert fillers("Jak zmienić hasło", "en") == set()
    assert fillers("how do I", "en") == set()  # there is nothing else to look for
    assert "do" not in fillers("sync how do", "en", is_unfinished=True)  # it may become "documents"
