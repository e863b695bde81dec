"""Bars that lie one below the other, for what has names: halls, tariffs, promo codes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from integration.charts import svg
from integration.charts.numbers import Format
from integration.charts.svg import Element

WIDTH = 960
TOP, BOTTOM, LEFT, RIGHT = 84, 24, 250, 190
ROW, THICK = 30, 18
MOST_ROWS = 40


@dataclass(frozen=True)
class Bar:
    """One row; `note` stands behind its end."""

    name: str
    value: float
    note: str = ""


@dataclass(frozen=True)
class Bars:
    """A picture to be drawn; of more than forty rows those below are only counted, in words that `more` makes."""

    title: str
    subtitle: str
    rows: Sequence[Bar]
    write: Format
    more: str
    most: float | None = None
    tone: str = "first"

    def draw(self) -> str:
        """The picture as SVG."""
        shown = min(len(self.rows), MOST_ROWS)
        height = TOP + ROW * max(shown + (len(self.rows) > shown), 1) + BOTTOM
        return svg.document(WIDTH, height, self.title, self.subtitle, self._parts())

    def _parts(self) -> Iterator[Element]:
        yield svg.label(24, 34, self.title, "title")
        yield svg.label(24, 56, self.subtitle, "faint")
        widest = self.most or max((abs(row.value) for row in self.rows), default=0) or 1
        for number, row in enumerate(self.rows[:MOST_ROWS]):
            yield from self._row(row, TOP + ROW * number, widest)
        if len(self.rows) > MOST_ROWS:
            rest = self.more.format(count=len(self.rows) - MOST_ROWS)
            yield svg.label(LEFT, TOP + ROW * MOST_ROWS + THICK - 4, rest, "faint")

    def _row(self, row: Bar, y: float, widest: float) -> Iterator[Element]:
        whole = WIDTH - LEFT - RIGHT
        tone = "bad" if row.value < 0 else self.tone
        written = self.write(row.value)
        yield svg.label(LEFT - 12, y + THICK - 4, svg.shortened(row.name, LEFT - 36), "end")
        yield svg.box(LEFT, y, whole, THICK, "track", rx=3)
        yield svg.box(LEFT, y, whole * min(abs(row.value) / widest, 1), THICK, tone, f"{row.name}: {written}", rx=3)
        yield svg.label(LEFT + whole + 12, y + THICK - 4, f"{written}  {row.note}".rstrip())
