"""SQL of addresses that get no more mail, and of what became of mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from core.http.paging import Cursor, behind
from notification.channels.email.news import MailNews
from notification.messages.tables import notifications
from notification.suppressions.domain import FATES, STRONGER, digest, why
from notification.suppressions.tables import NEWEST_FIRST, suppressions
from shared_schemas.messages.suppressions import Suppression, SuppressionReason


class SuppressionRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mark(self, news: MailNews) -> bool:
        c = notifications.c
        this = (c.provider_reference == news.reference) & (c.provider == news.provider)
        fate, reason = FATES[news.kind], news.reason
        # Whatever nobody knew anything of is news; equal news come again.
        weaker = c.delivery.is_(None) | c.delivery.not_in((*STRONGER[news.kind], fate))
        told: dict[str, Any] = {"delivery": fate, "delivery_reason": reason}
        if news.kind == "delivered":
            told["delivered_at"] = news.at
        # Asked first: a mail that is recorded between two statements must not be known and yet not marked.
        known = self._connection.execute(select(c.id).where(this)).first() is not None
        if known:
            self._connection.execute(update(notifications).where(this, weaker).values(**told))
        return known

    def suppress(self, address: str, news: MailNews, *, named: bool) -> bool:
        told = {
            "address": address.strip().lower() if named else None,
            "reason": why(news),
            "detail": news.reason,
            "feedback": news.feedback,
            "since": news.at,
            "lifted_at": None,
        }
        c = notifications.c
        whose = select(c.recipient_id).where(c.provider_reference == news.reference, c.provider == news.provider)
        made = insert(suppressions).values(
            id=uuid4(), digest=digest(address), recipient_id=whose.limit(1).scalar_subquery(), **told
        )
        s = suppressions.c
        # A complaint stays one. What was lifted is told once more only by something new.
        lifted = s.lifted_at.is_not(None) & (s.feedback != made.excluded.feedback)
        worse = s.lifted_at.is_(None) & (s.reason == "bounce") & (made.excluded.reason == "complaint")
        kept = {name: made.excluded[name] for name in (*told, "recipient_id")}
        upsert = made.on_conflict_do_update(index_elements=["digest"], set_=kept, where=lifted | worse)
        return self._connection.execute(upsert.returning(s.id)).one_or_none() is not None

    def why(self, address: str) -> SuppressionReason | None:
        s = suppressions.c
        query = select(s.reason).where(s.digest == digest(address), s.lifted_at.is_(None))
        found: SuppressionReason | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def page(self, after: Cursor | None, limit: int) -> list[Suppression]:
        s = suppressions.c
        query = select(suppressions).where(s.lifted_at.is_(None))
        if after:
            query = query.where(behind(after, s.since, s.id))
        return [_suppression(row) for row in self._connection.execute(query.order_by(*NEWEST_FIRST).limit(limit))]

    def lift(self, suppression_id: UUID, now: datetime) -> Suppression | None:
        s = suppressions.c
        this = (s.id == suppression_id) & s.lifted_at.is_(None)
        lifted = update(suppressions).where(this).values(lifted_at=now).returning(suppressions)
        row = self._connection.execute(lifted).one_or_none()
        return _suppression(row) if row else None

    def forget(self, person_id: UUID) -> None:
        theirs = suppressions.c.recipient_id == person_id
        self._connection.execute(update(suppressions).where(theirs).values(address=None, recipient_id=None))

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        theirs = suppressions.c.recipient_id.in_(guest_ids)
        self._connection.execute(update(suppressions).where(theirs).values(recipient_id=account_id))


def _suppression(row: Row[Any]) -> Suppression:
    return Suppression(id=row.id, address=row.address, reason=row.reason, detail=row.detail, since=row.since)
