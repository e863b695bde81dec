"""SQL that counts sent messages."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Date, cast, func, select, text

from notification.costs.domain import Sent
from notification.messages.tables import notifications


class CostRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sent(self, begin: date, end: date, timezone: str) -> list[Sent]:
        columns, zone = notifications.c, ZoneInfo(timezone)
        first, last = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (begin, end))
        day = cast(func.timezone(timezone, columns.sent_at), Date)
        kind = (day, columns.channel, columns.provider, columns.template)
        # A message of before 2026-12 says nothing of its parts.
        counted = func.count(), func.coalesce(func.sum(func.coalesce(columns.parts, 1)), 0)
        query = (
            select(*kind, *counted)
            .where(columns.status == "sent", columns.sent_at >= first, columns.sent_at < last)
            .group_by(text("1, 2, 3, 4"))
            .order_by(text("1, 2, 3, 4"))
        )
        return [Sent(*row) for row in self._connection.execute(query)]
