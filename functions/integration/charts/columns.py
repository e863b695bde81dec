"""Upright columns over a time or an order: one value each, or several on top of each other; below zero they hang."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from integration.charts import svg
from integration.charts.numbers import Format, ticks
from integration.charts.svg import CHARACTER, Element

WIDTH, HEIGHT = 960, 440
TOP, BOTTOM, LEFT, RIGHT = 96, 40, 84, 24
WIDEST = 64
GAP = 0.25
"""The share of a column's place that stays free."""


@dataclass(frozen=True)
class Series:
    """What is drawn in one tone; one value for each column, below zero hanging from the axis."""

    name: str
    tone: str
    values: Sequence[float]


@dataclass(frozen=True)
class Columns:
    """A picture to be drawn; `most` fixes the top of the axis, as 100 does for shares."""

    title: str
    subtitle: str
    labels: Sequence[str]
    series: Sequence[Series]
    write: Format
    most: float | None = None

    def draw(self) -> str:
        """The picture as SVG."""
        return svg.document(WIDTH, HEIGHT, self.title, self.subtitle, self._parts())

    def _parts(self) -> Iterator[Element]:
        yield svg.label(LEFT - 60, 34, self.title, "title")
        yield svg.label(LEFT - 60, 56, self.subtitle, "faint")
        yield from legend(self.series, LEFT - 60, 80)
        scale = self._scale()
        for tick in scale.marks:
            yield svg.line(LEFT, scale.y(tick), WIDTH - RIGHT, scale.y(tick), "line" if tick else "axis")
            yield svg.label(LEFT - 8, scale.y(tick) + 4, self.write(tick), "faint", "small", "end")
        for number in range(len(self.labels)):
            yield from self._column(number, scale)
        yield from self._names()

    def _scale(self) -> "Scale":
        tops = [sum(max(each.values[n], 0) for each in self.series) for n in range(len(self.labels))]
        depths = [sum(min(each.values[n], 0) for each in self.series) for n in range(len(self.labels))]
        return Scale(ticks(min(depths, default=0), self.most or max(tops, default=0)))

    def _column(self, number: int, scale: "Scale") -> Iterator[Element]:
        place = self._place
        width = min(place * (1 - GAP), WIDEST)
        x = LEFT + place * (number + 0.5) - width / 2
        above = below = 0.0
        for each in self.series:
            value = each.values[number]
            start = above if value >= 0 else below
            top, foot = scale.y(max(start, start + value)), scale.y(min(start, start + value))
            hint = f"{self.labels[number]} · {each.name}: {self.write(abs(value))}"
            if foot > top:
                yield svg.box(x, top, width, foot - top, each.tone, hint)
            above, below = (above + value, below) if value >= 0 else (above, below + value)

    def _names(self) -> Iterator[Element]:
        """Below the columns: as many as find room, at equal distances."""
        room = max((len(name) for name in self.labels), default=1) * CHARACTER + 10
        every = max(1, ceil(room / self._place))
        for number in range(0, len(self.labels), every):
            x = LEFT + self._place * (number + 0.5)
            yield svg.label(x, HEIGHT - BOTTOM + 20, self.labels[number], "faint", "small", "middle")

    @property
    def _place(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(len(self.labels), 1)


@dataclass(frozen=True)
class Scale:
    """Where on the picture a value is, between the outermost marks."""

    marks: Sequence[float]

    def y(self, value: float) -> float:
        share = (value - self.marks[0]) / (self.marks[-1] - self.marks[0])
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)


def legend(series: Sequence[Series], x: float, y: float) -> Iterator[Element]:
    """Which tone is what, where there is more than one."""
    if len(series) < 2:
        return
    for each in series:
        yield svg.box(x, y - 10, 12, 12, each.tone, rx=2)
        yield svg.label(x + 18, y, each.name, "small")
        x += 18 + (len(each.name) + 3) * CHARACTER
