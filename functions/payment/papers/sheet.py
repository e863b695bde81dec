"""Text and tables on pages: what is too long is wrapped, what does not fit goes on the next page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from payment.papers.fonts import BOLD, REGULAR, font
from payment.papers.pdf import HEIGHT, WIDTH, Page

LEFT, RIGHT, TOP, BOTTOM = 40.0, WIDTH - 40.0, 40.0, HEIGHT - 40.0
ROOM = RIGHT - LEFT
LEADING, PADDING = 1.25, 3.0


@dataclass(frozen=True)
class Column:
    """One of a table, in points; numbers stand at the right."""

    title: str
    width: float
    right: bool = False


@dataclass
class Sheet:
    """Pages that are filled from top to bottom; `y` is where the next thing begins."""

    pages: list[Page] = field(default_factory=lambda: [Page()])
    y: float = TOP

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def make_room(self, height: float) -> None:
        if self.y + height > BOTTOM:
            self.pages.append(Page())
            self.y = TOP

    def skip(self, height: float) -> None:
        self.y += height

    def rule(self, width: float = 0.5) -> None:
        self.page.line(LEFT, self.y, RIGHT, self.y, width)

    def say(self, text: str, size: float = 9, name: str = REGULAR, x: float = LEFT, width: float = ROOM) -> None:
        """A paragraph."""
        for line in wrapped(text, width, size, name):
            self.make_room(size * LEADING)
            self.page.text(x, self.y + size, line, size, name)
            self.y += size * LEADING

    def say_right(self, text: str, right: float, size: float = 9, name: str = REGULAR) -> None:
        """One line that ends at `right`; the next thing begins beside it."""
        self.page.text(right - font(name).width(text, size), self.y + size, text, size, name)

    def labelled(self, label: str, text: str, indent: float = 80, size: float = 9) -> None:
        """A paragraph in bold letters beside its label."""
        lines = wrapped(text, ROOM - indent, size, BOLD)
        self.make_room(len(lines) * size * LEADING)
        self.page.text(LEFT, self.y + size, label, size)
        self.say(text, size, BOLD, LEFT + indent, ROOM - indent)
        self.skip(size * 0.5)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], size: float = 8.5) -> None:
        """With a frame around each cell, and the titles again on each page."""
        titles = [column.title for column in columns]
        self._row(columns, titles, size, BOLD, titled=False)
        for row in rows:
            before = len(self.pages)
            self.make_room(self._height(columns, row, size, REGULAR))
            if len(self.pages) > before:
                self._row(columns, titles, size, BOLD, titled=False)
            self._row(columns, row, size, REGULAR)

    def _height(self, columns: Sequence[Column], row: Sequence[str], size: float, name: str) -> float:
        cells = zip(columns, row, strict=True)
        lines = max(len(wrapped(text, column.width - 2 * PADDING, size, name)) for column, text in cells)
        return lines * size * LEADING + 2 * PADDING

    def _row(
        self, columns: Sequence[Column], row: Sequence[str], size: float, name: str, *, titled: bool = True
    ) -> None:
        height, x = self._height(columns, row, size, name), LEFT
        self.make_room(height)
        for column, text in zip(columns, row, strict=True):
            self.page.frame(x, self.y, column.width, height)
            y = self.y + PADDING
            for line in wrapped(text, column.width - 2 * PADDING, size, name):
                space = column.width - 2 * PADDING - font(name).width(line, size)
                shift = (space if column.right else 0) if titled else space / 2
                self.page.text(x + PADDING + shift, y + size, line, size, name)
                y += size * LEADING
            x += column.width
        self.y += height


def wrapped(text: str, width: float, size: float, name: str = REGULAR) -> list[str]:
    """The lines of a text that is no wider than `width`; a word that is, is broken."""
    lines, line, face = [], "", font(name)
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if face.width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while face.width(line, size) > width and len(line) > 1:
            kept = next(
                count for count in range(len(line) - 1, 0, -1) if count == 1 or face.width(line[:count], size) <= width
            )
            lines.append(line[:kept])
            line = line[kept:]
    return [*lines, line]
