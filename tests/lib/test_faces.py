"""Faces: strings that are safe and say nothing to a screen reader."""

from types import SimpleNamespace

from community.lib.faces import face, faces

ANN = SimpleNamespace(initials="AO", colour="teal", url="")
BO = SimpleNamespace(initials="<b", colour='"x', url="")
CY = SimpleNamespace(initials="C", colour="red", url='/m/a.webp?"><script>')


def test_initials_stand_on_a_colour_and_are_decoration():
    assert face(ANN) == '<b class="avatar colour-teal" aria-hidden="true">AO</b>'
    assert 'class="avatar avatar-s colour-teal"' in face(ANN, "s")


def test_a_picture_has_its_size_and_no_words():
    assert face(CY, "s").startswith('<img class="avatar avatar-s" src="/m/a.webp?')
    assert 'alt="" width="26" height="26" loading="lazy">' in face(CY, "s")


def test_nothing_breaks_out():
    assert "<script>" not in face(CY)
    assert 'colour-&quot;x" aria-hidden="true">&lt;b</b>' in face(BO)


def test_faces_are_one_safe_string():
    assert faces([ANN, BO]) == face(ANN, "s") + face(BO, "s")
    assert hasattr(faces([]), "__html__")
