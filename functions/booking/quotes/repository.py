"""SQL for quotes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, text

from booking.quotes.errors import QuoteNotFoundError
from booking.quotes.tables import quotes
from core.postgres.database import DEFERRED
from core.postgres.rows import one
from shared_schemas.booking.quotes import Quote

LOCK_ASKER = text("SELECT pg_advisory_xact_lock(hashtextextended('quotes:' || :asker, 0))")


class QuoteRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, quote: Quote, asker: str | None = None) -> None:
        document = quote.model_dump(mode="json")
        values = {"id": quote.id, "document": document, "valid_until": quote.valid_until, "asker": asker}
        self._connection.execute(insert(quotes).values(values))

    def standing(self, asker: str, now: datetime) -> tuple[int, datetime | None]:
        self._connection.execute(LOCK_ASKER, {"asker": asker}, execution_options=DEFERRED)
        columns = quotes.c
        mine = select(func.count(), func.min(columns.valid_until)).where(
            columns.asker == asker, columns.valid_until > now
        )
        count, first_end = self._connection.execute(mine).one()
        return count, first_end

    def get(self, quote_id: UUID) -> Quote:
        query = select(quotes.c.document).where(quotes.c.id == quote_id)
        row = one(self._connection, query, QuoteNotFoundError(quote_id=str(quote_id)))
        return Quote.model_validate(row.document)
