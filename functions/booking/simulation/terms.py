"""What other rules of the studio's terms would have meant for sold visits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from booking.calendar.hall_time import HallTime
from booking.prices.rounding import share
from booking.quotes.terms import sale_terms
from booking.settings import BookingSettings
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.policy import Policy
from shared_schemas.booking.simulation import RuleUse, SimulatedTerms
from shared_schemas.common import Money


@dataclass
class TermsTally:
    """The terms of the visits seen so far, each as if it had been sold under `policy` when it was sold."""

    policy: Policy
    settings: BookingSettings
    too_short: int = 0
    asked: int = 0
    simulated: int = 0
    uses: Counter[str] = field(default_factory=Counter)

    def count(self, booking: Booking, times: Sequence[HallTime], total: int | None) -> None:
        """A visit with its simulated price; without one its own counts."""
        slot = TimeRange(booking.start, booking.end).utc()
        sold_at = booking.priced_at or booking.created_at
        terms = sale_terms(self.policy, times, slot, booking.purpose, sold_at, self.settings)
        self.too_short += slot.duration.total_seconds() < 60 * terms.min_minutes
        self.asked += booking.prepayment.amount
        self.simulated += share(booking.total.amount if total is None else total, terms.prepayment_percent)
        self.uses.update({origin.rule for origin in terms.by})

    def told(self) -> SimulatedTerms:
        rules = [RuleUse(rule=rule.name, visits=self.uses[rule.name]) for rule in self.policy.rules]
        return SimulatedTerms(
            too_short=self.too_short,
            prepayment=Money(amount=self.asked),
            simulated_prepayment=Money(amount=self.simulated),
            rules=rules,
        )
