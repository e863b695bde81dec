"""SQL of attempts: claimed by one worker, and how they ended."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, literal, null, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from core.job_failures import not_put_off, reading
from core.postgres.stored_fields import StoredFields
from notification.bookings.repository import booking_of
from notification.bookings.tables import bookings
from notification.errors import BookingUnknownError
from notification.messages import tables as t
from notification.messages.domain.deliveries import Delivery
from notification.messages.repository import delivery_of
from notification.preferences.domain import kind_of
from notification.preferences.tables import left_messages, readers
from notification.sending.domain import LEASE, SPAN, Outcome
from notification.sending.known import Known
from notification.sending.ports import SEND_PENDING
from notification.tables import delivery as tables
from notification.wording.tables import template_versions
from notification.writing.edited import EditedText
from notification.writing.reader import Reader
from shared_schemas.channels import Channel
from shared_schemas.messages.preferences import LEAVABLE
from shared_schemas.notification import TemplateName

OUTCOME = StoredFields(Outcome, t.notifications, apart=["letter", "put_off", "gone"])

ONE_ROW = select(literal(1)).subquery()
"""Of a message about no booking, there is an answer all the same."""


class AttemptRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self, now: datetime, notification_id: UUID | None = None, channel: Channel | None = None
    ) -> Delivery | None:
        columns = t.notifications.c
        due = select(columns.id).where(columns.next_attempt_at <= now)
        if channel:
            due = due.where(columns.channel == channel)
        if notification_id:
            due = due.where(columns.id == notification_id)
        else:
            due = due.where(not_put_off(tables.failures, SEND_PENDING, columns.id, now))
        due = due.order_by(columns.next_attempt_at).limit(1).with_for_update(skip_locked=True)
        statement = (
            update(t.notifications)
            .where(columns.id == due.scalar_subquery())
            .values(status="sending", attempts=columns.attempts + 1, next_attempt_at=now + LEASE)
            .returning(t.notifications)
        )
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            return None
        with reading(row.id):
            return delivery_of(row)

    def finds_room(self, delivery: Delivery, address: str, now: datetime, most: int) -> bool:
        # Two messages to one address count each other, and so does a third that comes meanwhile.
        self._connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:it, 0))"), {"it": address})
        columns = t.notifications.c
        others = select(func.count()).where(
            columns.address == address,
            columns.created_at > now - SPAN,
            columns.id != delivery.id,
            columns.status != "skipped",
            columns.template.in_(delivery.alike),
        )
        if self._connection.execute(others).scalar_one() >= most:
            return False
        mine = (columns.id == delivery.id) & (columns.status == "sending")
        self._connection.execute(update(t.notifications).where(mine).values(address=address))
        return True

    def known(self, delivery: Delivery, now: datetime, *, counts: bool) -> Known:
        b = bookings.c
        row: Any = self._connection.execute(
            select(
                *bookings.c,
                (_told(delivery, now) if counts else literal(0)).label("told"),
                _texts(delivery.template).label("texts"),
                *_reader(delivery),
            ).select_from(ONE_ROW.outerjoin(bookings, b.booking_id == delivery.booking_id))
        ).one()
        with reading(delivery.id):
            texts = {locale: EditedText(**each) for locale, each in (row.texts or {}).items() if each["parts"]}
            if delivery.booking_id and row.booking_id is None:
                raise BookingUnknownError(str(delivery.booking_id))
            booking = booking_of(row) if row.booking_id else None
        return Known(booking, row.told, texts, Reader(row.left, row.secret))

    def finish(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        values = {**OUTCOME.values(outcome), "sent_at": now if outcome.status == "sent" else None}
        if outcome.put_off:
            values["attempts"] = delivery.attempts - 1
        if outcome.letter:
            values["address"] = outcome.letter.address
            values["message"] = outcome.letter.message.model_dump(mode="json")
        columns = t.notifications.c
        # The attempt number says whether we still hold the lease.
        ours = (columns.id == delivery.id) & (columns.status == "sending") & (columns.attempts == delivery.attempts)
        return self._connection.execute(update(t.notifications).where(ours).values(**values)).rowcount == 1


def _told(delivery: Delivery, now: datetime) -> ScalarSelect[int]:
    columns = t.notifications.c
    alike = columns.booking_id.is_not(None) if delivery.booking_id else columns.template == delivery.template
    others = select(func.count()).where(
        columns.recipient_id == delivery.recipient_id,
        columns.created_at > now - SPAN,
        columns.id != delivery.id,
        columns.status.in_(("sent", "sending")),
        alike,
    )
    return others.scalar_subquery()


def _texts(template: TemplateName) -> ScalarSelect[Any]:
    """The newest version in each language that was ever edited."""
    c = template_versions.c
    newest = select(c.locale, c.version, c.parts).ext(distinct_on(c.locale)).where(c.name == template)
    found = newest.order_by(c.locale, c.version.desc()).subquery()
    told = func.jsonb_build_object("version", found.c.version, "parts", found.c.parts)
    return select(func.jsonb_object_agg(found.c.locale, told, type_=JSONB)).scalar_subquery()


def _reader(delivery: Delivery) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Asked only of what may be left."""
    kind, c = kind_of(delivery.template), left_messages.c
    if kind not in LEAVABLE:
        return literal(False).label("left"), null().label("secret")
    theirs = (c.person_id == delivery.recipient_id) & (c.kind == kind) & (c.channel == delivery.channel)
    secret = select(readers.c.secret).where(readers.c.person_id == delivery.recipient_id)
    return select(c.kind).where(theirs).exists().label("left"), secret.scalar_subquery().label("secret")
