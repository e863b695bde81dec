"""SQL of connected chats."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from notification.connections.domain import EVERY, Connected, Subject
from notification.connections.tables import connection_links, connections
from shared_schemas.channels import Channel, Messenger

KEY = ["person_id", "channel", "booking_id"]


class ConnectionRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, subject: Subject) -> dict[Channel, datetime]:
        c = connections.c
        rows = self._connection.execute(select(c.channel, c.connected_at).where(_brings(subject)))
        return {row.channel: row.connected_at for row in rows}

    def channels(self, people: Collection[UUID]) -> dict[Subject, set[Channel]]:
        c = connections.c
        found: dict[Subject, set[Channel]] = defaultdict(set)
        query = select(c.person_id, c.booking_id, c.channel).where(c.person_id.in_(people))
        for row in self._connection.execute(query):
            found[Subject(row.person_id, row.booking_id)].add(row.channel)
        return found

    def connected(self, subject: Subject, channel: Channel) -> Connected | None:
        c = connections.c
        query = select(c.chat, c.browser_keys, c.connected_at).where(_brings(subject), c.channel == channel)
        # What was connected for this booking alone comes first.
        row = self._connection.execute(query.order_by(c.booking_id.desc()).limit(1)).one_or_none()
        return Connected(*row) if row else None

    def offer(self, subject: Subject, channel: Messenger, digest: str, until: datetime) -> None:
        told = {"digest": digest, "expires_at": until, "chat": None}
        of = {"person_id": subject.person_id, "booking_id": subject.booking_id, "channel": channel}
        made = insert(connection_links).values(**of, **told)
        self._connection.execute(made.on_conflict_do_update(index_elements=[*of], set_=told))

    def redeem(self, channel: Messenger, digest: str, chat: str, now: datetime) -> Subject | None:
        c = connection_links.c
        theirs = (c.channel == channel) & (c.digest == digest) & (c.expires_at > now)
        free = func.coalesce(c.chat, chat) == chat
        used = update(connection_links).where(theirs, free).values(chat=chat).returning(c.person_id, c.booking_id)
        row = self._connection.execute(used).one_or_none()
        return Subject(*row) if row else None

    def bind(
        self, subjects: Collection[Subject], channel: Channel, chat: str, now: datetime, keys: str | None = None
    ) -> None:
        told = {"channel": channel, "chat": chat, "browser_keys": keys, "connected_at": now}
        ordered = sorted(subjects, key=lambda each: (each.person_id, each.booking_id))
        made = insert(connections).values([{**asdict(each), **told} for each in ordered])
        new = {name: made.excluded[name] for name in ("chat", "browser_keys", "connected_at")}
        c = connections.c
        other = (c.chat != made.excluded.chat) | c.browser_keys.is_distinct_from(made.excluded.browser_keys)
        self._connection.execute(made.on_conflict_do_update(index_elements=KEY, set_=new, where=other))

    def unbind(self, subject: Subject, channel: Channel) -> None:
        c = connections.c
        theirs = _brings(subject) if subject.booking_id != EVERY else c.person_id == subject.person_id
        self._connection.execute(delete(connections).where(theirs, c.channel == channel))

    def leave(self, channel: Channel, chat: str) -> None:
        c = connections.c
        self._connection.execute(delete(connections).where(c.chat == chat, c.channel == channel))

    def forget(self, people: Collection[UUID]) -> None:
        for table in (connections, connection_links):
            self._connection.execute(delete(table).where(table.c.person_id.in_(people)))


def _brings(subject: Subject) -> ColumnElement[bool]:
    """What brings messages about a booking: connected for it, or for whatever its customer books."""
    c = connections.c
    return (c.person_id == subject.person_id) & c.booking_id.in_({subject.booking_id, EVERY})
