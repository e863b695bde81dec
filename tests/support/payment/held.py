"""A payment service that holds money for people."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from core.identity import Identity
from shared_schemas.events.payments import PaymentRefunded, PaymentSucceeded
from shared_schemas.payment.balances import (
    BalanceEntriesQuery,
    BalanceEntry,
    BalanceEntryRequest,
    BalancePaymentRequest,
)
from shared_schemas.payment.certificates import (
    Certificate,
    CertificatePaymentRequest,
    CertificateRequest,
    NewCertificate,
)
from shared_schemas.payment.payments import Payment
from tests.support.payment.refunds import STAFF, Treasury

# Where what is held is not what its entries say, or was once below zero.
UNEVEN = """
    SELECT h.id FROM payment.held_money h LEFT JOIN payment.held_money_entries e ON e.held_id = h.id
    GROUP BY h.id HAVING h.remaining <> coalesce(sum(e.amount), 0) OR h.worth <> coalesce(sum(e.worth), 0)
        OR min(e.remaining) < 0
"""


class Safe(Treasury):
    """Balances, as staff and their owners use them."""

    @property
    def customer_id(self) -> UUID:
        return UUID(self.customer.subject)

    def enter(self, kind: str, amount: int, customer_id: UUID | None = None, **changes: Any) -> BalanceEntry:
        values = {"kind": kind, "amount": {"amount": amount}, "method": "cash"}
        request = BalanceEntryRequest.model_validate(values | changes)
        return self.app.balances.enter(customer_id or self.customer_id, request, STAFF, None)

    def left(self, customer_id: UUID | None = None) -> int:
        return self.app.balances.of(customer_id or self.customer_id).balance.amount

    def spend(self, booking_id: UUID, amount: int | None = None, caller: Identity | None = None) -> Payment:
        request = BalancePaymentRequest.model_validate({"amount": {"amount": amount}} if amount else {})
        return self.app.balances.pay(booking_id, request, caller or self.customer, None)

    def entries(self, customer_id: UUID | None = None, *, for_staff: bool = True) -> list[BalanceEntry]:
        """The oldest first."""
        query = BalanceEntriesQuery()
        found = self.app.balances.entries(customer_id or self.customer_id, query, for_staff=for_staff).data
        return found[::-1]

    def uneven(self) -> list[UUID]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(UNEVEN)).scalars())

    def certificate(self, **changes: Any) -> NewCertificate:
        """A certificate over 5000 rubles that was just sold."""
        until = self.clock.now().date() + timedelta(days=30)
        values = {"name": "A gift", "amount": {"amount": 500_000}, "method": "cash", "valid_until": until}
        return self.app.certificates.sell(CertificateRequest.model_validate(values | changes), STAFF, None)

    def use(self, booking_id: UUID, code: str, caller: Identity | None = None) -> Payment:
        request = CertificatePaymentRequest(code=code)
        return self.app.certificates.pay(booking_id, request, caller or self.customer, None)

    def left_of(self, certificate: Certificate) -> int:
        return self.app.certificates.get(certificate.id).remaining

    def revenue(self) -> int:
        """What reports count, in kopecks: the money behind payments, less what went back of it."""
        came = [e for e in self.told("payment.succeeded") if isinstance(e, PaymentSucceeded)]
        went = [e for e in self.told("payment.refunded") if isinstance(e, PaymentRefunded)]
        return sum((e.worth or e.amount).amount for e in came) - sum((e.worth or e.amount).amount for e in went)

    def in_hand(self) -> int:
        """What came over the desk for held money, less what went back over it, in kopecks."""
        with self.engine.connect() as connection:
            query = text("SELECT coalesce(sum(worth), 0) FROM payment.held_money_entries WHERE method IS NOT NULL")
            return int(connection.execute(query).scalar_one())

    def worth(self) -> int:
        """The money behind all that is held, in kopecks."""
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT coalesce(sum(worth), 0) FROM payment.held_money")).scalar_one())

    def in_drawer(self) -> int:
        """What should lie in the till that was opened empty, in kopecks."""
        with self.engine.connect() as connection:
            query = text("SELECT coalesce(sum(amount), 0) FROM payment.till_entries WHERE method = 'cash'")
            return int(connection.execute(query).scalar_one())
