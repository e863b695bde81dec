"""What the main use cases ask of PostgreSQL: so many statements, in so many trips that somebody waits for.

A number that grew is a slower studio: put it right, or change it here and say why in the commit. One that fell is good
news, and belongs here, too."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, update

from booking.tables import delivery
from core.events.outbox import Outbox
from core.http.idempotency import IdempotencyKey
from integration.composition import App as IntegrationApp
from integration.events.service import EventLog
from integration.settings import IntegrationSettings
from payment.gateways.port import WebhookRequest
from shared_schemas.booking.bookings import Booking, ConfirmRequest
from shared_schemas.booking.changes import CancelRequest, RescheduleRequest
from shared_schemas.booking.quotes import QuoteRequest
from shared_schemas.booking.schedule import ScheduleQuery
from shared_schemas.events.bookings import BookingConfirmed
from shared_schemas.events.envelope import Envelope
from tests.support.booking.studio import INTEGRATION, START, Studio
from tests.support.counting import Counter
from tests.support.database import EngineFor
from tests.support.guests import guest
from tests.support.notification import PostOffice
from tests.support.payment.cashier import Cashier, webhook
from tests.support.samples import envelope
from tests.support.world import world as composed_from

# use case                           statements  trips  posts
EXPECTED = {
    "availability of a day":             ( 1,  1, 0),
    "a quote":                           ( 6,  5, 0),
    "a month of all halls":              ( 4,  3, 0),
    "a booking":                         (14,  3, 1),
    "a booking with an idempotency key": (17,  3, 1),
    "a guest's booking":                (16,  4, 1),
    "a booking from a quote":            (14,  4, 1),
    "the same booking, repeated":        ( 8,  2, 0),
    "a booking paid and confirmed":      (10,  5, 1),
    "a booking moved":                   (16, 11, 1),
    "a booking cancelled":               (14,  8, 1),
    "holds that ran out":                (16,  8, 1),
    "a payment begun":                   (21, 14, 1),
    "a webhook taken":                   ( 9,  5, 1),
    "a webhook followed up":             (26, 20, 1),
    "an event logged":                   ( 3,  2, 0),
    "an event logged again":             ( 3,  2, 0),
    "a message sent":                    (25, 16, 2),
    "nothing to relay":                  ( 3,  2, 0),
    "an outbox relayed":                 ( 4,  3, 0),
}  # fmt: skip


def event() -> Envelope:
    return envelope("eventbridge_booking_created").model_copy(update={"id": uuid4()})


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(monkeypatch)


@dataclass
class World:
    """Services side by side, each on its own counted connection, after a first visit that warmed their caches."""

    studio: Studio
    cashier: Cashier
    log: EventLog
    office: PostOffice
    day: int = 0

    def __post_init__(self) -> None:
        self.hall = self.studio.hall()
        self.sold()
        self.cashier.pay()
        self.log.record(event())
        self.office.take(self.office.booking(BookingConfirmed, 2, "confirmed"))

    def start(self) -> datetime:
        """Of a slot that nobody has yet."""
        self.day += 1
        return START + timedelta(days=self.day)

    def sold(self) -> Booking:
        return self.studio.book(self.hall, self.start())

    def key(self) -> IdempotencyKey:
        return IdempotencyKey("somebody", "POST /v1/bookings", str(uuid4()), "the same")


@pytest.fixture
def world(counter: Counter, engine_for: EngineFor) -> World:
    log = IntegrationApp(composed_from("integration", IntegrationSettings, engine_for("integration"))).event_log
    return World(
        Studio(engine_for("booking")), Cashier(engine_for("payment")), log, PostOffice(engine_for("notification"))
    )


Case = Callable[[World], Callable[[], object]]
CASES: dict[str, Case] = {}


def case(name: str) -> Callable[[Case], Case]:
    """A use case: what prepares it, and gives back the part that is counted."""

    def keep(prepare: Case) -> Case:
        CASES[name] = prepare
        return prepare

    return keep


@case("availability of a day")
def availability(world: World) -> Callable[[], object]:
    return lambda: world.studio.availability(world.hall)


@case("a quote")
def quote(world: World) -> Callable[[], object]:
    request = slot(world)
    return lambda: world.studio.quotes.quote(request, None)


@case("a month of all halls")
def month(world: World) -> Callable[[], object]:
    day = world.start().date()
    query = ScheduleQuery.model_validate({"from": day, "to": day + timedelta(days=31)})
    return lambda: world.studio.app.schedules.of(query)


def slot(world: World) -> QuoteRequest:
    start = world.start()
    return QuoteRequest(hall_id=world.hall.id, start=start, end=start + timedelta(hours=2))


@case("a booking")
def booking(world: World) -> Callable[[], object]:
    return world.sold


@case("a guest's booking")
def guest_booking(world: World) -> Callable[[], object]:
    """Without what the gateway does for it."""
    who = guest()
    start, book = world.start(), world.studio.app.guest_bookings.create
    return lambda: book(world.studio.request(world.hall, start, guest=who), who, None, None, "ru")


@case("a booking with an idempotency key")
def booking_with_key(world: World) -> Callable[[], object]:
    return lambda: world.studio.book(world.hall, world.start(), key=world.key())


@case("a booking from a quote")
def booking_from_quote(world: World) -> Callable[[], object]:
    request = slot(world)
    quoted = world.studio.quotes.quote(request, None)
    return lambda: world.studio.book(world.hall, request.start, quote_id=quoted.id)


@case("the same booking, repeated")
def repeated(world: World) -> Callable[[], object]:
    key, start = world.key(), world.start()
    world.studio.book(world.hall, start, key=key)
    return lambda: world.studio.book(world.hall, start, key=key)


@case("a booking paid and confirmed")
def confirmed(world: World) -> Callable[[], object]:
    sold, payment_id = world.sold(), uuid4()
    request = ConfirmRequest(payment_id=payment_id, paid=sold.prepayment)
    return lambda: world.studio.bookings.confirm(sold.id, request, INTEGRATION)


@case("a booking moved")
def moved(world: World) -> Callable[[], object]:
    sold, start = world.studio.pay(world.sold(), uuid4()), world.start()
    request = RescheduleRequest(start=start, end=start + timedelta(hours=2))
    return lambda: world.studio.changes.reschedule(sold.id, request, world.studio.customer, None)


@case("a booking cancelled")
def cancelled(world: World) -> Callable[[], object]:
    sold = world.studio.pay(world.sold(), uuid4())
    return lambda: world.studio.bookings.cancel(sold.id, CancelRequest(), world.studio.customer, None)


@case("holds that ran out")
def expired(world: World) -> Callable[[], object]:
    world.studio.clock.advance(hours=1)
    world.studio.bookings.expire_holds()
    world.sold()
    world.studio.clock.advance(hours=1)
    return lambda: world.studio.bookings.expire_holds()


@case("a payment begun")
def begun(world: World) -> Callable[[], object]:
    return world.cashier.pay


@case("a webhook taken")
def hook(world: World) -> Callable[[], object]:
    payment = world.cashier.pay()
    request = WebhookRequest(webhook(world.cashier.gateway_id(payment)))
    world.cashier.gateway.change(world.cashier.gateway_id(payment), status="succeeded")
    return lambda: world.cashier.notifications.receive("yookassa", request)


@case("a webhook followed up")
def followed(world: World) -> Callable[[], object]:
    hook(world)()
    (told,) = world.cashier.notified()
    return lambda: world.cashier.process(told)


@case("an event logged")
def logged(world: World) -> Callable[[], object]:
    told = event()
    return lambda: world.log.record(told)


@case("an event logged again")
def logged_again(world: World) -> Callable[[], object]:
    told = event()
    world.log.record(told)
    return lambda: world.log.record(told)


@case("a message sent")
def message(world: World) -> Callable[[], object]:
    told = world.office.booking(BookingConfirmed, 3, "confirmed")
    return lambda: world.office.take(told)


@case("nothing to relay")
def relayed_nothing(world: World) -> Callable[[], object]:
    studio = world.studio
    Outbox(delivery.outbox).relay(studio.engine, studio.broker)
    return lambda: Outbox(delivery.outbox).relay(studio.engine, studio.broker)


@case("an outbox relayed")
def relayed(world: World) -> Callable[[], object]:
    studio = world.studio
    Outbox(delivery.outbox).relay(studio.engine, studio.broker)
    studio.broker.down = True
    world.sold()
    studio.broker.down = False
    with studio.engine.begin() as connection:
        connection.execute(update(delivery.outbox).values(next_attempt_at=func.now()))
    return lambda: Outbox(delivery.outbox).relay(studio.engine, studio.broker)


def test_every_use_case_has_its_line() -> None:
    assert CASES.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_use_case_asks_no_more_and_waits_no_longer_than_it_did(name: str, world: World, counter: Counter) -> None:
    counted = CASES[name](world)

    with counter.counting() as sent:
        counted()

    assert sent.counts == EXPECTED[name], "\n".join(statement[:100] for statement in sent.statements)
