"""Charts: pure numbers to markup."""

from math import nan
from xml.etree import ElementTree

import pytest

from community.lib import charts
from community.lib.charts import Part, Point, Scale

DAYS = [Point("Mon", 3), Point("Tue", 0), Point("Wed", 12)]


def drawn(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(markup))  # noqa: S314 - our own markup


@pytest.mark.parametrize(
    ("values", "low", "high", "step"),
    [
        ([0, 12], 0, 15, 5),
        ([0, 0], 0, 1, 0.25),
        ([-2, 48], -20, 60, 20),
        ([5, 5], 4, 6, 2),
        ([0, 1000], 0, 1000, 250),
    ],
)
def test_scale_is_round_and_holds_every_value(values, low, high, step):
    scale = Scale.over(values)
    assert scale.low <= min(values) <= max(values) <= scale.high
    assert (scale.low, scale.high, scale.step) == (low, high, step)


@pytest.mark.parametrize("most", [0, 1, 2, 3, 7, 10, 42, 1000, 99_999])
def test_bars_of_counts_stand_on_whole_steps(most):
    texts = [text.text for text in drawn(charts.bars("Answers", [Point("a", 0), Point("b", most)])).findall("text")]
    ticks = [text for text in texts if text not in ("a", "b")]
    assert ticks[0] == "0"
    assert int(ticks[-1]) >= most
    assert all(tick.isdigit() for tick in ticks)
    assert len(set(ticks)) == len(ticks)


def test_bars_of_parts_may_stand_on_parts():
    texts = [text.text for text in drawn(charts.bars("Hours", [Point("a", 0.4), Point("b", 1)])).findall("text")]
    assert "0.25" in texts


def test_bars_start_at_zero_and_name_their_number():
    rects = drawn(charts.bars("Replies", DAYS)).findall("rect")
    assert [rect[0].text for rect in rects] == ["Mon: 3", "Tue: 0", "Wed: 12"]
    assert float(rects[1].get("height")) == 0


def test_line_draws_a_band_only_for_intervals():
    plain = drawn(charts.line("Score", DAYS))
    assert plain.find("polygon") is None
    held = drawn(charts.line("Score", [Point("a", 1, 0, 2), Point("b", 2, 1, 3)]))
    assert len(held.find("polygon").get("points").split()) == 4


@pytest.mark.parametrize("draw", [charts.bars, charts.line])
def test_right_to_left_mirrors_the_marks(draw):
    def places(svg):
        return [
            float(mark.get("x") or mark.get("cx")) for mark in svg if mark.get("class") in ("chart-bar", "chart-dot")
        ]

    left, right = places(drawn(draw("t", DAYS))), places(drawn(draw("t", DAYS, rtl=True)))
    assert left == sorted(left)
    assert right == sorted(right, reverse=True)
    assert all(0 <= x <= charts.WIDTH for x in left + right)


def test_signs_stay_on_the_left_of_their_numbers():
    words = [one.text for one in drawn(charts.line("t", [Point("a", -2), Point("b", 2)], rtl=True)).findall("text")]
    assert "\u2066−2\u2069" in words


def test_shares_fill_the_whole_or_nothing():
    rects = drawn(charts.shares("nps", [Part("P", 3, "green"), Part("D", 1, "red")])).findall("rect")
    assert [float(rect.get("width")) for rect in rects] == [charts.WIDTH * 0.75 - 2, charts.WIDTH * 0.25 - 2]
    assert [float(r.get("width")) for r in drawn(charts.shares("none", [Part("P", 0, "green")])).findall("rect")] == [0]


@pytest.mark.parametrize("values", [[], [4], [1, 1, 1], [1, 5, 2]])
def test_spark_never_divides_by_nothing(values):
    assert drawn(charts.spark("s", values)).get("aria-label") == "s"


def test_empty_charts_draw():
    assert drawn(charts.bars("none", [])).get("role") == "img"
    assert drawn(charts.line("none", [])).get("role") == "img"


def test_names_are_escaped():
    nasty = '<script>"&'
    for svg in (
        charts.bars(nasty, [Point(nasty, 1)]),
        charts.line(nasty, [Point(nasty, 1)]),
        charts.shares(nasty, [Part(nasty, 1, "red")]),
    ):
        assert "<script>" not in svg
        assert drawn(svg).get("aria-label") == nasty


def test_numbers_have_no_needless_tail():
    assert [charts.number(value) for value in (12.0, 12.5, -3, 0.25)] == ["12", "12.5", "−3", "0.25"]


def test_a_line_has_gaps_and_marks_of_what_happened():
    points = [Point("a", 1, 0, 2), Point("b", nan), Point("c", 3, 2, 4), Point("d", 4, 3, 5)]
    svg = drawn(charts.line("Score", points, marks=[charts.Mark(0.5, "Release <1>")]))
    assert [len(one.get("points").split()) for one in svg.findall("polyline")] == [1, 2]
    assert [one.get("class") for one in svg.findall("line") if one.get("class") != "chart-grid"] == [
        "chart-mark", "chart-whisker"
    ]  # fmt: skip
    mark = next(one for one in svg.findall("line") if one.get("class") == "chart-mark")
    dots = [float(one.get("cx")) for one in svg.findall("circle")]
    assert dots[0] < float(mark.get("x1")) < dots[1]
    assert mark[0].text == "Release <1>"
    assert '"nan' not in charts.line("Score", [Point("a", nan)])
