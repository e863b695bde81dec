"""The reports on a real database, fed with events."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from integration.composition import App, Outside
from integration.settings import IntegrationSettings
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.open_hours import OpenHours
from shared_schemas.calendar import Span
from shared_schemas.common import Money
from shared_schemas.events.envelope import Envelope
from shared_schemas.visits.purposes import VisitPurpose
from tests.support.booking.made import NOW, FixedClock
from tests.support.integration.reports import HALL, MONDAY, OTHER, paid, refunded, tariff, told
from tests.support.world import world

TABLES = ("hall_times", "visit_shares", "visits", "movements", "inbox", "events", "report_rebuilds", "revenue_days",
          "revenue_sums")  # fmt: skip
PURPOSES = get_args(VisitPurpose)
STATES = ("confirmed", "completed", "no_show", "cancelled", "expired")


@dataclass
class FixedHalls:
    """The halls as a test has them, open by their weekly hours."""

    halls: list[Hall] = field(default_factory=list)
    archived: set[UUID] = field(default_factory=set)

    def open_hours(self, first: date, after: date) -> Sequence[OpenHours]:
        """In two parts, as a long period would come."""
        middle = first + (after - first) / 2
        return [
            OpenHours(
                hall_id=hall.id, hall_name=hall.name, timezone=hall.timezone, parts=hall.parts,
                archived=hall.id in self.archived, open=_merged(_spans(hall, *days)),
            )
            for days in ((first, middle), (middle, after)) for hall in self.halls
        ]  # fmt: skip


def _spans(hall: Hall, first: date, after: date) -> Iterator[Span]:
    zone = ZoneInfo(hall.timezone)
    begin, end = (datetime.combine(day, time(), zone) for day in (first, after))
    for number in range(-1, (after - first).days):
        day = first + timedelta(days=number)
        for hours in hall.opening_hours:
            if hours.weekday == day.isoweekday():
                opens, closes = (datetime.combine(day, at, zone) for at in (hours.opens, hours.closes))
                closes += timedelta(days=closes <= opens)
                if max(opens, begin) < min(closes, end):
                    yield Span(start=max(opens, begin), end=min(closes, end))


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(start=merged[-1].start, end=max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


class Reporting:
    """The log, what reports are computed from, and the reports, on one schema."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.halls = FixedHalls()
        now = world("integration", IntegrationSettings, engine)
        later = replace(now, clock=FixedClock(NOW + timedelta(days=30)))
        app = App(now, Outside(halls=lambda _: self.halls))
        self.log, self.visits, self.reports = app.event_log, app.visits, app.reports
        self.days = App(later).revenue_days

    def clear(self) -> None:
        with self.engine.begin() as connection:
            for table in TABLES:
                connection.execute(text(f"DELETE FROM integration.{table}"))  # noqa: S608

    def take(self, events: Iterable[Envelope]) -> None:
        for event in events:
            self.visits.record(event)

    def stored(self) -> dict[str, list[str]]:
        """All that reports are computed from."""
        with self.engine.connect() as connection:
            return {
                table: sorted(connection.execute(text(f"SELECT t::text FROM integration.{table} t")).scalars())  # noqa: S608
                for table in TABLES[:4]
            }


UNDONE = {"completed": "confirmed", "no_show": "completed", "cancelled": "confirmed"}


def stories(seed: int, bookings: int, halls: Sequence[UUID] = (HALL, OTHER)) -> list[Envelope]:
    """The events of so many visits around a Monday, of all kinds and with all their money."""
    chance = random.Random(seed)
    return [event for _ in range(bookings) for event in _story(chance, halls)]


def _story(chance: random.Random, halls: Sequence[UUID]) -> list[Envelope]:
    booking, start = UUID(int=chance.getrandbits(128)), MONDAY + timedelta(minutes=15 * chance.randrange(96 * 40))
    end = start + timedelta(minutes=15 * chance.randrange(1, 96))
    hall, made = chance.choice(halls), NOW - timedelta(hours=chance.randrange(24 * 60))
    also = [chance.choice([h for h in halls if h != hall])] if len(halls) > 1 and chance.random() < 0.2 else []
    total, promo = chance.randrange(1, 10**6), chance.choice([None, "SPRING", "=SUM(A1)"])
    facts = {
        "hall_id": hall, "also_hall_ids": also, "start": start, "end": end, "total": Money(amount=total),
        "tariffs": [tariff(n, chance.randrange(10**5), 60, h) for h in (hall, *also) for n in ("Day", "Evening")],
        # By the id: another draw would make all that follows another story.
        "visit_purpose": PURPOSES[booking.int % len(PURPOSES)],
        "timezone": chance.choice(["Europe/Moscow", "Europe/Berlin", "Asia/Kathmandu"]),
        "promo_code": promo, "promo_discount": Money(amount=chance.randrange(1000)) if promo else None,
    }  # fmt: skip
    events = [told("booking.created", booking, 1, made, **facts)]
    ended = chance.choice(STATES)
    if ended != "expired":
        at = made + timedelta(minutes=chance.randrange(1, 60))
        events.append(told("booking.confirmed", booking, 2, at, **facts, status="confirmed"))
        events.append(paid(booking, total, at, chance.choice(["yookassa", "sberpay", "tkassa"])))
    if chance.random() < 0.3:
        events.append(refunded(paid(booking, total, made), chance.randrange(1, total + 1), made + timedelta(days=2)))
    if ended != "confirmed":
        events.append(told(f"booking.{ended}", booking, 5, made + timedelta(days=3), **facts, status=ended))
    if ended in UNDONE and chance.random() < 0.3:
        at = made + timedelta(days=3, hours=1)
        back = facts | {"status": UNDONE[ended], "undone": ended}
        events.append(told("booking.reinstated", booking, 6, at, **back))
    return events
