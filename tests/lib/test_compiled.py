"""What the compiled template shows is, byte for byte, what Django's engine shows; all else it refuses."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Engine, TemplateSyntaxError
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, pgettext_lazy

from community.discussions.models import Kind
from community.lib.compiled import compiled

HOSTILE = """<script>alert("1 & 2")</script> 'q' &amp; {{ x }} {% y %} 100 %"""
LANGUAGES = ["en", "pl", "th", "ar", None]


def engine(source: str, **others: str) -> Engine:
    """An engine like the site's, with `source` as its template x.html and each of the others as its name.html."""
    sources = {"x.html": "{% load i18n %}" + source} | {f"{name}.html": text for name, text in others.items()}
    loaders = [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", sources)])]
    return Engine(loaders=loaders, libraries={"i18n": "django.templatetags.i18n"})


def shown(source: str, thing: object = None, **others: str) -> str:
    """What both show for `{{ thing }}`, having shown the same."""
    ours = engine(source, **others)
    expected = ours.get_template("x.html").render(Context({"thing": thing}))
    assert compiled(ours, "x.html", "thing")(thing) == expected
    return expected


def refused(source: str, **others: str) -> str:
    """Why the template is refused."""
    with pytest.raises(TemplateSyntaxError) as refusal:
        compiled(engine(source, **others), "x.html", "thing")
    return str(refusal.value)


class Words(str):
    """Words of a class of their own, as an enum's values are."""


class Loud:
    """Shows its words, and other words to whoever asks for HTML."""

    def __str__(self) -> str:
        return "<b>loud</b>"

    def __html__(self) -> str:
        return "<i>not these</i>"


def kind_of(value: object) -> str:
    """Names a case; a repr may hold an address, which is another one in each of xdist's workers."""
    return type(value).__name__


def test_text_stays_as_it_is() -> None:
    assert shown("""a 'b' "c" \\n % {# no #}{% comment %}nor {{ this.one }}{% endcomment %}é\n\t{}""") == (
        """a 'b' "c" \\n % é\n\t{}"""
    )
    assert shown("") == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "value",
    [
        "",
        "plain",
        HOSTILE,
        "&&<<>>\"\"''",
        "สวัสดี 김 مرحبا \u2068\x00",
        mark_safe("<b>&</b>"),
        format_html("<i>{}</i>", HOSTILE),
        Words("<words>"),
        Kind.QUESTION,
        gettext_lazy("Reply"),
        gettext_lazy("A & <b>B</b>"),
        pgettext_lazy("a post", "Quote"),
        Loud(),
        None,
        True,
        False,
        0,
        -7,
        1_234_567,
        1.5,
        -1234.75,
        Decimal("1234.50"),
        datetime.date(2026, 11, 21),
        datetime.time(14, 5),
        datetime.datetime(2026, 11, 21, 23, 30, tzinfo=datetime.UTC),
        ["<a>", 1],
        ("<a>", None),
        {"<a>": 1},
        b"<a>",
    ],
    ids=kind_of,
)
def test_each_kind_of_value(value: object, language: str | None) -> None:
    with translation.override(language):
        shown("<p title='{{ thing }}'>{{ thing }}</p>", value)
        shown("{% if thing %}yes{% else %}no{% endif %}", value)


def test_attributes_of_attributes_and_what_is_written_out() -> None:
    thing = SimpleNamespace(one=SimpleNamespace(two=HOSTILE))
    assert "&lt;script&gt;" in shown("{{ thing.one.two }}", thing)
    assert shown("{{ 5 }} {{ -2 }} {{ 1.5 }} {{ True }} {{ None }}") == "5 -2 1.5 True None"


@pytest.mark.parametrize("a", [0, 1, 2, "", "<a>", None])
@pytest.mark.parametrize("b", [0, 1, "", "<a>", None])
@pytest.mark.parametrize(
    "condition",
    [
        "thing.a",
        "not thing.a",
        "thing.a and thing.b",
        "thing.a or thing.b",
        "thing.a and not thing.b",
        "not thing.a or thing.b and thing.a",
        "thing.a or thing.b and not thing.a",
        "not not thing.a",
        "thing.a == thing.b",
        "thing.a != thing.b",
        "thing.a == 1",
        "thing.a == None",
        "thing.a != 1 and thing.b",
        "not thing.a == thing.b",
        "thing.a == thing.b == thing.a",
        "True",
        "not None",
        "0",
    ],
)
def test_conditions(condition: str, a: object, b: object) -> None:
    thing = SimpleNamespace(a=a, b=b)
    shown(f"{{% if {condition} %}}1{{% endif %}}", thing)
    shown(f"{{% if {condition} %}}1{{% else %}}2{{% endif %}}", thing)
    shown(f"{{% if {condition} %}}1{{% elif thing.b %}}2{{% elif not thing.a %}}3{{% else %}}4{{% endif %}}", thing)
    shown(f"{{% if {condition} %}}{{% else %}}{{% if thing.b %}}{{% endif %}}{{{{ thing.b }}}}{{% endif %}}", thing)


