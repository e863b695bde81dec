"""A transaction around everything that the booking service stores."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Engine

from booking.domain_days import PublicHolidays
from booking.domain_ranges import TimeRange
from booking.repository_bookings import BookingRepository
from booking.repository_calendar import (
    ClosureRepository,
    ExternalCalendarRepository,
    OverrideRepository,
)
from booking.repository_claims import ClaimRepository
from booking.repository_customers import CustomerRepository, PolicyRepository
from booking.repository_extras import AddOnRepository, PromoCodeRepository
from booking.repository_feeds import FeedRepository
from booking.repository_halls import HallRepository, QuoteRepository
from booking.repository_holds import HoldRepository
from booking.repository_prices import PriceListRepository
from booking.repository_refunds import RefundRepository
from booking.repository_unmet import UnmetClaimRepository
from booking.repository_waitlist import WaitlistRepository
from core.clock import Clock
from core.outbox import Publisher
from core.tables import DeliveryTables
from core.unit_of_work import UnitOfWork


class BookingUnitOfWork(UnitOfWork):
    """A transaction on the booking schema."""

    halls: HallRepository
    claims: ClaimRepository
    unmet_claims: UnmetClaimRepository
    bookings: BookingRepository
    holds: HoldRepository
    refunds: RefundRepository
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

    def __init__(
        self,
        engine: Engine,
        tables: DeliveryTables,
        publisher: Publisher,
        clock: Clock,
        public_holidays: PublicHolidays,
    ) -> None:
        super().__init__(engine, tables, publisher, clock, "booking")
        self._public_holidays = public_holidays

    def _open(self) -> None:
        self.halls = HallRepository(self.connection, self._public_holidays)
        self.claims = ClaimRepository(self.connection, self.halls.read)
        self.unmet_claims = UnmetClaimRepository(self.connection)
        self.bookings = BookingRepository(self.connection)
        self.holds = HoldRepository(self.connection)
        self.refunds = RefundRepository(self.connection)
        self.quotes = QuoteRepository(self.connection)
        self.prices = PriceListRepository(self.connection)
        self.add_ons = AddOnRepository(self.connection)
        self.promo_codes = PromoCodeRepository(self.connection)
        self.overrides = OverrideRepository(self.connection)
        self.closures = ClosureRepository(self.connection)
        self.external_calendars = ExternalCalendarRepository(self.connection)
        self.feeds = FeedRepository(self.connection)
        self.waitlist = WaitlistRepository(self.connection)
        self.customers = CustomerRepository(self.connection)
        self.policies = PolicyRepository(self.connection)

    def foresee_sale(self, customer_id: UUID, hall_ids: Collection[UUID], window: TimeRange) -> None:
        self.policies.foresee()
        self.customers.foresee_standing(customer_id)
        self.halls.foresee_times(window, hall_ids)
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
