"""What is scored: the terms of the query that an entry has, in its title above its body, and in few words above many."""

import pytest

from community.lib.text import Analysed, Term, analyse, query_terms, terms_of
from community.search.candidates import USUAL, Candidate, Known, Weighed
from community.search.rank import most_possible, score

NOTHING = Analysed("", "")


def scored(terms: list[Term], *, title: Analysed = NOTHING, body: Analysed = NOTHING) -> float:
    known = [Known(term, 1, 1.0) for term in terms]
    return score(Weighed(known, {}, USUAL), Candidate(1, 1, title, body))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Resetting passwords twice"), ("th", "รีเซ็ตรหัสผ่าน"), ("ko", "비밀번호를 잊었어요"), ("ar", "كلمة المرور"),
        ("ja", "設定を変える"),
    ],
)  # fmt: skip
def test_each_term_of_a_text_is_scored_in_it_and_stands_in_its_index(language: str, text: str) -> None:
    """What the index says and what is scored must not differ."""
    analysed = analyse(text, language)
    numbers = terms_of(analysed)
    for term in query_terms(text, (language,)):
        assert scored([term], body=analysed) > 0, term
        assert scored([term], title=analysed) > 0, term
        assert term.number in numbers, term


def test_an_unfinished_word_may_go_on() -> None:
    whole, begun = analyse("password"), query_terms("passw", is_unfinished=True)
    assert begun
    assert all(scored([term], body=whole) for term in begun)
    assert not all(scored([term], body=whole) for term in query_terms("passw"))
    assert all(scored([term], body=analyse("export")) for term in query_terms("ex", is_unfinished=True))


def test_a_title_is_worth_more_than_a_body_and_few_words_more_than_many() -> None:
    terms, said = query_terms("password", ("en",)), analyse("password", "en")
    usual, long = (analyse("password " + "nothing else " * times, "en") for times in (40, 400))
    assert scored(terms, title=said) > scored(terms, body=usual) > scored(terms, body=long) > 0
    assert scored(terms, body=analyse("nothing else", "en")) == 0


def test_saying_it_again_and_again_comes_near_to_the_most_possible_and_never_beyond() -> None:
    terms = query_terms("password", ("en",))
    most = most_possible([Known(term, 1, 1.0) for term in terms])
    assert 0.9 * most < scored(terms, title=analyse("password " * 100, "en")) < most
