"""The one place of the booking service that knows the concrete classes."""

from functools import cache, partial

from sqlalchemy import Engine

from booking.repository import BookingUnitOfWork
from booking.service_bookings import Bookings
from booking.service_catalogue import Catalogue
from booking.settings import BookingSettings
from booking.tables import delivery
from core.broker import EventBridgePublisher
from core.clock import SystemClock
from core.database import create_database
from core.outbox import Outbox
from core.settings import load_settings

clock = SystemClock()
outbox = Outbox(delivery.outbox)


@cache
def settings() -> BookingSettings:
    return load_settings(BookingSettings)


@cache
def engine() -> Engine:
    return create_database(settings())


@cache
def publisher() -> EventBridgePublisher:
    return EventBridgePublisher(settings().event_bus)


@cache
def bookings() -> Bookings:
    return Bookings(_unit_of_work(), clock, settings())


@cache
def catalogue() -> Catalogue:
    return Catalogue(_unit_of_work(), clock, settings())


def _unit_of_work() -> partial[BookingUnitOfWork]:
    return partial(BookingUnitOfWork, engine(), delivery, publisher(), clock, "booking")
