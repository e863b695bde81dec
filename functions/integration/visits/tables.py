"""What reports are computed from: each booking as its newest event tells it, the time and the price it is made of, and
each movement of money. No personal data, and nothing that the events do not say."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from core.postgres.tables import Timestamp
from integration.tables import metadata

visits = Table(
    "visits",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("hall_id", Uuid, nullable=False),
    Column("starts_at", Timestamp, nullable=False),
    Column("ends_at", Timestamp, nullable=False),
    # By the hall's own clock.
    Column("local_start", DateTime, nullable=False),
    Column("people", Integer, nullable=False),
    # What it is for; those of before it was told are for photos, like orders that say nothing.
    Column("visit_purpose", Text, nullable=False, server_default=text("'photo'")),
    Column("total", BigInteger, nullable=False),
    Column("prepayment", BigInteger, nullable=False),
    Column("promo_code", Text),
    Column("promo_discount", BigInteger, nullable=False),
    # When it entered each state; NULL where it never did, or before events were kept.
    Column("created_at", Timestamp),
    Column("confirmed_at", Timestamp),
    Column("cancelled_at", Timestamp),
    Column("expired_at", Timestamp),
    Column("completed_at", Timestamp),
    Column("missed_at", Timestamp),
)
Index("visits_by_creation", visits.c.created_at)
Index("visits_by_start", visits.c.local_start)
Index("visits_by_promo_code", visits.c.created_at, postgresql_where=visits.c.promo_code.is_not(None))

# Sold time only: by local days, and in minutes of the wall clock that are real minutes.
hall_times = Table(
    "hall_times",
    metadata,
    Column("booking_id", Uuid, ForeignKey("visits.booking_id", name="hall_times_booking_id_fkey"), primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("hall_id", Uuid, nullable=False),
    Column("day", Date, nullable=False),
    Column("from_minute", SmallInteger, nullable=False),
    Column("to_minute", SmallInteger, nullable=False),
    CheckConstraint(
        "0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440", name="hall_times_minutes_check"
    ),
)
Index(
    "hall_times_by_day",
    hall_times.c.day,
    hall_times.c.hall_id,
    postgresql_include=["from_minute", "to_minute"],
)

# How money of a booking is shared among halls and tariffs: from `begins` to `ends` of `whole`.
visit_shares = Table(
    "visit_shares",
    metadata,
    Column("booking_id", Uuid, ForeignKey("visits.booking_id", name="visit_shares_booking_id_fkey"), primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("hall_id", Uuid, nullable=False),
    Column("tariff", Text),
    Column("minutes", Integer, nullable=False),
    Column("begins", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("whole", BigInteger, nullable=False),
    CheckConstraint("0 <= begins AND begins <= ends AND ends <= whole AND whole > 0", name="visit_shares_order_check"),
)

movements = Table(
    "movements",
    metadata,
    # The payment's own id, or the refund's.
    Column("id", Uuid, primary_key=True),
    Column("booking_id", Uuid, nullable=False),
    Column("payment_id", Uuid, nullable=False),
    Column("provider", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    # In kopecks; below zero it went back.
    Column("amount", BigInteger, nullable=False),
    Column("at", Timestamp, nullable=False),
)
Index("movements_by_time", movements.c.at)
Index("movements_by_booking", movements.c.booking_id)

# UTC days whose revenue is added up; one goes as soon as anything of the day changes, and is added up again by a job.
revenue_days = Table(
    "revenue_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("added_up_at", Timestamp, nullable=False),
)
# What counts of a day that has its row in `revenue_days`; what is left of others is put in order with the next sums.
revenue_sums = Table(
    "revenue_sums",
    metadata,
    Column("day", Date, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # What the row is of: a hall, a tariff (each NULL where the events name none), or the whole day.
    Column("kind", Text, nullable=False),
    Column("hall_id", Uuid),
    Column("tariff", Text),
    Column("payments", BigInteger, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("refunds", BigInteger, nullable=False),
    CheckConstraint("kind IN ('hall', 'tariff', 'all')", name="revenue_sums_kind_check"),
)

# One row for each time that all of it is computed again; an unfinished one goes on from `reached`.
report_rebuilds = Table(
    "report_rebuilds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("started_at", Timestamp, nullable=False),
    Column("reached", Uuid),
    Column("bookings", Integer, nullable=False),
    Column("corrected", Integer, nullable=False),
    Column("finished_at", Timestamp),
)
Index(
    "report_rebuilds_open",
    report_rebuilds.c.started_at,
    postgresql_where=report_rebuilds.c.finished_at.is_(None),
)