@pytest.mark.parametrize("things", [[], ["<a>"], [1, None, "b"], ("x",), "word", {"k": 1}, None, iter(())], ids=kind_of)
def test_a_loop_with_one_name(things: object) -> None:
    shown("{% for one in thing %}[{{ one }}{% if one == 1 %}!{% endif %}]{% endfor %}", things)


@pytest.mark.parametrize("things", [[], [("a", "<b>"), ("c", None)], [("x", "y", "z")[1:]], ["ab"], None], ids=kind_of)
def test_a_loop_with_several_names(things: object) -> None:
    shown("{% for a, b in thing %}{{ b }}{{ a }};{% endfor %}", things)
    shown("{% for a, a in thing %}{{ a }}{% endfor %}", things)
    shown("{% for a,b in thing %}{% for one in thing %}{{ a }}{% endfor %}{% endfor %}", things)


def test_a_loop_with_names_for_more_or_less_than_there_is_fails_in_both() -> None:
    ours = engine("{% for a, b in thing %}{{ a }}{% endfor %}")
    for things in ([("a",)], [("a", "b", "c")]):
        with pytest.raises(ValueError, match="unpack"):
            ours.get_template("x.html").render(Context({"thing": things}))
        with pytest.raises(ValueError, match="unpack"):
            compiled(ours, "x.html", "thing")(things)


def test_a_name_means_again_what_it_meant_before_the_loop() -> None:
    assert shown("{% for thing in thing %}{{ thing }}{% endfor %}{{ thing }}", (1, 2)) == "12(1, 2)"
    nested = "{% for one in thing %}{% for one in one %}{{ one }}{% endfor %}{{ one }}{% endfor %}"
    assert shown(nested, ["ab"]) == "abab"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "translated",
    [
        '{% translate "Reply" %}',
        "{% translate 'Reply' %}",
        '{% trans "Reply" %}',
        '{% translate "Quote" context "a post" %}',
        '{% translate "Quote" context "" %}',
        '{% translate "Quote" context "nowhere" %}',
        "{% translate \"Known <to> 'none' & nobody\" %}",
        '{% translate "" %}',
    ],
)
def test_translations(translated: str, language: str | None) -> None:
    with translation.override(language):
        shown(f"<b title='{translated}'>{translated}</b>")


def test_translations_are_those_of_the_language() -> None:
    words = '{% translate "Reply" %} {% translate "Quote" context "a post" %}'
    with translation.override("pl"):
        assert shown(words) == "Odpowiedz Cytuj"
    with translation.override("th"):
        assert shown(words) == "ตอบกลับ อ้างอิง"


def test_includes_show_only_what_they_are_given() -> None:
    inner = "{% load i18n %}<b>{{ who }}{% if n == 1 %}{{ n }}{% endif %}</b>{% translate 'Reply' %}"
    thing = SimpleNamespace(name=HOSTILE, n=1)
    assert "</b>" in shown('{% include "inner.html" with who=thing.name n=thing.n only %}', thing, inner=inner)
    assert shown('{% include "inner.html" only %}', inner="words") == "words"
    looped = '{% for a, b in thing %}{% include "inner.html" with who=b n=a only %}{% endfor %}'
    shown(looped, [(1, "<x>"), (2, "y")], inner=inner)
    shown('{% include "inner.html" with who=thing n=5 only %}', "z", inner=inner)


