"""A table of cells whose depth says how much: the hours of a week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from integration.charts import svg
from integration.charts.numbers import Format
from integration.charts.svg import Element

WIDTH = 960
TOP, LEFT, RIGHT = 96, 72, 24
CELL = 34
FAINTEST = 0.06
DARK = 0.55
"""From this depth on, a cell takes the light letters."""


@dataclass(frozen=True)
class Cell:
    """A share of 0 to 100; None if nothing could have been. `words` are for the pointer."""

    share: float | None
    words: str


@dataclass(frozen=True)
class HeatMap:
    """A picture to be drawn; a cell is found by its row and column, and what is missing stays empty."""

    title: str
    subtitle: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Mapping[tuple[int, int], Cell]
    write: Format
    nothing: str

    def draw(self) -> str:
        """The picture as SVG."""
        height = TOP + CELL * len(self.rows) + 64
        return svg.document(WIDTH, height, self.title, self.subtitle, self._parts())

    def _parts(self) -> Iterator[Element]:
        yield svg.label(24, 34, self.title, "title")
        yield svg.label(24, 56, self.subtitle, "faint")
        for number, name in enumerate(self.columns):
            yield svg.label(self._x(number) + self._width / 2, TOP - 8, name, "faint", "small", "middle")
        for number, name in enumerate(self.rows):
            yield svg.label(LEFT - 12, TOP + CELL * number + CELL / 2 + 5, name, "end")
            for column in range(len(self.columns)):
                yield from self._cell(number, column)
        yield from self._key(TOP + CELL * len(self.rows) + 32)

    def _cell(self, row: int, column: int) -> Iterator[Element]:
        x, y, cell = self._x(column), TOP + CELL * row, self.cells.get((row, column))
        yield svg.box(x + 1, y + 1, self._width - 2, CELL - 2, "track", cell.words if cell else self.nothing, rx=4)
        if cell is None or cell.share is None:
            yield svg.line(x + self._width / 2 - 4, y + CELL / 2, x + self._width / 2 + 4, y + CELL / 2, "axis")
            return
        depth = _depth(cell.share)
        yield svg.box(x + 1, y + 1, self._width - 2, CELL - 2, "first", cell.words, rx=4, fill_opacity=depth)
        tone = ("on",) if depth >= DARK else ()
        yield svg.label(x + self._width / 2, y + CELL / 2 + 4, f"{cell.share:.0f}", "small", "middle", *tone)

    def _key(self, y: float) -> Iterator[Element]:
        """What the depths mean."""
        x = float(LEFT)
        for share in (0, 25, 50, 75, 100):
            yield svg.box(x, y - 12, 28, 14, "track", rx=3)
            yield svg.box(x, y - 12, 28, 14, "first", rx=3, fill_opacity=_depth(share))
            yield svg.label(x + 34, y, self.write(share), "faint", "small")
            x += 92
        yield svg.line(x + 10, y - 5, x + 18, y - 5, "axis")
        yield svg.label(x + 34, y, self.nothing, "faint", "small")

    @property
    def _width(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(len(self.columns), 1)

    def _x(self, column: int) -> float:
        return LEFT + self._width * column


def _depth(share: float) -> float:
    return FAINTEST + (1 - FAINTEST) * min(max(share, 0), 100) / 100
