"""What the use cases need of stored invoices, and of others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from payment.companies.ports import CompanyStore
from payment.desk import ports as desk
from payment.invoices.domain import Arrival
from payment.papers.numbers import NumberStore
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.booking.studio import Studio
from shared_schemas.payment.invoices import Invoice, InvoicesQuery


class InvoiceStore(Protocol):
    def add(self, invoice: Invoice) -> None:
        """`BookingInvoicedError` if an open invoice has one of its bookings."""

    def get(self, invoice_id: UUID, *, lock: bool = False) -> Invoice:
        """`InvoiceNotFoundError`; with `lock` it stays as it is until this transaction ends."""

    def named(self, invoice_ids: Sequence[UUID]) -> list[Invoice]:
        """Those that exist, in any order."""

    def by_number(self, numbers: Sequence[tuple[int, int]]) -> list[Invoice]:
        """Those with these numbers, each of a year."""

    def open_of(self, inns: Sequence[str], limit: int) -> list[Invoice]:
        """The open ones of companies with these INNs, the oldest first."""

    def page(self, query: InvoicesQuery, after: Cursor | None, limit: int) -> list[Invoice]:
        """Newest first."""

    def update(self, invoice: Invoice) -> None:
        """One that was locked: its status and what is paid."""

    def enter(self, arrival: Arrival) -> None:
        """Write down money that came for an invoice."""


class Bookings(Protocol):
    """The booking service."""

    def terms(self, booking_id: UUID) -> PaymentTerms:
        """`BookingNotFoundError` if there is no booking, `BookingUnavailableError` if Booking does not answer."""

    def hold(self, booking_id: UUID, until: datetime) -> None:
        """Hold its slot until then. `BookingNotPayableError` if it is not held any more; else as `terms`."""

    def studio(self) -> Studio:
        """`StudioUnknownError` if Booking does not say who the studio is."""


class Work(desk.Work, Protocol):
    """A transaction on invoices, and on the payments of their bookings."""

    @property
    def companies(self) -> CompanyStore: ...
    @property
    def paper_numbers(self) -> NumberStore: ...
    @property
    def invoices(self) -> InvoiceStore: ...
