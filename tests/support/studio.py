"""The booking service as a test drives it: on a real database, with its own clock and broker."""

from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from booking.repository import BookingUnitOfWork
from booking.service_bookings import Bookings
from booking.service_catalogue import Catalogue
from booking.settings import BookingSettings
from booking.tables import delivery
from core.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking import Booking, BookingRequest, ConfirmRequest, Hall, HallRequest, TariffRequest
from shared_schemas.common import Money, Role
from tests.support.booking import FixedClock, hours
from tests.support.database import RecordingPublisher

START = datetime(2026, 12, 2, 12, tzinfo=ZoneInfo("Europe/Moscow"))
INTEGRATION = Identity("integration", Role.SERVICE)
MANAGER = Identity(str(uuid4()), Role.MANAGER)


class Studio:
    """The booking service with a clock and a broker that the test controls."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.clock = FixedClock()
        self.broker = RecordingPublisher()
        settings = BookingSettings(service="booking", database_url="unused")
        work = partial(BookingUnitOfWork, engine, delivery, self.broker, self.clock, "booking")
        self.catalogue = Catalogue(work, self.clock, settings)
        self.bookings = Bookings(work, self.clock, settings)
        self.customer = Identity(str(uuid4()), Role.CLIENT)

    def hall(self, buffer_minutes: int = 0) -> Hall:
        request = HallRequest(
            name=f"Hall {uuid4()}",
            capacity=5,
            opening_hours=hours(time(9), time(22)),
            buffer_minutes=buffer_minutes,
        )
        hall = self.catalogue.add_hall(request, None)
        self.catalogue.add_tariff(
            TariffRequest(hall_id=hall.id, name="Base", price_per_hour=Money(amount=200_000)), None
        )
        return hall

    def book(self, hall: Hall, start: datetime = START, hours: float = 2, key: IdempotencyKey | None = None) -> Booking:
        request = BookingRequest(hall_id=hall.id, start=start, end=start + timedelta(hours=hours))
        return self.bookings.create(request, self.customer.user_id, key)

    def pay(self, booking: Booking, payment_id: UUID, amount: int | None = None) -> Booking:
        paid = Money(amount=booking.prepayment.amount if amount is None else amount)
        return self.bookings.confirm(booking.id, ConfirmRequest(payment_id=payment_id, paid=paid), INTEGRATION)

    def claims(self, hall: Hall) -> int:
        with self.engine.connect() as connection:
            query = text("SELECT count(*) FROM booking.occupancy WHERE hall_id = :hall")
            return int(connection.execute(query, {"hall": hall.id}).scalar_one())

    def events(self) -> list[str]:
        return [envelope.type for envelope in self.broker.taken]
