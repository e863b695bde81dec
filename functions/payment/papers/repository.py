"""SQL for the numbers of papers."""

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as upsert

from payment.papers.tables import paper_numbers
from shared_schemas.payment.papers import PaperKind


class NumberRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next(self, kind: PaperKind, year: int) -> int:
        """The row stays locked until the transaction ends."""
        first = upsert(paper_numbers).values(kind=kind, year=year, last=1)
        counted = first.on_conflict_do_update(index_elements=["kind", "year"], set_={"last": paper_numbers.c.last + 1})
        return int(self._connection.execute(counted.returning(paper_numbers.c.last)).scalar_one())
