"""A transaction around everything that the booking service stores."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Engine

from booking.bookings.customers_repository import CustomerVisitsRepository
from booking.bookings.deposits_repository import DepositRepository
from booking.bookings.holds_repository import HoldRepository
from booking.bookings.ports import FreedTime
from booking.bookings.refunds_repository import RefundRepository
from booking.bookings.repository import BookingRepository
from booking.calendar.hall_times_repository import HallTimesRepository
from booking.calendar.ports import Claim
from booking.calendar.repository import ClaimRepository
from booking.closures.repository import ClosureRepository, ExternalCalendarRepository
from booking.closures.unmet_repository import UnmetClaimRepository
from booking.customers.repository import CustomerRepository, PolicyRepository
from booking.extras.repository import AddOnRepository, PromoCodeRepository
from booking.feeds.repository import FeedRepository
from booking.free_time.stamp_repository import StampRepository
from booking.hall_uses.service import HallUses
from booking.halls.repository import HallRepository
from booking.hours.domain import PublicHolidays
from booking.hours.repository import OverrideRepository
from booking.imports.repository import ImportedVisitRepository
from booking.photos.repository import PhotoRepository
from booking.prices.repository import PriceListRepository
from booking.prices.versions import VersionCache
from booking.privacy.disclosures_repository import SOURCES
from booking.quotes.repository import QuoteRepository
from booking.schedule.repository import ScheduleRepository
from booking.studio.repository import StudioRepository
from booking.time.ranges import TimeRange
from booking.waitlist.freed_time import WaitingLine
from booking.waitlist.repository import WaitlistRepository
from core.clock import Clock
from core.events.outbox import Publisher
from core.postgres.disclosure import Disclosures
from core.postgres.tables import DeliveryTables
from core.unit_of_work import UnitOfWork
from shared_schemas.events.envelope import Service


class BookingUnitOfWork(UnitOfWork):
    """A transaction on the booking schema."""

    # Until December 2026; inboxes forget them after 66 days.
    former_subscribers: ClassVar[Mapping[str, str]] = {
        "booking-erasures": "forget_customers",
        "booking-refunds": "note_refunds",
    }

    disclosures: Disclosures
    halls: HallRepository
    times: HallTimesRepository
    stamps: StampRepository
    claims: ClaimRepository
    unmet_claims: UnmetClaimRepository
    bookings: BookingRepository
    visits: CustomerVisitsRepository
    holds: HoldRepository
    refunds: RefundRepository
    deposits: DepositRepository
    quotes: QuoteRepository
    prices: PriceListRepository
    add_ons: AddOnRepository
    promo_codes: PromoCodeRepository
    overrides: OverrideRepository
    closures: ClosureRepository
    external_calendars: ExternalCalendarRepository
    feeds: FeedRepository
    waitlist: WaitlistRepository
    customers: CustomerRepository
    policies: PolicyRepository
    imported_visits: ImportedVisitRepository
    photos: PhotoRepository
    schedule: ScheduleRepository
    studio: StudioRepository
    freed_time: FreedTime
    uses: HallUses

    def __init__(
        self,
        engine: Engine,
        tables: DeliveryTables,
        publisher: Publisher,
        clock: Clock,
        service: Service,
        public_holidays: PublicHolidays,
        versions: VersionCache,
        offer: Callable[["BookingUnitOfWork", Sequence[Claim]], None],
        photos_url: str,
    ) -> None:
        """`offer` gives time that a transaction frees to those who wait for it; photos are read under `photos_url`."""
        super().__init__(engine, tables, publisher, clock, service)
        self._versions = versions
        self._public_holidays = public_holidays
        self._offer = offer
        self._photos_url = photos_url

    def _open(self) -> None:
        self.disclosures = Disclosures(self.connection, SOURCES)
        self.halls = HallRepository(self.connection)
        self.times = HallTimesRepository(self.connection, self._public_holidays, self.halls.read)
        self.stamps = StampRepository(self.connection)
        self.claims = ClaimRepository(self.connection, self.halls.read)
        self.unmet_claims = UnmetClaimRepository(self.connection)
        self.bookings = BookingRepository(self.connection)
        self.visits = CustomerVisitsRepository(self.connection)
        self.holds = HoldRepository(self.connection)
        self.refunds = RefundRepository(self.connection)
        self.deposits = DepositRepository(self.connection)
        self.quotes = QuoteRepository(self.connection)
        self.prices = PriceListRepository(self.connection, self._versions)
        self.add_ons = AddOnRepository(self.connection)
        self.promo_codes = PromoCodeRepository(self.connection)
        self.overrides = OverrideRepository(self.connection)
        self.closures = ClosureRepository(self.connection)
        self.external_calendars = ExternalCalendarRepository(self.connection)
        self.feeds = FeedRepository(self.connection)
        self.waitlist = WaitlistRepository(self.connection)
        self.customers = CustomerRepository(self.connection)
        self.policies = PolicyRepository(self.connection)
        self.imported_visits = ImportedVisitRepository(self.connection)
        self.photos = PhotoRepository(self.connection, self._photos_url)
        self.schedule = ScheduleRepository(self.connection)
        self.studio = StudioRepository(self.connection)
        self.freed_time = WaitingLine(self, partial(self._offer, self))
        self.uses = HallUses(self)

    def foresee_sale(self, customer_id: UUID, hall_ids: Collection[UUID], window: TimeRange, *, quoted: bool) -> None:
        self.policies.foresee()
        self.customers.foresee_standing(customer_id)
        self.times.foresee(window, hall_ids)
        if not quoted:
            self.prices.foresee()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        locked = self.claims.locked
        try:
            with super().savepoint():
                yield
        except BaseException:
            # What was locked since then, PostgreSQL has given back.
            self.claims.locked = locked
            raise
