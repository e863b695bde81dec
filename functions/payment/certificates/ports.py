"""What the use cases need of stored certificates."""

from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from payment.certificates.domain import StoredCertificate
from payment.held_money import ports as held_money
from payment.held_money.domain import Held
from shared_schemas.payment.certificates import CertificatesQuery

Sold = tuple[StoredCertificate, Held]


class CertificateStore(Protocol):
    def add(self, certificate: StoredCertificate) -> None: ...

    def put(self, certificate: StoredCertificate) -> None:
        """What may change: its code, its last day, whether it is blocked."""

    def get(self, certificate_id: UUID) -> Sold:
        """`CertificateNotFoundError`."""

    def with_code(self, digest: str) -> Sold:
        """`CertificateNotFoundError`."""

    def minutes_paid(self, booking_id: UUID) -> int:
        """How many minutes of a visit passes have paid, and not got back."""

    def page(self, query: CertificatesQuery, after: Cursor | None, limit: int) -> list[Sold]:
        """Newest first, after the cursor."""


class Work(held_money.Work, Protocol):
    """A transaction on certificates, and what is left of them."""

    @property
    def certificates(self) -> CertificateStore: ...
