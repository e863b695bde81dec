"""SQL of short links: which booking each opens, and for whom."""

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from gateway.guests.links import Link
from gateway.tables import short_links


class ShortLinkRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, digest: str, link: Link) -> None:
        values = {"holder_id": link.holder_id, "booking_id": link.booking_id, "expires_at": link.expires_at}
        added = upsert(short_links).values(digest=digest, **values)
        # A visit that moved ends later, and a message of before may come after one of since.
        longest = func.greatest(short_links.c.expires_at, added.excluded.expires_at)
        self._connection.execute(added.on_conflict_do_update(index_elements=["digest"], set_={"expires_at": longest}))

    def find(self, digest: str) -> Link | None:
        columns = (short_links.c.holder_id, short_links.c.booking_id, short_links.c.expires_at)
        row = self._connection.execute(select(*columns).where(short_links.c.digest == digest)).one_or_none()
        return Link(*row) if row else None
