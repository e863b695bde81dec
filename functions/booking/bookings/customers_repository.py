"""SQL for what customers have booked, of several customers at once."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Connection, RowMapping, Uuid, bindparam, select, text

from booking.bookings.tables import bookings
from shared_schemas.booking.customers import Visits
from shared_schemas.common import Money

OF_CUSTOMERS = text("""
SELECT customer_id, count(*) FILTER (WHERE status IN ('in_progress', 'completed')) AS count,
       max(lower(during)) FILTER (WHERE status IN ('in_progress', 'completed')) AS last,
       min(lower(during)) FILTER (WHERE status IN ('pending', 'confirmed') AND lower(during) > :now) AS next,
       sum(paid) AS paid, sum(refunded) AS refunded
  FROM booking.bookings WHERE customer_id = ANY(:customer_ids) GROUP BY customer_id
""").bindparams(bindparam("customer_ids", type_=ARRAY(Uuid)))


class CustomerVisitsRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, customer_ids: Collection[UUID], now: datetime) -> dict[UUID, Visits]:
        rows = self._connection.execute(OF_CUSTOMERS, {"customer_ids": list(customer_ids), "now": now})
        return {row["customer_id"]: _visits(row) for row in rows.mappings()}

    def customer_of(self, number: str) -> UUID | None:
        query = select(bookings.c.customer_id).where(bookings.c.number == number)
        return self._connection.execute(query).scalar_one_or_none()


def _visits(row: RowMapping) -> Visits:
    money = {name: Money(amount=int(row[name])) for name in ("paid", "refunded")}
    return Visits(count=row["count"], last=row["last"], next=row["next"], **money)
