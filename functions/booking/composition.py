"""The composition of the booking service: the only place that knows the concrete classes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from booking.bookings.payment_client import PaymentClient
from booking.bookings.refunds_ports import CollectedPayments
from booking.bookings.services.bookings import Bookings
from booking.bookings.services.calendar_files import CalendarFiles
from booking.bookings.services.changes import Changes
from booking.bookings.services.deposits import Deposits
from booking.bookings.services.guests import GuestBookings
from booking.bookings.services.holding import Holding
from booking.bookings.services.lines import Lines
from booking.bookings.services.refunds import Refunds
from booking.bookings.services.sales import Sales
from booking.bookings.services.undoing import Undoing
from booking.bookings.services.visits import Visits
from booking.calendar.ports import Claim
from booking.closures.external import ExternalCalendars
from booking.closures.open_hours import OpeningHours
from booking.closures.ports import Fetcher
from booking.closures.service import Closures
from booking.customers.accounts import KnownCustomers
from booking.customers.accounts_client import AccountsClient
from booking.customers.finding import Finding
from booking.customers.guests_client import GuestsClient
from booking.customers.ports import Accounts, Guests
from booking.customers.service import Customers
from booking.extras.service import Extras
from booking.feeds.rendering import render
from booking.feeds.service import Feeds
from booking.free_time.months import Months
from booking.free_time.service import Availabilities
from booking.groups.service import Groups
from booking.halls.service import Halls
from booking.hours.holidays import is_known_country, public_holiday
from booking.hours.service import Overrides
from booking.ical.occurrences import local_starts
from booking.ical.reading import read_calendar
from booking.imports.service import FileImports
from booking.photos.bucket import Bucket
from booking.photos.domain import PhotoKind
from booking.photos.ports import FileStore, Picture
from booking.photos.preparation import Preparation
from booking.photos.service import Photos
from booking.prices.service import Prices
from booking.prices.versions import VersionCache
from booking.privacy.client import OtherServices
from booking.privacy.ports import Others
from booking.privacy.service import Exports
from booking.quotes.alternatives import Alternatives
from booking.quotes.service import Quotes
from booking.retention import kept
from booking.schedule.service import Schedules
from booking.settings import BookingSettings
from booking.simulation.service import Simulations
from booking.studio.payment_methods import PaymentMethods
from booking.studio.payment_methods_client import PaymentMethodsClient
from booking.studio.ports import MethodsOnOffer
from booking.studio.service import Studios
from booking.tables import delivery
from booking.terms.service import Policies
from booking.unit_of_work import BookingUnitOfWork
from booking.waitlist.guests import WaitingGuests
from booking.waitlist.offers import Offers
from booking.waitlist.service import Waitlist
from core.clock import Clock
from core.composition import BaseApp, Composed
from core.postgres.disclosure import Disclosing
from core.postgres.retention import Kept
from core.safe_http import OutsideClient
from core.secrets import resolve
from core.service_client import ServiceClient


def _fetcher(settings: BookingSettings) -> Fetcher:
    # Of use to one job and one route alone, it would add to every cold start.
    from booking.closures.fetching import CalendarFetcher

    client = OutsideClient(settings.external_calendar_private_addresses)
    return CalendarFetcher(client, settings.external_calendar_max_bytes)


def _bucket(settings: BookingSettings) -> FileStore:
    return Bucket(settings.photos_bucket)


def _prepare(content: bytes, kind: PhotoKind) -> Picture:
    # Pillow is in the layer of one job alone.
    from booking.photos.imaging import prepare

    return prepare(content, kind)


@dataclass(frozen=True)
class Outside:
    """How what lies beyond the database is reached; made when it is first needed."""

    payments: Callable[[ServiceClient], CollectedPayments] = PaymentClient
    accounts: Callable[[ServiceClient], Accounts] = AccountsClient
    fetcher: Callable[[BookingSettings], Fetcher] = _fetcher
    methods: Callable[[ServiceClient], MethodsOnOffer] = PaymentMethodsClient
    guests: Callable[[ServiceClient], Guests] = GuestsClient
    disclosures: Callable[[ServiceClient], Others] = OtherServices
    files: Callable[[BookingSettings], FileStore] = _bucket


@dataclass(frozen=True)
class App(BaseApp[BookingSettings]):
    """The use cases; each is made when it is first asked for, and kept."""

    tables = delivery
    outside: Outside = Outside()
    transaction: type[BookingUnitOfWork] = BookingUnitOfWork

    def _kept(self) -> list[Kept]:
        return kept(self.world.settings)

    @cached_property
    def halls(self) -> Halls:
        return Halls(*self._base, is_known_country)

    @cached_property
    def overrides(self) -> Overrides:
        return Overrides(*self._base, public_holiday)

    @cached_property
    def availabilities(self) -> Availabilities:
        return Availabilities(*self._base)

    @cached_property
    def months(self) -> Months:
        return Months(*self._base)

    @cached_property
    def feeds(self) -> Feeds:
        return Feeds(*self._base, render, partial(resolve, self.world.settings.api_url))

    @cached_property
    def prices(self) -> Prices:
        return Prices(*self._base)

    @cached_property
    def extras(self) -> Extras:
        return Extras(self.unit_of_work)

    @cached_property
    def policies(self) -> Policies:
        return Policies(*self._base)

    @cached_property
    def studios(self) -> Studios:
        methods = PaymentMethods(self.outside.methods(self.services), self.world.clock)
        return Studios(*self._base, self.world.settings, methods)

    @cached_property
    def customers(self) -> Customers:
        return Customers(*self._base)

    @cached_property
    def finding(self) -> Finding:
        return Finding(*self._base, self.outside.accounts(self.services))

    @cached_property
    def known_customers(self) -> KnownCustomers:
        return KnownCustomers(self.outside.accounts(self.services), self.unit_of_work)

    @cached_property
    def schedules(self) -> Schedules:
        return Schedules(self.unit_of_work, self.outside.accounts(self.services))

    @cached_property
    def alternatives(self) -> Alternatives:
        return Alternatives(*self._base, self.world.settings)

    @cached_property
    def quotes(self) -> Quotes:
        return Quotes(*self._base, self.world.settings, self.alternatives)

    @cached_property
    def sales(self) -> Sales:
        return Sales(self.world.clock, self.world.settings)

    @cached_property
    def bookings(self) -> Bookings:
        payments = self.outside.payments(self.services)
        return Bookings(*self._base, self.sales, payments, self.alternatives)

    @cached_property
    def guest_bookings(self) -> GuestBookings:
        return GuestBookings(self.bookings, self.outside.guests(self.services))

    @cached_property
    def calendar_files(self) -> CalendarFiles:
        return CalendarFiles(self.unit_of_work, render)

    @cached_property
    def changes(self) -> Changes:
        return Changes(*self._base, self.sales, self.alternatives)

    @cached_property
    def lines(self) -> Lines:
        return Lines(*self._base, self.sales)

    @cached_property
    def visits(self) -> Visits:
        return Visits(*self._base, self.sales)

    @cached_property
    def holding(self) -> Holding:
        return Holding(*self._base)

    @cached_property
    def undoing(self) -> Undoing:
        return Undoing(*self._base, self.alternatives)

    @cached_property
    def deposits(self) -> Deposits:
        return Deposits(self.unit_of_work)

    @cached_property
    def refunds(self) -> Refunds:
        return Refunds(*self._base)

    @cached_property
    def simulations(self) -> Simulations:
        return Simulations(self.unit_of_work, self.world.settings)

    @cached_property
    def closures(self) -> Closures:
        return Closures(*self._base, self.sales, local_starts)

    @cached_property
    def imports(self) -> FileImports:
        guests, accounts = self.outside.guests(self.services), self.outside.accounts(self.services)
        return FileImports(*self._base, self.sales, guests, accounts)

    @cached_property
    def photos(self) -> Photos:
        return Photos(*self._base, self.files, self.world.settings.photos_url)

    @cached_property
    def preparation(self) -> Preparation:
        return Preparation(*self._base, self.files, _prepare)

    @cached_property
    def files(self) -> FileStore:
        return self.outside.files(self.world.settings)

    @cached_property
    def external_calendars(self) -> ExternalCalendars:
        settings = self.world.settings
        fetcher = self.outside.fetcher(settings)
        return ExternalCalendars(*self._base, settings, read_calendar, fetcher)

    @cached_property
    def opening_hours(self) -> OpeningHours:
        return OpeningHours(self.unit_of_work, public_holiday)

    @cached_property
    def waitlist(self) -> Waitlist:
        return Waitlist(*self._base, self.sales)

    @cached_property
    def waiting_guests(self) -> WaitingGuests:
        return WaitingGuests(self.waitlist, self.outside.guests(self.services))

    @cached_property
    def offers(self) -> Offers:
        return Offers(*self._base, self.sales)

    @cached_property
    def groups(self) -> Groups:
        return Groups(*self._base, self.sales, self.changes, local_starts)

    @cached_property
    def services(self) -> ServiceClient:
        """Calls the others, over connections that all who ask share."""
        return self.world.service_client(self.world.settings.service_key)

    @cached_property
    def exports(self) -> Exports:
        return Exports(self.world.clock, self.disclosing, self.outside.disclosures(self.services))

    @cached_property
    def disclosing(self) -> Disclosing:
        return Disclosing(self.unit_of_work)

    @cached_property
    def unit_of_work(self) -> partial[BookingUnitOfWork]:
        begin = self.world.unit_of_work(self.transaction, delivery)
        return partial(
            begin,
            public_holidays=public_holiday,
            versions=VersionCache(),
            offer=self._offer,
            photos_url=self.world.settings.photos_url,
        )

    @property
    def _base(self) -> tuple[partial[BookingUnitOfWork], Clock]:
        """What nearly all of them stand on."""
        return self.unit_of_work, self.world.clock

    def _offer(self, work: BookingUnitOfWork, claims: Sequence[Claim]) -> None:
        self.offers.offer_freed(work, claims)


app = Composed("booking", BookingSettings, App)
