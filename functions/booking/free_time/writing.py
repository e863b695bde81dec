"""Free time as JSON, written from bits: a contract for each of thirty thousand starts would cost more than all else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from booking.calendar.judge import Broken, Starts, broken
from booking.calendar.timetable import Timetable
from booking.free_time.day_texts import DayTexts, day_texts, instant_text
from booking.prices.choosing import names_of
from booking.prices.start_prices import StartPrices
from booking.time.cells import CELL_SECONDS, floor, ones, places
from booking.time.grid import DAY
from shared_schemas.common import Money

AMOUNTS_KEPT = 4096


@dataclass(frozen=True)
class Asked:
    """What is asked about some days of a hall, both inclusive; `length` in quarters of an hour. `explain` adds why
    each other quarter is no start."""

    first: date
    last: date
    length: int
    people: int
    now: datetime
    explain: bool = False


class FreeDays:
    """The days of one hall."""

    def __init__(self, table: Timetable, asked: Asked, prices: StartPrices | None = None) -> None:
        self._table, self._asked, self._prices = table, asked, prices
        zone = table.hall.timezone
        self._days = [
            day_texts(asked.first + DAY * place, zone) for place in range((asked.last - asked.first).days + 1)
        ]
        self._first = first = self._days[0].cells.start
        count = self._days[-1].cells.stop - first
        starts = Starts(first, count, asked.length, asked.people, asked.now.timestamp())
        self._broken = broken(table, starts)
        self._starts = starts.all
        for _, breaking in self._broken:
            self._starts &= ~breaking
        self._now = floor(asked.now)
        ahead = starts.all & ~ones(min(self._now - first, count))
        self._free = table.openings.since(first) & table.unclaimed.since(first) & ahead

    def text(self) -> str:
        """Each as an `AvailabilityDay`, separated by commas."""
        return ",".join(map(self._day, self._days))

    def _day(self, day: DayTexts) -> str:
        starts, free = day.of(self._starts, self._first), day.of(self._free, self._first)
        text = f'{{"date":"{day.date}","free":{day.spans(free, self._since(day, free))},"starts":[{day.begins(starts)}]'
        if self._asked.explain:
            text += f',"closed":[{",".join(self._closed(day, ~starts & ones(len(day.cells))))}]'
        if self._prices:
            text += f',"prices":[{",".join(self._priced(day, starts, self._prices))}]'
        return text + "}"

    def _since(self, day: DayTexts, free: int) -> str | None:
        """Now, where free time that has begun goes on."""
        begun = self._now in day.cells and free >> (self._now - day.cells.start) & 1
        return instant_text(self._asked.now.astimezone(self._table.zone)) if begun else None

    def _closed(self, day: DayTexts, closed: int) -> Iterator[str]:
        """Each as a `ClosedStart`."""
        told: dict[int, str] = {}
        of_day = [(code, day.of(bits, self._first)) for code, bits in self._broken]
        for codes, bits in _alike(closed, of_day):
            ends = f',"codes":{json.dumps(codes, separators=(",", ":"))}'
            for place in places(bits):
                rule = self._rule(day.cells[place]) if "too_short" in codes else ""
                told[place] = f'{{"start":{day.instants[place]}{ends}{rule}}}'
        return (told[place] for place in sorted(told))

    def _rule(self, cell: int) -> str:
        """The rule of the studio's terms that asks for more time."""
        rule = self._table.minimum.rule_at(CELL_SECONDS * cell, self._asked.now.timestamp())
        return f',"rule":{_quoted(rule.name)}' if rule else ""

    def _priced(self, day: DayTexts, starts: int, prices: StartPrices) -> Iterator[str]:
        """Each start that has a price as a `StartPrice`."""
        for place in places(starts):
            start = CELL_SECONDS * day.cells[place]
            if (total := prices.total(start)) is not None:
                by = f',"by":[{",".join(map(_quoted, names_of(prices.chosen(start))))}]' if self._asked.explain else ""
                yield f'{{"start":{day.instants[place]},"total":{_money(total)}{by}}}'


def _alike(closed: int, broken_by: Broken) -> list[tuple[list[str], int]]:
    """The closed starts, those together that break the same rules."""
    found: list[tuple[list[str], int]] = [([], closed)]
    for code, breaking in broken_by:
        halves = [
            half for codes, bits in found for half in ((codes, bits & ~breaking), ([*codes, code], bits & breaking))
        ]
        found = [(codes, bits) for codes, bits in halves if bits]
    return found


@lru_cache(AMOUNTS_KEPT)
def _money(amount: int) -> str:
    return Money(amount=amount).model_dump_json()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
