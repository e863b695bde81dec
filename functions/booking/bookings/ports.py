"""What the use cases need of stored bookings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

from booking.bookings.domain.limits import Held, Payer
from booking.bookings.refunds_ports import DepositStore, RefundStore
from booking.calendar.ports import Claim, ClaimStore
from booking.customers.ports import CustomerStore, PolicyStore
from booking.halls.ports import HallStore
from booking.quotes.ports import Offering, QuoteStore
from booking.studio.ports import StudioStore
from booking.time.ranges import TimeRange
from core.http.paging import Cursor
from shared_schemas.booking.bookings import Booking, Transition
from shared_schemas.common import Money
from shared_schemas.visits.status import BookingStatus

EXPIRE_HOLDS, CLOSE_VISITS = "expire_holds", "close_visits"
"""The jobs that have queues of bookings."""


@dataclass(frozen=True)
class BookingFilter:
    """Which bookings to list; None means any."""

    number: str | None = None
    customer_id: UUID | None = None
    status: BookingStatus | None = None
    hall_id: UUID | None = None
    group_id: UUID | None = None
    first_day: date | None = None
    before_day: date | None = None


class BookingStore(Protocol):
    def add(self, booking: Booking) -> None: ...

    def get(self, booking_id: UUID, *, lock: bool = False) -> Booking:
        """`BookingNotFoundError` if there is none; `lock` keeps others from changing it."""

    def named(self, booking_ids: Collection[UUID], *, lock: bool = False) -> list[Booking]:
        """Those that exist, by start; with `lock` in the order of their ids, to avoid deadlocks."""

    def page(self, which: BookingFilter, after: Cursor | None, limit: int) -> list[Booking]:
        """Newest first, after `after`."""

    def sold(self, hall_id: UUID, first_day: date, before_day: date, after: Cursor | None, limit: int) -> list[Booking]:
        """Visits that took place or are paid to, by start, of a hall that is their first; after `after`."""

    def overlapping(self, spaces: Collection[UUID], window: TimeRange, *, lock: bool = False) -> list[Booking]:
        """Live bookings whose claims overlap the window, by start."""

    def lapsed(self, now: datetime, limit: int) -> list[UUID]:
        """Holds that have run out, locked; those that another worker has, or that are put off, are skipped."""

    def ended(self, now: datetime, limit: int) -> list[UUID]:
        """Confirmed or begun visits whose time is over, locked; those that another worker has, that are put off, or
        that staff have reopened a short while ago, are skipped."""

    def update(self, before: Booking, after: Booking) -> None:
        """`ConcurrentUpdateError` if somebody changed the booking since `before`."""

    def replace(self, after: Booking) -> None:
        """For a booking that has been locked since it was read."""

    def add_payment(self, booking: Booking, payment_id: UUID, amount: Money) -> bool:
        """Record a payment; False if it was recorded before."""

    def add_transition(self, booking_id: UUID, transition: Transition) -> None:
        """The audit trail: who moved the booking, when, from where to where, and why."""

    def history(self, booking_id: UUID) -> list[Transition]:
        """The audit trail, oldest first."""


class HoldStore(Protocol):
    def lock(self, customer_id: UUID, *, wait: bool = True) -> bool:
        """Keep the client from holding more until this transaction ends. Without `wait`, False if it is taken.

        Take it after the locks of halls and before those of add-ons and promo codes, to avoid deadlocks."""

    def foresee(self, customer_id: UUID, now: datetime) -> None:
        """`of` is going to be asked, in the same words."""

    def of(self, customer_id: UUID, now: datetime) -> Held:
        """What a client holds unpaid, with all that this transaction has made so far."""

    def payer(self, customer_id: UUID) -> Payer:
        """The person whose customer this is."""


class FreedTime(Protocol):
    """The line of those who wait for booked time. It acts inside the current transaction."""

    def wanted(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> frozenset[UUID]:
        """All spaces of those who wait for something that this time touches."""

    def offer(self, claims: Sequence[Claim]) -> None:
        """To be called right after time is given back; the transaction goes on whatever happens to the offers."""

    def settle(self, booking_id: UUID, outcome: Literal["accepted", "missed"]) -> None:
        """What became of the offer that a booking was, if it was one."""


class Booked(Protocol):
    """Halls, and what has their time."""

    @property
    def halls(self) -> HallStore: ...
    @property
    def claims(self) -> ClaimStore: ...
    @property
    def bookings(self) -> BookingStore: ...


class Work(Offering, Booked, Protocol):
    """A transaction in which time is sold or given back."""

    def foresee_sale(self, customer_id: UUID, hall_ids: Collection[UUID], window: TimeRange, *, quoted: bool) -> None:
        """Send all reads of a sale ahead in one round trip."""

    @property
    def holds(self) -> HoldStore: ...
    @property
    def quotes(self) -> QuoteStore: ...
    @property
    def customers(self) -> CustomerStore: ...
    @property
    def policies(self) -> PolicyStore: ...
    @property
    def studio(self) -> StudioStore: ...
    @property
    def refunds(self) -> RefundStore: ...
    @property
    def deposits(self) -> DepositStore: ...
    @property
    def freed_time(self) -> FreedTime: ...
