"""SQL for deposits, as the payment service tells of them."""

from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from booking.bookings.tables import deposits


class DepositRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deposit_id: UUID, booking_id: UUID, change: int) -> None:
        new = upsert(deposits).values(deposit_id=deposit_id, booking_id=booking_id, held=change)
        more = {"held": deposits.c.held + new.excluded.held}
        self._connection.execute(new.on_conflict_do_update(index_elements=[deposits.c.deposit_id], set_=more))

    def held(self, booking_id: UUID) -> int:
        c = deposits.c
        query = select(func.coalesce(func.sum(c.held), 0)).where(c.booking_id == booking_id, c.held > 0)
        return int(self._connection.execute(query).scalar_one())
