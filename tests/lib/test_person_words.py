"""One person taken out of what others wrote, and nobody else."""

import pytest

from community.lib.person_words import Person

ANN = Person("ann", ("ann@example.com", "a.o+x@example.org"), "Former member", posts=frozenset({7}))
MEMBERS = {"ann-bo", "anna", "ann.cy"}


def members(handles: set[str]) -> set[str]:
    return handles & MEMBERS


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("@ann, look", "@former-member, look"),
        ("@Ann.", "@former-member."),
        ("@annครับ and @ann님", "@former-memberครับ and @former-member님"),
        ("@ann-bo @anna @ann.cy stay", "@ann-bo @anna @ann.cy stay"),
        ("@ann-dee is nobody, so it means ann", "@former-member-dee is nobody, so it means ann"),
        ("ann without a sign, x@ann, /@ann", "ann without a sign, x@ann, /@ann"),
        ("(/members/ann/) /members/ANN, /members/ann-bo/", "(/members/former-member/) /members/former-member, /members/ann-bo/"),
        ("to ANN@example.com; not dann@example.com", "to […]; not dann@example.com"),
        ("a.o+x@example.org axo+x@example.org", "[…] axo+x@example.org"),
        ("> [Ann O., #3](/go/7)\n> words", "> [Former member, #3](/go/7)\n> words"),
        ("> [Bo, #3](/go/8)\n> words", "> [Bo, #3](/go/8)\n> words"),
    ],
)  # fmt: skip
def test_what_is_hidden(said: str, hidden: str) -> None:
    assert ANN.hidden(said, members) == hidden


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("> [A, #3](/go/7)\n>\n> hers\n> hers\n\nmine", "> [Former member, #3](/go/7)\n>\n> […]\n\nmine"),
        ("> [B, #1](/go/8)\n> his\n> > [A, #3](/go/7)\n> > hers\n> his\n\nmine",
         "> [B, #1](/go/8)\n> his\n> > [Former member, #3](/go/7)\n>>\n> > […]\n> his\n\nmine"),
        ("see [A, #3](/go/7)\nmine", "see [Former member, #3](/go/7)\nmine"),
        ("> [A, #3](/go/7)\n> hers\n> > deeper\nlazy", "> [Former member, #3](/go/7)\n>\n> […]\nlazy"),
    ],
)  # fmt: skip
def test_quoted_words_go_with_their_author(said: str, hidden: str) -> None:
    assert ANN.hidden(said, members, drops_quotes=True) == hidden


@pytest.mark.parametrize(
    ("name", "said", "unnamed"),
    [
        ("Ann Okafor", "I am ann okafor.", "I am Former member."),
        ("Ann Okafor", "Joann Okafor", "Joann Okafor"),
        ("Will", "Will it?\n\n— Will\n", "Will it?\n\n— Former member\n"),
        ("", "Words", "Words"),
    ],
)
def test_a_name_goes_from_their_own_words(name: str, said: str, unnamed: str) -> None:
    assert Person("ann", (), "Former member", name).unnamed(said) == unnamed
