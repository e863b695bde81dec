"""What sold visits would have earned under another price list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from booking.calendar.hall_time import HallTime
from booking.calendar.refusals import needed_window
from booking.errors import InvalidPeriodError
from booking.extras.errors import PromoCodeNotFoundError
from booking.halls.named import require_halls
from booking.prices.errors import NoTariffError
from booking.prices.time_price import time_price
from booking.prices.visit import Visit, was_near_birthday
from booking.settings import BookingSettings
from booking.simulation.ports import Work
from booking.simulation.terms import TermsTally
from booking.terms.validation import halls_of, rules_violations
from booking.time.ranges import TimeRange
from core.http.paging import Cursor
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.extras import PromoCode
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import TermsRule
from shared_schemas.booking.prices import TariffVersion
from shared_schemas.booking.simulation import HallSimulation, Simulation, SimulationRequest
from shared_schemas.common import Money, SignedMoney
from shared_schemas.errors import RuleViolationError

MAX_DAYS = 366
PAGE = 500
"""Bookings in memory at a time."""


@dataclass
class Tally:
    """Sums, in kopecks, of the bookings seen so far."""

    bookings: int = 0
    sold: int = 0
    simulated: int = 0
    unpriced: int = 0

    def count(self, sold: int, simulated: int | None) -> None:
        """Without a simulated price, a booking is in neither sum."""
        self.bookings += 1
        if simulated is None:
            self.unpriced += 1
        else:
            self.sold += sold
            self.simulated += simulated


@dataclass(frozen=True)
class Replay:
    """Prices bookings again, with the add-ons and the promo code that they were sold with."""

    work: Work
    tariffs: TariffVersion
    codes: dict[str, PromoCode | None]
    terms: TermsTally | None = None

    def tally(self, hall: Hall, request: SimulationRequest) -> Tally:
        """The bookings of a hall; one of several halls counts under its first."""
        tally = Tally()
        for page in self._pages(hall, request):
            times = self._times(page)
            for booking in page:
                tally.count(booking.total.amount, self._simulated(booking, times))
        return tally

    def _pages(self, hall: Hall, request: SimulationRequest) -> Iterator[list[Booking]]:
        after: Cursor | None = None
        while page := self.work.bookings.sold(hall.id, request.from_, request.to, after, PAGE):
            yield page
            after = page[-1].start, page[-1].id

    def _times(self, page: Sequence[Booking]) -> dict[UUID, HallTime]:
        span = TimeRange(page[0].start, max(booking.end for booking in page)).utc()
        named = {hall_id for booking in page for hall_id in (booking.hall_id, *booking.also_hall_ids)}
        return {time.hall.id: time for time in self.work.times.of(needed_window(span), named)}

    def _simulated(self, booking: Booking, times: Mapping[UUID, HallTime]) -> int | None:
        halls = [times[hall_id] for hall_id in (booking.hall_id, *booking.also_hall_ids)]
        promo = self._promo(booking)
        total: int | None = None
        with suppress(NoTariffError, RuleViolationError):
            total = self._total(booking, halls, promo)
        if self.terms:
            self.terms.count(booking, halls, total)
        return total

    def _total(self, booking: Booking, halls: Sequence[HallTime], promo: PromoCode | None) -> int:
        slot = TimeRange(booking.start, booking.end).utc()
        visit = Visit(
            slot, booking.people, booking.purpose, booking.priced_at or booking.created_at,
            is_near_birthday=was_near_birthday(booking),
        )  # fmt: skip
        return time_price(self.tariffs, halls, visit, booking.add_ons, promo, 0).total.amount

    def _promo(self, booking: Booking) -> PromoCode | None:
        """A code that is gone took off what it took off."""
        code = booking.promo_code
        if code is None:
            return None
        if code not in self.codes:
            self.codes[code] = self._find(code)
        off = -sum(found.amount.amount for found in booking.adjustments if found.kind == "promo_code")
        return self.codes[code] or PromoCode(id=uuid4(), code=code, amount=Money(amount=off))

    def _find(self, code: str) -> PromoCode | None:
        try:
            return self.work.promo_codes.find(code)
        except PromoCodeNotFoundError:
            return None


class Simulations:
    """Compare a price list with what was sold."""

    def __init__(self, unit_of_work: Callable[[], Work], settings: BookingSettings) -> None:
        self._unit_of_work = unit_of_work
        self._settings = settings

    def simulate(self, number: int, request: SimulationRequest) -> Simulation:
        """Price a period's visits by a version, whatever its status, and see what drafted rules of the terms would have
        meant for them; nothing is changed.

        `InvalidPeriodError`; `TariffVersionNotFoundError`; `RuleViolationError` or `HallNotFoundError` for rules that
        contradict themselves."""
        if not 0 < (request.to - request.from_).days <= MAX_DAYS:
            raise InvalidPeriodError(max_days=MAX_DAYS)
        with self._unit_of_work() as work:
            terms = None if request.rules is None else self._terms(work, request.rules)
            replay = Replay(work, work.prices.get(number), {}, terms)
            tallies = [(hall, replay.tally(hall, request)) for hall in work.halls.all(archived=True)]
        seen = [(hall, tally) for hall, tally in tallies if tally.bookings]
        halls = [HallSimulation(hall_id=hall.id, hall_name=hall.name, **_sums([tally])) for hall, tally in seen]
        sums = _sums([tally for _, tally in seen])
        return Simulation(version=number, halls=halls, terms=terms.told() if terms else None, **sums)

    def _terms(self, work: Work, rules: Sequence[TermsRule]) -> TermsTally:
        if found := rules_violations(rules):
            raise RuleViolationError(found)
        require_halls(work.halls, halls_of(rules))
        return TermsTally(work.policies.current().model_copy(update={"rules": list(rules)}), self._settings)


def _sums(tallies: Sequence[Tally]) -> dict[str, Any]:
    sold, simulated = sum(tally.sold for tally in tallies), sum(tally.simulated for tally in tallies)
    return {
        "bookings": sum(tally.bookings for tally in tallies),
        "sold": Money(amount=sold),
        "simulated": Money(amount=simulated),
        "change": SignedMoney(amount=simulated - sold),
        "unpriced": sum(tally.unpriced for tally in tallies),
    }
