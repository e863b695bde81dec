"""The booking service as a test drives it: on a real database, with its own clock and broker."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from booking.bookings.errors import PaymentNotCollectedError
from booking.bookings.services.bookings import Bookings
from booking.closures.errors import CalendarUnreachableError
from booking.composition import App, Outside
from booking.customers.errors import AccountsUnavailableError
from booking.settings import BookingSettings
from booking.studio.ports import PaymentMethodsUnknownError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.accounts import Person
from shared_schemas.booking.availability import Availability, AvailabilityQuery
from shared_schemas.booking.bookings import Booking, BookingRequest, ConfirmRequest
from shared_schemas.booking.halls import Hall, HallRequest
from shared_schemas.booking.prices import TariffRequest
from shared_schemas.common import Money, Role
from shared_schemas.errors import CycloramaError
from shared_schemas.payment.methods import OfferedProvider
from shared_schemas.payment.payments import CollectedPayment
from shared_schemas.providers import PROVIDERS
from shared_schemas.uploads.photos import PhotoRequest, PhotoUpload
from shared_schemas.words import Label
from tests.support.booking.made import FixedClock, hours
from tests.support.database import RecordingPublisher
from tests.support.guests import Lobby
from tests.support.world import world

START = datetime(2026, 12, 2, 12, tzinfo=ZoneInfo("Europe/Moscow"))
INTEGRATION = Identity("integration", Role.SERVICE)
MANAGER = Identity(str(uuid4()), Role.MANAGER)
API = "https://api.test"


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


class Shelf:
    """The bucket: what was written is what is read."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def form(self, key: str, _request: PhotoRequest, until: datetime, _now: datetime) -> PhotoUpload:
        return PhotoUpload(url="https://files.test", fields={"key": key}, expires_at=until)

    def read(self, key: str) -> bytes | None:
        return self.files.get(key)

    def write(self, key: str, content: bytes, _content_type: str) -> None:
        self.files[key] = content

    def remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.files.pop(key, None)


class Register:
    """The gateway's accounts as Booking asks for them: everybody has one but those named. `asked` are the calls for
    contact details, which fail while it is `down`."""

    def __init__(self) -> None:
        self.nobody: set[UUID] = set()
        self.asked: list[set[UUID]] = []
        self.looked_for: list[str] = []
        self.matching: list[UUID] = []
        self.people: list[Person] = []
        """Whom the search finds besides."""
        self.down = False

    def exists(self, customer_id: UUID) -> bool:
        return customer_id not in self.nobody

    def contacts(self, customer_ids: Collection[UUID]) -> list[Person]:
        self.asked.append(set(customer_ids))
        if self.down:
            raise AccountsUnavailableError
        return [person_of(customer_id) for customer_id in customer_ids if self.exists(customer_id)]

    def search(self, text: str, limit: int) -> list[Person]:
        """Those whom a test named, whatever is asked."""
        self.looked_for.append(text)
        if self.down:
            raise AccountsUnavailableError
        return [*self.people, *(person_of(customer_id) for customer_id in self.matching)][:limit]


def person_of(customer_id: UUID) -> Person:
    """As the gateway of tests knows everybody."""
    name = f"Anna {customer_id}"
    return Person(id=customer_id, email=f"{customer_id}@example.com", phone="+79161234567", full_name=name)


class Doorman:
    """The payment service as Booking asks which ways to pay are on."""

    def __init__(self) -> None:
        self.is_down = False

    def offered(self) -> list[OfferedProvider]:
        if self.is_down:
            raise PaymentMethodsUnknownError
        return [OfferedProvider(provider=PROVIDERS[0], label=Label(en="Somewhere", ru="Где-то"), methods=[])]


class ScriptedFetcher:
    """An internet of one page, or of one refusal; some addresses are down."""

    def __init__(self) -> None:
        self.answer: str | CycloramaError = ""
        self.asked: list[str] = []
        self.down: set[str] = set()

    def check(self, url: str) -> None:
        """Every address may be asked."""

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if url in self.down:
            raise CalendarUnreachableError(reason="status 500")
        if isinstance(self.answer, CycloramaError):
            raise self.answer
        return self.answer.encode()


class PaidBookings(Bookings):
    """Every payment that a test confirms by has been collected."""

    def __init__(self, app: App, till: Till) -> None:
        super().__init__(app.unit_of_work, app.world.clock, app.sales, till, app.alternatives)
        self._till = till

    def confirm(self, booking_id: UUID, request: ConfirmRequest, caller: Identity) -> Booking:
        self._till.takes(booking_id, request)
        return super().confirm(booking_id, request, caller)


class Studio:
    """The booking service in a world that the test controls; `app` has every use case as it is in production."""

    def __init__(self, engine: Engine, broker: RecordingPublisher | None = None) -> None:
        self.engine = engine
        self.clock = FixedClock()
        self.broker = broker or RecordingPublisher()
        self.till, self.register, self.fetcher = Till(), Register(), ScriptedFetcher()
        self.doorman, self.lobby, self.shelf = Doorman(), Lobby(), Shelf()
        outside = Outside(
            lambda _: self.till,
            lambda _: self.register,
            lambda _: self.fetcher,
            lambda _: self.doorman,
            lambda _: self.lobby,
            files=lambda _: self.shelf,
        )
        chosen = {"api_url": API, "photos_url": "https://photos.test"}
        app = App(world("booking", BookingSettings, engine, self.broker, self.clock, **chosen), outside)
        self.app, self.work = app, app.unit_of_work
        self.halls, self.prices, self.quotes = app.halls, app.prices, app.quotes
        self.bookings, self.changes, self.visits = PaidBookings(app, self.till), app.changes, app.visits
        self.policies, self.waitlist, self.offers = app.policies, app.waitlist, app.offers
        self.customer = Identity(str(uuid4()), Role.CLIENT)

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
        told = self.app.availabilities.of_hall(hall.id, AvailabilityQuery.model_validate(values | changes))
        return Availability.model_validate_json(told.text)

    def claims(self, hall: Hall) -> int:
        with self.engine.connect() as connection:
            query = text("SELECT count(*) FROM booking.occupancy WHERE hall_id = :hall")
            return int(connection.execute(query, {"hall": hall.id}).scalar_one())

    def events(self) -> list[str]:
        return [envelope.type for envelope in self.broker.taken]
