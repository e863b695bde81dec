"""The one place of the booking service that knows the concrete classes."""

from collections.abc import Sequence
from functools import cache, partial

from sqlalchemy import Engine

from booking import repository_retention
from booking.accounts_client import AccountsClient
from booking.holiday_calendar import is_known_country, public_holiday
from booking.ical import read_calendar
from booking.ical_feed import render
from booking.payment_client import PaymentClient
from booking.ports import Claim, Work
from booking.recurrence import local_starts
from booking.repository import BookingUnitOfWork
from booking.service_accounts import KnownCustomers
from booking.service_availability import Alternatives, Availabilities
from booking.service_bookings import Bookings
from booking.service_changes import Changes
from booking.service_closures import Closures
from booking.service_customers import Customers
from booking.service_external import ExternalCalendars
from booking.service_extras import Extras
from booking.service_feeds import Feeds
from booking.service_groups import Groups
from booking.service_halls import Halls
from booking.service_offers import Offers
from booking.service_open_hours import OpeningHours
from booking.service_overrides import Overrides
from booking.service_policy import Policies
from booking.service_prices import Prices
from booking.service_quotes import Quotes
from booking.service_refunds import Refunds
from booking.service_sales import Sales
from booking.service_simulation import Simulations
from booking.service_visits import Visits
from booking.service_waitlist import Waitlist
from booking.settings import BookingSettings
from booking.tables import delivery
from core.broker import EventBridgePublisher
from core.clock import SystemClock
from core.database import create_database
from core.outbox import Outbox
from core.outbox_job import OutboxJob
from core.outside import OutsideClient
from core.secrets import resolve
from core.service_client import ServiceClient
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
def outbox_job() -> OutboxJob:
    kept = repository_retention.kept(settings())
    return OutboxJob(engine(), delivery, publisher(), settings().outbox_retention_days, kept)


def _unit_of_work() -> partial[BookingUnitOfWork]:
    return partial(BookingUnitOfWork, engine(), delivery, publisher(), clock, public_holiday)


def _freed(work: Work, claims: Sequence[Claim]) -> None:
    offers().offer_freed(work, claims)


@cache
def sales() -> Sales:
    return Sales(clock, settings(), _freed)


@cache
def halls() -> Halls:
    return Halls(_unit_of_work(), clock, is_known_country)


@cache
def availabilities() -> Availabilities:
    return Availabilities(_unit_of_work(), clock)


@cache
def opening_hours() -> OpeningHours:
    return OpeningHours(_unit_of_work(), public_holiday)


@cache
def alternatives() -> Alternatives:
    return Alternatives(_unit_of_work(), clock, settings())


@cache
def quotes() -> Quotes:
    return Quotes(_unit_of_work(), clock, settings())


@cache
def service_client() -> ServiceClient:
    return ServiceClient("booking", settings().api_url, settings().service_key, clock)


@cache
def payments() -> PaymentClient:
    return PaymentClient(service_client())


@cache
def known_customers() -> KnownCustomers:
    return KnownCustomers(AccountsClient(service_client()))


@cache
def bookings() -> Bookings:
    return Bookings(_unit_of_work(), clock, sales(), payments())


@cache
def changes() -> Changes:
    return Changes(_unit_of_work(), clock, sales(), _freed)


@cache
def visits() -> Visits:
    return Visits(_unit_of_work(), clock, sales())


@cache
def policies() -> Policies:
    return Policies(_unit_of_work(), clock)


@cache
def customers() -> Customers:
    return Customers(_unit_of_work(), clock)


@cache
def refunds() -> Refunds:
    return Refunds(_unit_of_work(), clock)


@cache
def waitlist() -> Waitlist:
    return Waitlist(_unit_of_work(), clock, sales())


@cache
def offers() -> Offers:
    return Offers(_unit_of_work(), clock, sales())


@cache
def prices() -> Prices:
    return Prices(_unit_of_work(), clock)


@cache
def extras() -> Extras:
    return Extras(_unit_of_work())


@cache
def simulations() -> Simulations:
    return Simulations(_unit_of_work())


@cache
def groups() -> Groups:
    return Groups(_unit_of_work(), clock, settings(), local_starts, _freed)


def _keep(_work: Work, _claims: Sequence[Claim]) -> None:
    """A closure takes itself what it makes bookings give back."""


@cache
def overrides() -> Overrides:
    return Overrides(_unit_of_work(), clock, public_holiday)


@cache
def closures() -> Closures:
    return Closures(_unit_of_work(), clock, Sales(clock, settings(), _keep), local_starts)


@cache
def external_calendars() -> ExternalCalendars:
    # The HTTP client is of no use to any other request, and would add to every cold start.
    from booking.fetching import CalendarFetcher

    client = OutsideClient(settings().external_calendar_private_addresses)
    fetcher = CalendarFetcher(client, settings().external_calendar_max_bytes)
    return ExternalCalendars(_unit_of_work(), clock, settings(), read_calendar, fetcher)


@cache
def feeds() -> Feeds:
    return Feeds(_unit_of_work(), clock, render, lambda: resolve(settings().api_url))
