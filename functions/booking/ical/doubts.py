"""Doubts about a calendar and what was assumed: in doubt the time is busy, and the importer is warned."""

from collections import Counter

from booking.ical.errors import MalformedCalendarError
from booking.ical.lines import Line
from booking.ical.warnings import Doubt
from shared_schemas.errors import Text

MOST = 50
MOST_OF_A_KIND = 10
"""So that one kind does not drown the others."""
CANNOT_BE_READ = Text("this value cannot be read", "это значение не читается")


class Doubts:
    """Keeps the first few of each kind and counts all of them."""

    def __init__(self) -> None:
        self.kept: list[Doubt] = []
        self.total = 0
        self._by_code: Counter[str] = Counter()

    def add(self, code: str, line: Line, uid: str | None, **params: object) -> None:
        self.total += 1
        self._by_code[code] += 1
        if len(self.kept) < MOST and self._by_code[code] <= MOST_OF_A_KIND:
            shown = {name: value[:80] if isinstance(value, str) else value for name, value in params.items()}
            self.kept.append(Doubt(code, line.name, line.number, uid[:255] if uid else None, shown))


def unreadable(line: Line, uid: str | None, problem: Text = CANNOT_BE_READ) -> MalformedCalendarError:
    """The refusal of a file because of one line; only a part of its value is shown."""
    return MalformedCalendarError(problem, line=line.number, property=line.name, uid=uid or None, value=line.value[:80])
