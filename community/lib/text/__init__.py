"""What words a text is found by: the one analyser of the search, for both databases and any language.

A text becomes marked words (`|hello|world|`) and stems (` hello world `). Every term of a query is looked for in one
of them as it stands, so that counting a term is counting a piece of a string.
"""

from community.lib.text.fold import fold, words_of
from community.lib.text.marks import Sought, Span
from community.lib.text.terms import STEM_LIMIT, Analysed, Term, analyse, query_terms, terms_of
from community.lib.text.typos import distance_one, is_word, shortened

__all__ = [
    "STEM_LIMIT",
    "Analysed",
    "Sought",
    "Span",
    "Term",
    "analyse",
    "distance_one",
    "fold",
    "is_word",
    "query_terms",
    "shortened",
    "terms_of",
    "words_of",
]
