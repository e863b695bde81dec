"""What the use cases need of storage; `repository*.py` provide it on PostgreSQL."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

from booking.domain_days import StudioDays
from booking.domain_ranges import TimeRange
from booking.ports_calendar import Closures, ExternalCalendars, Feeds, Overrides
from booking.ports_customers import Customers, Policies
from booking.ports_holds import Holds
from booking.ports_prices import AddOns, PriceLists, PromoCodes
from booking.ports_refunds import Refunds
from booking.ports_waitlist import Waitlist
from core.paging import Cursor
from core.ports import Transaction
from shared_schemas.booking import Booking, Transition
from shared_schemas.common import Money
from shared_schemas.events import BookingStatus
from shared_schemas.halls import Hall
from shared_schemas.prices import Quote

ClaimKind = Literal["booking", "closure", "external"]


@dataclass(frozen=True)
class HallTime:
    """A hall, what nobody claims of it within the window that was asked for, and the special days around it."""

    hall: Hall
    free: list[TimeRange]
    days: StudioDays


@dataclass(frozen=True)
class Claim:
    """Time taken of a hall, and by what."""

    hall_id: UUID
    during: TimeRange
    kind: ClaimKind
    owner_id: UUID


@dataclass(frozen=True)
class Ahead:
    """Who has time to come of a hall; bookings by their number."""

    owner_id: UUID
    kind: ClaimKind
    number: str | None


class Halls(Protocol):
    def add(self, hall: Hall) -> None:
        """`HallNameTakenError` where another hall has the name."""

    def update(self, hall: Hall, taken_since: datetime | None = None) -> None:
        """`taken_since` where from now on it takes something else; `HallNameTakenError` as above."""

    def touch(self, hall_ids: Collection[UUID]) -> None:
        """Whoever judges a sale of these halls right now must judge it anew."""

    def get(self, hall_id: UUID, *, lock: bool = False) -> Hall:
        """`HallNotFoundError` where there is none."""

    def all(self, *, archived: bool = False) -> list[Hall]:
        """By name; archived ones only where asked for."""

    def times(
        self, window: TimeRange, hall_ids: Collection[UUID] | None = None, without: UUID | None = None
    ) -> list[HallTime]:
        """All halls that are not archived, or those named; `without` leaves out the claims of one owner.

        `HallNotFoundError` where one of those named is not there."""


class Claims(Protocol):
    """The calendar: nothing else says whether time is free."""

    def lock(self, spaces: Iterable[UUID], also: Callable[[], Iterable[UUID]] = frozenset) -> None:
        """Keep others who claim time in these halls waiting until this transaction ends.

        To be called before anything is claimed and before add-ons and promo codes are, with all the halls that the
        transaction will claim: who locks some first and others later can meet somebody in a circle. `also` are halls
        that may be needed; they are asked for, and locked, only where nothing is locked yet."""

    def lock_more(self, spaces: Iterable[UUID]) -> frozenset[UUID]:
        """All that is locked then: without a lock yet as `lock` does it, otherwise what nobody else has right now."""

    def take(self, kind: ClaimKind, owner_id: UUID, spaces: Iterable[UUID], stretches: Iterable[TimeRange]) -> None:
        """Claim every stretch of every space; `SlotTakenError`, and no transaction any more, if any is taken.

        `OvertakenError` where a hall is no longer what this transaction has read of it."""

    def require_current(self) -> None:
        """The same of halls of which nothing is claimed; to be called with their locks."""

    def ahead(self, hall_id: UUID, spaces: Collection[UUID], now: datetime) -> list[Ahead]:
        """Who has time to come of the spaces, and has it of this hall, whole or as a part; by time."""

    def relay(self, spaces: Collection[UUID], stretches: Mapping[UUID, TimeRange]) -> None:
        """Let each owner claim another stretch of the spaces, which must be free."""

    def of(self, *owner_ids: UUID) -> list[Claim]:
        """Whatever these owners claim."""

    def release(self, *owner_ids: UUID) -> list[Claim]:
        """Free whatever these owners claim; returns what that was."""

    def within(self, spaces: Collection[UUID], window: TimeRange) -> list[Claim]:
        """What touches the window, by time."""


class UnmetClaims(Protocol):
    """What closures and other calendars want of the halls, and somebody else has."""

    def replace(self, kind: ClaimKind, owner_id: UUID, wanted: Mapping[UUID, Sequence[TimeRange]]) -> None:
        """What an owner wants of each space and does not have, in place of what it wanted before."""

    def forget(self, owner_id: UUID) -> None:
        """It wants nothing any more."""

    def meet(self, spaces: Collection[UUID]) -> list[Claim]:
        """Claim for who wants it what has become free of these spaces; to be called with their locks."""


class Quotes(Protocol):
    def add(self, quote: Quote, asker: str | None = None) -> None:
        """`asker` is a digest of where it was asked for."""

    def standing(self, asker: str, now: datetime) -> tuple[int, datetime | None]:
        """How many that an asker got still stand, and when the first ends; others of that asker wait with this."""

    def get(self, quote_id: UUID) -> Quote:
        """`QuoteNotFoundError` where there is none."""


EXPIRE_HOLDS, CLOSE_VISITS = "expire_holds", "close_visits"
"""The jobs that have queues of bookings."""


@dataclass(frozen=True)
class BookingFilter:
    """Which bookings to list; None is any."""

    customer_id: UUID | None = None
    status: BookingStatus | None = None
    hall_id: UUID | None = None
    group_id: UUID | None = None
    first_day: date | None = None
    before_day: date | None = None


class BookingStore(Protocol):
    def add(self, booking: Booking) -> None: ...

    def get(self, booking_id: UUID, *, lock: bool = False) -> Booking:
        """`BookingNotFoundError` where there is none; `lock` keeps others from changing it."""

    def named(self, booking_ids: Collection[UUID], *, lock: bool = False) -> list[Booking]:
        """Those that exist, by start; with `lock` in the order of their ids, so that nobody waits in a circle."""

    def page(self, which: BookingFilter, after: Cursor | None, limit: int) -> list[Booking]:
        """Newest first, from behind `after`."""

    def sold(self, hall_id: UUID, first_day: date, before_day: date, after: Cursor | None, limit: int) -> list[Booking]:
        """Visits that took place or are paid to, by start, of a hall that is their first; from behind `after`."""

    def overlapping(self, spaces: Collection[UUID], window: TimeRange, *, lock: bool = False) -> list[Booking]:
        """Live bookings whose claims touch the window, by start."""

    def lapsed(self, now: datetime, limit: int) -> list[UUID]:
        """Holds that have run out, locked; those that another worker has, or that are put off, are skipped."""

    def ended(self, now: datetime, limit: int) -> list[UUID]:
        """Confirmed or begun visits whose time is over, locked; those that another worker has, or that are put off,
        are skipped."""

    def update(self, before: Booking, after: Booking) -> None:
        """`ConcurrentUpdateError` where somebody changed the booking since `before`."""

    def replace(self, after: Booking) -> None:
        """For a booking that is locked since it was read, which nobody can have changed."""

    def add_payment(self, booking: Booking, payment_id: UUID, amount: Money) -> bool:
        """Record a payment; False where it was recorded before."""

    def add_transition(self, booking_id: UUID, transition: Transition) -> None:
        """The audit trail: who moved the booking, when, from where to where, and why."""

    def history(self, booking_id: UUID) -> list[Transition]:
        """The audit trail, oldest first."""


class Work(Transaction, Protocol):
    """A transaction on the schema of this service."""

    def foresee_sale(self, customer_id: UUID, hall_ids: Collection[UUID], window: TimeRange) -> None:
        """Ask in one go for what a sale is going to need, so that it does not wait for one after the other."""

    @property
    def halls(self) -> Halls: ...
    @property
    def claims(self) -> Claims: ...
    @property
    def unmet_claims(self) -> UnmetClaims: ...
    @property
    def bookings(self) -> BookingStore: ...
    @property
    def holds(self) -> Holds: ...
    @property
    def refunds(self) -> Refunds: ...
    @property
    def quotes(self) -> Quotes: ...
    @property
    def prices(self) -> PriceLists: ...
    @property
    def add_ons(self) -> AddOns: ...
    @property
    def promo_codes(self) -> PromoCodes: ...
    @property
    def overrides(self) -> Overrides: ...
    @property
    def closures(self) -> Closures: ...
    @property
    def external_calendars(self) -> ExternalCalendars: ...
    @property
    def feeds(self) -> Feeds: ...
    @property
    def waitlist(self) -> Waitlist: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def policies(self) -> Policies: ...
