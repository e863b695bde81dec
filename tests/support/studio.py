"""The booking service as a test drives it: on a real database, with its own clock and broker."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from booking.errors import PaymentNotCollectedError
from booking.holiday_calendar import is_known_country, public_holiday
from booking.ports import Claim, Work
from booking.repository import BookingUnitOfWork
from booking.service_availability import Alternatives, Availabilities
from booking.service_bookings import Bookings
from booking.service_changes import Changes
from booking.service_halls import Halls
from booking.service_offers import Offers
from booking.service_policy import Policies
from booking.service_prices import Prices
from booking.service_quotes import Quotes
from booking.service_sales import Sales
from booking.service_visits import Visits
from booking.service_waitlist import Waitlist
from booking.settings import BookingSettings
from booking.tables import delivery
from core.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking import Booking, BookingRequest, ConfirmRequest
from shared_schemas.common import Money, Role
from shared_schemas.halls import Availability, AvailabilityQuery, Hall, HallRequest
from shared_schemas.payment import CollectedPayment
from shared_schemas.prices import TariffRequest
from tests.support.booking import FixedClock, hours
from tests.support.database import RecordingPublisher

START = datetime(2026, 12, 2, 12, tzinfo=ZoneInfo("Europe/Moscow"))
INTEGRATION = Identity("integration", Role.SERVICE)
MANAGER = Identity(str(uuid4()), Role.MANAGER)


class Till:
    """The payment service as Booking asks it: what tests say came in, came in. `returning` is on its way back by the
    payment service's own decision."""

    def __init__(self) -> None:
        self.returning = 0
        self._taken: dict[UUID, CollectedPayment] = {}

    def takes(self, booking_id: UUID, request: ConfirmRequest) -> None:
        if request.payment_id and request.paid and request.payment_id not in self._taken:
            self._taken[request.payment_id] = CollectedPayment(
                payment_id=request.payment_id,
                booking_id=booking_id,
                taken=request.paid,
                returning=Money(amount=self.returning),
            )

    def collected(self, payment_id: UUID) -> CollectedPayment:
        if payment_id not in self._taken:
            raise PaymentNotCollectedError(payment_id=str(payment_id))
        return self._taken[payment_id]


class Register:
    """The gateway's accounts as Booking asks for them: everybody has one but those named."""

    def __init__(self, *nobody: UUID) -> None:
        self._nobody = nobody

    def exists(self, customer_id: UUID) -> bool:
        return customer_id not in self._nobody


class PaidBookings(Bookings):
    """Every payment that a test confirms by has been collected."""

    def __init__(self, work: Callable[[], Work], clock: FixedClock, sales: Sales, till: Till) -> None:
        super().__init__(work, clock, sales, till)
        self._till = till

    def confirm(self, booking_id: UUID, request: ConfirmRequest, caller: Identity) -> Booking:
        self._till.takes(booking_id, request)
        return super().confirm(booking_id, request, caller)


class Studio:
    """The booking service with a clock and a broker that the test controls."""

    def __init__(self, engine: Engine, broker: RecordingPublisher | None = None) -> None:
        self.engine = engine
        self.clock = FixedClock()
        self.broker = broker or RecordingPublisher()
        self.settings = BookingSettings(service="booking", database_url="unused")
        self.work = partial(BookingUnitOfWork, engine, delivery, self.broker, self.clock, public_holiday)
        self.sales = Sales(self.clock, self.settings, self._freed)
        self.halls = Halls(self.work, self.clock, is_known_country)
        self.availabilities = Availabilities(self.work, self.clock)
        self.alternatives = Alternatives(self.work, self.clock, self.settings)
        self.prices = Prices(self.work, self.clock)
        self.quotes = Quotes(self.work, self.clock, self.settings)
        self.till = Till()
        self.bookings_as_they_are = Bookings(self.work, self.clock, self.sales, self.till)
        self.bookings = PaidBookings(self.work, self.clock, self.sales, self.till)
        self.changes = Changes(self.work, self.clock, self.sales, self._freed)
        self.visits = Visits(self.work, self.clock, self.sales)
        self.policies = Policies(self.work, self.clock)
        self.waitlist = Waitlist(self.work, self.clock, self.sales)
        self.offers = Offers(self.work, self.clock, self.sales)
        self.customer = Identity(str(uuid4()), Role.CLIENT)

    def _freed(self, work: Work, claims: Sequence[Claim]) -> None:
        self.offers.offer_freed(work, claims)

    def hall(self, **changes: Any) -> Hall:
        """A hall open from 9 to 22, with a price."""
        values: dict[str, Any] = {
            "name": f"Hall {uuid4()}",
            "capacity": 5,
            "opening_hours": hours(time(9), time(22)),
        }
        hall = self.halls.add(HallRequest.model_validate(values | changes), None)
        self.tariff(hall)
        return hall

    def tariff(self, hall: Hall | None = None, amount: int = 200_000, **changes: Any) -> None:
        """A price an hour, in kopecks."""
        values: dict[str, Any] = {"hall_id": hall and hall.id, "name": "Base", "price_per_hour": Money(amount=amount)}
        self.prices.add_tariff(TariffRequest.model_validate(values | changes), MANAGER, None)

    def request(self, hall: Hall, start: datetime = START, hours: float = 2, **changes: Any) -> BookingRequest:
        values = {"hall_id": hall.id, "start": start, "end": start + timedelta(hours=hours)}
        return BookingRequest.model_validate(values | changes)

    def book(
        self,
        hall: Hall,
        start: datetime = START,
        hours: float = 2,
        key: IdempotencyKey | None = None,
        caller: Identity | None = None,
        **changes: Any,
    ) -> Booking:
        return self.bookings.create(self.request(hall, start, hours, **changes), caller or self.customer, key)

    def paid(self, hall: Hall, start: datetime = START, hours: float = 2, **changes: Any) -> Booking:
        """A booking that is confirmed by its prepayment."""
        return self.pay(self.book(hall, start, hours, **changes), uuid4())

    def pay(self, booking: Booking, payment_id: UUID, amount: int | None = None) -> Booking:
        paid = Money(amount=booking.prepayment.amount if amount is None else amount)
        return self.bookings.confirm(booking.id, ConfirmRequest(payment_id=payment_id, paid=paid), INTEGRATION)

    def availability(self, hall: Hall, day: datetime = START, **changes: Any) -> Availability:
        """One local day."""
        values = {"from": day.date(), "to": day.date() + timedelta(days=1)}
        return self.availabilities.of_hall(hall.id, AvailabilityQuery.model_validate(values | changes))

    def claims(self, hall: Hall) -> int:
        with self.engine.connect() as connection:
            query = text("SELECT count(*) FROM booking.occupancy WHERE hall_id = :hall")
            return int(connection.execute(query, {"hall": hall.id}).scalar_one())

    def events(self) -> list[str]:
        return [envelope.type for envelope in self.broker.taken]
