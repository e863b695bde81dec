"""What visits of one length cost, by when they start: the prices of a whole month for little more than one quote's.

The arithmetic is that of a quote (`booking.prices.pricing.summed`). Only the time itself is added up beforehand, and a
sum that was seen before is not reckoned again: all that surcharges and discounts know of a visit is how long it is, for
how many, what its time costs, and which rules are chosen for it by when it starts."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import accumulate, chain, pairwise
from zoneinfo import ZoneInfo

from booking.hours.domain import StudioDays
from booking.prices.choosing import NOTHING, Choice, Chosen
from booking.prices.pricing import summed
from booking.prices.rates import NOT_FOR_SALE, QUARTERS, Rates
from booking.prices.visit import Visit
from booking.time.grid import DAY, local_midnight
from booking.time.ranges import STEP, TimeRange
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.prices import TariffVersion
from shared_schemas.errors import RuleViolationError
from shared_schemas.visits.purposes import PHOTO, VisitPurpose

STEP_SECONDS = int(STEP.total_seconds())


class StartPrices:
    """The prices of one hall for visits that start on the local days from `first` to `last`, without add-ons."""

    def __init__(
        self,
        hall: Hall,
        prices: TariffVersion,
        days: StudioDays,
        first: date,
        last: date,
        minutes: int,
        people: int,
        purpose: VisitPurpose = PHOTO,
        now: datetime | None = None,
    ) -> None:
        """`now` is when they would be sold, for rules that ask how soon a visit is."""
        self._hall, self._prices, self._people = hall, prices, people
        self._cells = minutes * 60 // STEP_SECONDS
        zone = ZoneInfo(hall.timezone)
        begins = local_midnight(first, zone)
        any_of_them = Visit(TimeRange(begins, begins + STEP * self._cells), people, purpose, now)
        self._choice = Choice(hall, prices, days, any_of_them)
        self._from = int(begins.timestamp())
        rates, beyond = Rates(hall, prices, days, purpose), last + DAY * (2 + minutes // (24 * 60))
        self._sums = list(accumulate(chain.from_iterable(_costs(rates, zone, first, beyond)), initial=0))
        self._known: dict[tuple[int, ...], int | None] = {}

    def total(self, start: int) -> int | None:
        """In kopecks, of a visit that starts then (on the grid, in seconds since 1970); None where a quote fails."""
        place = (start - self._from) // STEP_SECONDS
        time = self._sums[place + self._cells] - self._sums[place]
        # Most price lists have no such rules, and a month has thousands of starts.
        chosen = NOTHING if self._choice.is_plain else self.chosen(start)
        key = (time,) if chosen is NOTHING else (time, *chosen.key)
        if key not in self._known:
            self._known[key] = self._total(time, chosen)
        return self._known[key]

    def chosen(self, start: int) -> Chosen:
        """The rules that are for a visit by when it starts."""
        return self._choice.at(datetime.fromtimestamp(start, UTC))

    def _total(self, time: int, chosen: Chosen) -> int | None:
        if time >= NOT_FOR_SALE:
            return None
        amounts = {self._hall.id: time}
        try:
            return summed(
                [self._hall], self._cells, self._people, self._prices, amounts, (), None, {self._hall.id: chosen}
            )[1]
        except RuleViolationError:
            return None


def _costs(rates: Rates, zone: ZoneInfo, first: date, beyond: date) -> Iterator[Sequence[int]]:
    """What the cells of each local day cost, in order."""
    days = [first + DAY * place for place in range((beyond - first).days)]
    midnights = [local_midnight(day, zone) for day in [*days, beyond]]
    for day, (begins, ends) in zip(days, pairwise(midnights), strict=True):
        costs = rates.costs(day)
        if ends - begins == DAY:
            yield costs
        else:
            yield [costs[_quarter(begins + STEP * cell, zone)] for cell in range((ends - begins) // STEP)]


def _quarter(instant: datetime, zone: ZoneInfo) -> int:
    """Which of the day's quarters the clock shows."""
    local = instant.astimezone(zone)
    return (local.hour * 60 + local.minute) * len(QUARTERS) // (24 * 60)
