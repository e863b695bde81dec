"""SQL that forgets payers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, exists, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.postgres.database import DEFERRED
from payment.attempts.tables import payments
from payment.paying.tables import notifications
from payment.privacy.tables import erased_payers
from payment.receipts.tables import receipts
from payment.refunds.tables import refunds
from payment.tables import delivery

# Whoever stores news of a payer shares it, so that an erasure comes wholly before or wholly after.
SHARED = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('erasure:' || :customer_id, 0))")
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('erasure:' || :customer_id, 0))")


WHOSE = ((payments, payments.c.id), (refunds, refunds.c.payment_id), (receipts, receipts.c.payment_id))


class PayerRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def erase(self, customer_id: UUID, at: datetime) -> None:
        self._connection.execute(ALONE, {"customer_id": str(customer_id)}, execution_options=DEFERRED)
        erased = upsert(erased_payers).values(customer_id=customer_id, erased_at=at)
        self._connection.execute(erased.on_conflict_do_nothing())
        theirs = select(payments.c.id).where(payments.c.customer_id == customer_id)
        told = update(notifications).where(notifications.c.payment_id.in_(theirs))
        self._connection.execute(told.values(body=""))
        # Where the browser went after paying: an address of the caller's choice, of no use any more.
        own = update(payments).where(payments.c.customer_id == customer_id)
        self._connection.execute(own.values(return_url="", note=None))
        self._connection.execute(
            update(refunds).where(refunds.c.customer_id == customer_id).values(comment=None, decision=None)
        )
        answers = delivery.idempotency
        self._connection.execute(delete(answers).where(answers.c.principal == str(customer_id)))

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        """In the order in which everybody locks them; whoever changes one meanwhile leaves its customer as it is."""
        theirs = select(payments.c.id).where(payments.c.customer_id.in_(guest_ids)).order_by(payments.c.id)
        ids = self._connection.execute(theirs.with_for_update(key_share=True)).scalars().all()
        for table, payment_id in WHOSE:
            self._connection.execute(update(table).where(payment_id.in_(ids)).values(customer_id=account_id))

    def is_erased(self, customer_id: UUID) -> bool:
        self._connection.execute(SHARED, {"customer_id": str(customer_id)}, execution_options=DEFERRED)
        found = select(exists().where(erased_payers.c.customer_id == customer_id))
        return bool(self._connection.execute(found).scalar_one())
