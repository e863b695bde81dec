"""A studio in memory, for use cases of sales: one hall with a price, a customer, and a clock that tests move."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from booking.bookings.domain.booking import move
from booking.bookings.services.changes import Changes
from booking.bookings.services.lines import Lines
from booking.bookings.services.orders import Sale
from booking.bookings.services.records import Step
from booking.bookings.services.sales import Sales
from booking.halls.domain import spaces, waited_for
from booking.settings import BookingSettings
from booking.time.ranges import TimeRange
from booking.waitlist.ports import Waiting
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, OrderDetails
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.booking.waitlist import WaitlistEntry
from shared_schemas.common import Role
from tests.support.booking.made import FixedClock, hall, tariff
from tests.support.booking.memory import Memory, NoAlternatives
from tests.support.booking.prices import WEDNESDAY_NOON, price_list

MANAGER = Identity(str(uuid4()), Role.MANAGER)
HOUR = timedelta(hours=1)


class MemoryStudio:
    """Two hours at noon cost 4000 roubles, half of them in advance."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.clock = FixedClock()
        self.sales = Sales(self.clock, BookingSettings(service="booking", database_url="unused"))
        alternatives: Any = NoAlternatives()
        self.changes = Changes(self.memory.begin, self.clock, self.sales, alternatives)
        self.lines = Lines(self.memory.begin, self.clock, self.sales)
        self.customer = Identity(str(uuid4()), Role.CLIENT)
        self.memory.state.tariffs = price_list(tariff(200_000))
        self.hall = self.add_hall()

    def add_hall(self, **changes: Any) -> Hall:
        made = hall(**changes)
        self.memory.state.halls[made.id] = made
        return made

    def sale(self, hour: float = 0, hours: float = 2, hall: Hall | None = None, **changes: Any) -> Sale:
        """So many hours from so many after noon on."""
        start = WEDNESDAY_NOON + hour * HOUR
        own = {name: changes.pop(name) for name in list(changes) if name in Sale.__dataclass_fields__}
        said = {name: changes.pop(name) for name in list(changes) if name in OrderDetails.model_fields}
        request = SlotRequest(hall_id=(hall or self.hall).id, start=start, end=start + hours * HOUR, **changes)
        whose = {"customer_id": self.customer.user_id, "actor": self.customer.subject}
        return Sale(request, details=OrderDetails(**said), **{**whose, **own})

    def sell(self, hour: float = 0, hours: float = 2, **changes: Any) -> Booking:
        return self.make(self.sale(hour, hours, **changes))

    def make(self, sale: Sale) -> Booking:
        with self.memory.begin() as work:
            made = self.sales.make(work, sale)
            work.commit()
        return made

    def paid(self, hour: float = 0, hours: float = 2, **changes: Any) -> Booking:
        """A booking that is confirmed by its prepayment."""
        held = self.sell(hour, hours, **changes)
        with self.memory.begin() as work:
            after = move(held, "confirmed", paid=held.prepayment)
            step = Step(held, after, "confirm", "till", self.clock.now())
            confirmed = self.sales.confirm(work, step)
            work.commit()
        return confirmed

    def stored(self, booking: Booking) -> Booking:
        return self.memory.state.bookings[booking.id]

    def claimed(self, booking: Booking) -> list[TimeRange]:
        return [claim.during for claim in self.memory.state.claims if claim.owner_id == booking.id]

    def events(self) -> list[str]:
        return [event.type for event in self.memory.state.events]

    def waits(self, booking: Booking, who: UUID | None = None, **changes: Any) -> WaitlistEntry:
        """Somebody waits for a booking's very slot."""
        hall = self.memory.state.halls[booking.hall_id]
        entry = WaitlistEntry(
            id=uuid4(),
            customer_id=who or uuid4(),
            status="waiting",
            created_at=self.clock.now(),
            **{"hall_id": hall.id, "start": booking.start, "end": booking.end, **changes},
        )
        taken = waited_for([hall], TimeRange(entry.start, entry.end).utc())
        self.memory.state.waiting[entry.id] = Waiting(entry, frozenset(spaces(hall)), taken)
        return entry
