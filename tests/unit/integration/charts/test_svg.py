"""The small writer of pictures: what is drawn is what the figures say."""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.charts import svg
from integration.charts.bars import MOST_ROWS, Bar, Bars
from integration.charts.columns import BOTTOM, HEIGHT, Columns, Series
from integration.charts.heat_map import Cell, HeatMap
from integration.charts.numbers import count, money, percent, ticks

SVG = "{http://www.w3.org/2000/svg}"
values = st.integers(0, 10**12)


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314 - our own


def boxes(picture: str, tone: str) -> list[ElementTree.Element]:
    return [rect for rect in parsed(picture).iter(f"{SVG}rect") if rect.get("class") == tone]


def sizes(picture: str, tone: str, side: str) -> list[float]:
    return [float(rect.get(side) or 0) for rect in boxes(picture, tone)]


def words(picture: str) -> list[str]:
    return ["".join(text.itertext()) for text in parsed(picture).iter(f"{SVG}text")]


def columns(*series: Series, labels: int = 3) -> str:
    return Columns("T", "S", [f"c{n}" for n in range(labels)], series, count("en")).draw()


@settings(deadline=None)
@given(name=st.text())
def test_whatever_a_name_holds_the_picture_stays_well_formed_and_says_it(name: str) -> None:
    picture = Bars(name, name, [Bar(name, 1)], count("en"), "").draw()

    written = "".join(char for char in name if char >= " " or char in "\t\n")
    (title,) = (node.text or "" for node in parsed(picture).findall(f"{SVG}title"))
    assert title == written
    assert {node.tag.removeprefix(SVG) for node in parsed(picture).iter()} == {
        "svg", "title", "desc", "style", "rect", "text",
    }  # fmt: skip


def test_columns_are_as_high_as_their_values() -> None:
    heights = sizes(columns(Series("a", "first", [50, 100, 25])), "first", "height")

    assert heights[0] * 2 == pytest.approx(heights[1], abs=0.1)
    assert heights[2] * 4 == pytest.approx(heights[1], abs=0.1)


def test_columns_stand_on_each_other_and_hang_below_zero() -> None:
    picture = columns(
        Series("a", "first", [30, 30]), Series("b", "second", [20, 20]), Series("c", "bad", [-10, 0]), labels=2
    )

    first, second, below = (boxes(picture, tone)[1] for tone in ("first", "second", "bad"))
    top, height = float(first.get("y") or 0), float(first.get("height") or 0)
    assert float(second.get("y") or 0) + float(second.get("height") or 0) == pytest.approx(top, abs=0.1)
    assert float(below.get("y") or 0) == pytest.approx(top + height, abs=0.1)
    assert len(boxes(picture, "bad")) == 1 + 1  # In the legend, and where there is a value.


def test_a_fixed_top_leaves_room_above_a_small_share() -> None:
    free = Columns("T", "S", ["a"], [Series("a", "first", [40])], percent("en"), 100).draw()
    whole = Columns("T", "S", ["a"], [Series("a", "first", [100])], percent("en"), 100).draw()

    assert sizes(free, "first", "height")[0] / sizes(whole, "first", "height")[0] == pytest.approx(0.4, abs=0.01)


@settings(deadline=None, max_examples=30)
@given(amount=st.integers(1, 1200), length=st.integers(1, 20))
def test_names_below_columns_do_not_run_into_each_other(amount: int, length: int) -> None:
    labels = [f"{n:0{length}}"[-length:] for n in range(amount)]
    picture = Columns("T", "S", labels, [Series("a", "first", [1] * amount)], count("en")).draw()

    foot = [t for t in parsed(picture).iter(f"{SVG}text") if float(t.get("y") or 0) == HEIGHT - BOTTOM + 20]
    places = [float(text.get("x") or 0) for text in foot]
    assert places
    assert all(right - left >= length * svg.CHARACTER * 0.9 for left, right in pairwise(places))


def test_nothing_is_a_picture_too() -> None:
    assert words(columns(labels=0))[:2] == ["T", "S"]
    assert words(Bars("T", "S", [], count("en"), "").draw()) == ["T", "S"]


def test_bars_are_as_long_as_their_values_and_what_is_below_zero_looks_bad() -> None:
    picture = Bars("T", "S", [Bar("a", 200), Bar("b", 50, "note"), Bar("c", -100)], money("en"), "").draw()

    whole, quarter = sizes(picture, "first", "width")
    assert (whole / 4, whole / 2) == pytest.approx((quarter, *sizes(picture, "bad", "width"))[:2], abs=0.1)
    assert words(picture)[2:] == ["a", "₽2", "b", "₽0.5  note", "c", "−₽1"]


def test_of_too_many_rows_the_rest_is_counted() -> None:
    rows = [Bar(f"r{n}", n) for n in range(MOST_ROWS + 5)]

    assert words(Bars("T", "S", rows, count("en"), "and {count} more").draw())[-1] == "and 5 more"
    assert "more" not in words(Bars("T", "S", rows[:MOST_ROWS], count("en"), "and {count} more").draw())[-1]


def test_a_long_name_is_cut_where_the_bar_begins() -> None:
    assert svg.shortened("a" * 30, 20 * svg.CHARACTER + 1) == "a" * 19 + "…"
    assert svg.shortened("a" * 20, 20 * svg.CHARACTER + 1) == "a" * 20


def depths(picture: str) -> Iterator[float]:
    yield from (float(rect.get("fill-opacity") or 0) for rect in boxes(picture, "first"))


def test_cells_are_the_deeper_the_more_is_sold_and_closed_ones_have_a_dash() -> None:
    shares: list[float | None] = [0, 30, 100, None]
    cells = {(0, n): Cell(share, "words") for n, share in enumerate(shares)}

    picture = HeatMap("T", "S", ["Mon"], ["a", "b", "c", "d", "e"], cells, percent("en"), "closed").draw()

    *_, legend_least, _, _, _, legend_most = drawn = list(depths(picture))
    assert drawn[:3] == sorted(drawn[:3]) and len(set(drawn[:3])) == 3
    assert (drawn[0], drawn[2]) == (legend_least, legend_most)
    assert len(list(parsed(picture).iter(f"{SVG}line"))) == 2 + 1  # Two cells, and the key.
    assert [word for word in words(picture) if word.isdigit()] == ["0", "30", "100"]


@given(one=values, other=values)
def test_marks_are_round_enclose_everything_and_zero_and_are_few(one: int, other: int) -> None:
    marks = ticks(-one, other)

    assert marks[0] <= -one <= 0 <= other <= marks[-1]
    assert 0 in marks
    assert 2 <= len(marks) <= 9


def test_figures_are_written_in_both_languages() -> None:
    assert [money("en")(value) for value in (0, 123_450, 123_456_700, -500)] == ["₽0", "₽1,234.5", "₽1.23M", "−₽5"]
    assert money("ru")(123_456_700) == "1,23\u00a0млн\u00a0₽"
    assert (percent("en")(12.34), percent("ru")(12.34)) == ("12.3%", "12,3\u00a0%")