def test_a_name_means_again_what_it_meant_before_the_include() -> None:
    source = '{% include "inner.html" with thing=thing.inner only %}{{ thing.outer }}'
    assert shown(source, SimpleNamespace(inner="in", outer="out"), inner="{{ thing }}") == "inout"
    swapped = '{% for a, b in thing %}{% include "inner.html" with a=b b=a only %}{% endfor %}'
    assert shown(swapped, ["12"], inner="{{ a }}{{ b }}") == "21"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("{{ thing|upper }}", "knows no filters and no words in quotes, as in thing|upper"),
        ("{% if thing|length %}{% endif %}", "as in thing|length"),
        ("{% if thing == 'a' %}{% endif %}", "knows no filters and no words in quotes, as in 'a'"),
        ("{% for one in thing|slice:'1' %}{% endfor %}", "knows no filters"),
        ("{{ _('Reply') }}", "as in _('Reply')"),
        ("{{ thing.0 }}", "thing.0"),
        ("{{ thing.class }}", "thing.class"),
        ("{{ other }}", "other is nothing that this component was given"),
        ("{{ forloop.counter }}", "forloop is nothing that this component was given"),
        ("{% if request.user %}{% endif %}", "request is nothing that this component was given"),
        ("{% for one in thing %}{% endfor %}{{ one }}", "one is nothing that this component was given"),
        ("{% with a=thing %}{{ a }}{% endwith %}", "does not know {% with a=thing %}"),
        ("{% now 'Y' %}", "does not know {% now 'Y' %}"),
        ("{% autoescape off %}{{ thing }}{% endautoescape %}", "does not know {% autoescape off %}"),
        ("{% blocktranslate %}a{% endblocktranslate %}", "does not know {% blocktranslate %}"),
        ("{% for one in thing reversed %}{% endfor %}", "does not know {% for one in thing reversed %}"),
        ("{% for one in thing %}{% empty %}none{% endfor %}", "does not know {% for one in thing %} with {% empty %}"),
        ("{% if thing > 1 %}{% endif %}", "does not know >"),
        ("{% if thing in thing %}{% endif %}", "does not know in"),
        ("{% if thing is None %}{% endif %}", "does not know is"),
        ("{% translate '100 %' %}", "translates no percent sign"),
        ("{% translate thing %}", "translates only what is written out"),
        ("{% translate 'Reply'|upper %}", "translates only what is written out"),
        ("{% translate 'Reply' context thing %}", "translates only what is written out"),
        ("{% translate 'Reply' context 'a'|upper %}", "translates only what is written out"),
        ("{% translate 'Reply' as reply %}", "does not know {% translate 'Reply' as reply %}"),
        ("{% translate 'Reply' noop %}", "does not know {% translate 'Reply' noop %}"),
        ("{% include 'inner.html' %}", "does not know {% include 'inner.html' %}"),
        ("{% include 'inner.html' with a=thing %}", "does not know {% include 'inner.html' with a=thing %}"),
        ("{% include 'x.html' only %}", "includes nothing in itself, as x.html would be"),
        ("{% include thing only %}", "includes only by name"),
        ("{% include 'inner.html'|lower only %}", "includes only by name"),
        ("{% include 'inner.html' with a=thing|upper only %}", "knows no filters"),
    ],
)
def test_what_it_does_not_know_is_refused_with_a_reason(source: str, says: str) -> None:
    reason = refused(source, inner="words")
    assert reason.startswith("x.html: ")
    assert says in reason


def test_what_an_include_was_not_given_is_refused_by_its_name() -> None:
    reason = refused('{% include "inner.html" with a=thing only %}', inner="{{ thing }}")
    assert reason == "inner.html: thing is nothing that this component was given"


def test_a_method_and_a_missing_attribute_are_errors_and_not_silence() -> None:
    ours = engine("{{ thing.upper }}")
    with pytest.raises(TypeError, match="upper"):
        compiled(ours, "x.html", "thing")("words")
    with pytest.raises(AttributeError, match="upper"):
        compiled(ours, "x.html", "thing")(5)


def test_it_is_made_once_for_each_language_and_name() -> None:
    ours = engine('{{ thing }} {% translate "Reply" %}')
    with translation.override("pl"):
        polish = compiled(ours, "x.html", "thing")
        assert compiled(ours, "x.html", "thing") is polish
    with translation.override("th"):
        assert compiled(ours, "x.html", "thing") is not polish
    with translation.override("pl"):
        assert compiled(ours, "x.html", "thing") is polish
        with pytest.raises(TemplateSyntaxError):
            compiled(ours, "x.html", "other")
        assert compiled(ours, "x.html", "thing") is polish
