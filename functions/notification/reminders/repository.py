"""SQL of time rules: for which bookings one is due, and for which it has been dealt with."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    TableValuedAlias,
    Uuid,
    and_,
    column,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from core.job_failures import not_put_off
from notification.bookings.repository import booking_of
from notification.bookings.tables import bookings
from notification.messages.domain.plans import PLAN_OF
from notification.reminders.domain import STALE, Due, Verdict
from notification.reminders.ports import SEND_REMINDERS
from notification.rules.tables import rule_runs
from notification.tables import delivery
from shared_schemas.messages.rules import MessageRule, Moment

MINUTE = text("interval '1 minute'")
AT: dict[Moment, ColumnElement[datetime]] = {
    "start": bookings.c.starts_at,
    "end": bookings.c.ends_at,
    "hold_end": bookings.c.hold_ends_at,
}


class ReminderRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, rules: Sequence[MessageRule], now: datetime, limit: int) -> list[UUID]:
        found: list[UUID] = []
        for moment, its_rules in _by_moment(rules):
            table = _table(its_rules)
            columns = bookings.c
            query = (
                select(columns.booking_id)
                .where(
                    *_near(AT[moment], its_rules, now),
                    _open(select(literal(1)).select_from(table), table, AT[moment], now).exists(),
                    columns.booking_id.not_in(found),
                    not_put_off(delivery.failures, SEND_REMINDERS, columns.booking_id, now),
                )
                .order_by(AT[moment])
                .limit(limit - len(found))
                .with_for_update(skip_locked=True)
            )
            found += self._connection.execute(query).scalars()
        return found

    def due_of(self, booking_ids: Sequence[UUID], rules: Sequence[MessageRule], now: datetime) -> list[Due]:
        rows: dict[UUID, Any] = {}
        due: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for moment, its_rules in _by_moment(rules):
            table = _table(its_rules)
            query = select(bookings, table.c.id.label("rule_id")).join(table, literal(True))
            query = _open(query, table, AT[moment], now).where(bookings.c.booking_id.in_(booking_ids))
            for row in self._connection.execute(query):
                rows[row.booking_id] = row
                due[row.booking_id].add(row.rule_id)
        return [Due(booking_of(row), due[booking_id]) for booking_id, row in rows.items()]

    def settle(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        by_key = {(each.booking.booking_id, each.timed.rule.id, each.timed.moment): each for each in verdicts}
        if not by_key:
            return []
        rows = [
            {"booking_id": booking, "rule_id": rule, "moment": moment, "passed_over": each.passed_over}
            for (booking, rule, moment), each in by_key.items()
        ]
        columns = rule_runs.c
        statement = insert(rule_runs).values(rows).on_conflict_do_nothing()
        ours = self._connection.execute(statement.returning(columns.booking_id, columns.rule_id, columns.moment))
        return [by_key[row.booking_id, row.rule_id, row.moment] for row in ours]


def _by_moment(rules: Sequence[MessageRule]) -> Iterator[tuple[Moment, list[MessageRule]]]:
    for moment in AT:
        if found := [rule for rule in rules if rule.moment == moment and rule.active]:
            yield moment, found


def _table(rules: Sequence[MessageRule]) -> TableValuedAlias:
    """The rules, as PostgreSQL sees them."""
    told = [
        {
            "id": str(rule.id),
            "minutes": rule.minutes,
            "statuses": rule.condition.statuses or sorted(PLAN_OF[rule.template].while_status),
        }
        for rule in rules
    ]
    columns = column("id", Uuid), column("minutes", Integer), column("statuses", JSONB)
    return func.jsonb_to_recordset(literal(told, JSONB)).table_valued(*columns).render_derived(with_types=True)


def _near(at: ColumnElement[datetime], rules: Sequence[MessageRule], now: datetime) -> Iterator[ColumnElement[bool]]:
    """What an index finds: moments for which any of the rules may be due."""
    minutes = [rule.minutes or 0 for rule in rules]
    yield at > now - STALE - timedelta(minutes=max(0, *minutes))
    yield at <= now + timedelta(minutes=max(0, *(-each for each in minutes)))


def _open(query: Select[Any], table: TableValuedAlias, at: ColumnElement[datetime], now: datetime) -> Select[Any]:
    """Narrow a query of bookings and rules to what is due, still makes sense, and has not been dealt with."""
    minutes, statuses = table.c.minutes, table.c.statuses
    due = at + minutes * MINUTE
    done = select(literal(1)).where(
        rule_runs.c.booking_id == bookings.c.booking_id, rule_runs.c.rule_id == table.c.id, rule_runs.c.moment == at
    )
    return query.where(
        due <= now,
        # Who was told of the start when it was due, or never, for they did not book with us, is left alone.
        due > bookings.c.known_since,
        or_(and_(minutes < 0, at > now), and_(minutes >= 0, due > now - STALE)),
        or_(statuses == literal([], JSONB), statuses.op("?")(bookings.c.status)),
        ~done.correlate(bookings, table).exists(),
    )
