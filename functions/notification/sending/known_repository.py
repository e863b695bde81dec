"""SQL of what the sending of some messages depends on: a question for each kind of it, however many they are."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Text, Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.job_failures import UnreadableError, reading
from core.observability import logger
from notification.bookings.domain import KnownBooking
from notification.bookings.repository import booking_of
from notification.bookings.tables import bookings
from notification.errors import BookingUnknownError
from notification.messages.domain.deliveries import Delivery
from notification.messages.tables import notifications
from notification.preferences.domain import kind_of
from notification.preferences.tables import left_messages, readers
from notification.sending.domain import SPAN, Told
from notification.sending.known import Known
from notification.wording.tables import template_versions
from notification.writing.edited import EditedText
from notification.writing.reader import Reader
from shared_schemas.common import LocaleCode
from shared_schemas.messages.preferences import LEAVABLE, MessageKind
from shared_schemas.notification import TemplateName

N, T, LEFT, READERS = notifications.c, template_versions.c, left_messages.c, readers.c
PEOPLE = any_(bindparam("people", type_=ARRAY(Uuid)))
BOOKINGS = select(bookings).where(bookings.c.booking_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
# What goes out together with these is counted as it goes.
TOLD = (
    select(
        N.recipient_id,
        N.template,
        N.booking_id.is_not(None).label("booked"),
        func.count().filter(N.status == "sent").label("times"),
        func.count().filter(N.status == "sending").label("under_way"),
    )
    .where(
        N.recipient_id == PEOPLE,
        N.created_at > bindparam("since"),
        ~(N.id == any_(bindparam("ids", type_=ARRAY(Uuid)))),
        N.status.in_(("sent", "sending")),
    )
    .group_by(N.recipient_id, N.template, N.booking_id.is_not(None))
)
# The newest version in each language that was ever edited.
TEXTS = (
    select(T.name, T.locale, T.version, T.parts)
    .ext(distinct_on(T.name, T.locale))
    .where(T.name == any_(bindparam("names", type_=ARRAY(Text))))
    .order_by(T.name, T.locale, T.version.desc())
)
LEFT_BY = select(LEFT.person_id, LEFT.kind, LEFT.channel).where(LEFT.person_id == PEOPLE)
SECRETS = select(READERS.person_id, READERS.secret).where(READERS.person_id == PEOPLE)


@dataclass(frozen=True)
class Left:
    """What people left, and the secrets of their links."""

    of: Collection[tuple[UUID, MessageKind, str]] = ()
    secrets: Mapping[UUID, str] = field(default_factory=dict)

    def reader(self, delivery: Delivery) -> Reader:
        kind, who = kind_of(delivery.template), delivery.recipient_id
        return Reader((who, kind, delivery.channel) in self.of, self.secrets.get(who) if kind in LEAVABLE else None)


class KnownRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, deliveries: Sequence[Delivery], now: datetime, counted: Collection[UUID]) -> dict[UUID, Known]:
        """By message; of those in `counted` with how many others their recipients got. What cannot be read is missing,
        and in the log."""
        rows = self._bookings([each.booking_id for each in deliveries if each.booking_id])
        texts = self._texts({each.template for each in deliveries})
        told = self._told([each for each in deliveries if each.id in counted], deliveries, now)
        left = self._left({each.recipient_id for each in deliveries if kind_of(each.template) in LEAVABLE})
        found = {}
        for each in deliveries:
            alike = [one for one in told if one.is_like(each)] if each.id in counted else []
            try:
                booking = _booking(each, rows)
            except UnreadableError:
                logger.exception("The booking of a message cannot be read", notification_id=str(each.id))
                continue
            found[each.id] = Known(
                booking,
                sum(one.times for one in alike),
                sum(one.under_way for one in alike),
                texts[each.template],
                left.reader(each),
            )
        return found

    def _bookings(self, ids: list[UUID]) -> dict[UUID, Row[Any]]:
        return {row.booking_id: row for row in self._connection.execute(BOOKINGS, {"ids": ids})} if ids else {}

    def _told(self, counted: Sequence[Delivery], together: Sequence[Delivery], now: datetime) -> list[Told]:
        if not counted:
            return []
        people = list({each.recipient_id for each in counted})
        values = {"people": people, "since": now - SPAN, "ids": [each.id for each in together]}
        return [Told(*row) for row in self._connection.execute(TOLD, values)]

    def _texts(self, names: Collection[TemplateName]) -> Mapping[TemplateName, Mapping[LocaleCode, EditedText]]:
        found: defaultdict[TemplateName, dict[LocaleCode, EditedText]] = defaultdict(dict)
        for row in self._connection.execute(TEXTS, {"names": list(names)}) if names else ():
            if row.parts:
                found[row.name][row.locale] = EditedText(row.version, row.parts)
        return found

    def _left(self, people: Collection[UUID]) -> Left:
        """Asked only of what may be left."""
        if not people:
            return Left()
        values = {"people": list(people)}
        left = {(row.person_id, row.kind, row.channel) for row in self._connection.execute(LEFT_BY, values)}
        return Left(left, {row.person_id: row.secret for row in self._connection.execute(SECRETS, values)})


def _booking(delivery: Delivery, rows: Mapping[UUID, Row[Any]]) -> KnownBooking | None:
    """`UnreadableError`."""
    if delivery.booking_id is None:
        return None
    with reading(delivery.id):
        if delivery.booking_id not in rows:
            raise BookingUnknownError(str(delivery.booking_id))
        return booking_of(rows[delivery.booking_id])
