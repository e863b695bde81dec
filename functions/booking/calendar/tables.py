"""The calendar: `occupancy` alone decides whether a slot is free."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint

from booking.tables import metadata

occupancy = Table(
    "occupancy",
    metadata,
    # The booking, closure or external calendar that claims the time.
    Column("owner_id", Uuid, primary_key=True),
    Column("hall_id", Uuid, ForeignKey("halls.id", name="occupancy_hall_id_fkey"), primary_key=True),
    Column("during", TSTZRANGE, primary_key=True),
    Column("kind", Text, nullable=False),
    ExcludeConstraint(("hall_id", "="), ("during", "&&"), using="gist", name="occupancy_no_overlap"),
    CheckConstraint("kind IN ('booking', 'closure', 'external')", name="occupancy_kind_check"),
    CheckConstraint(
        "NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)",
        name="occupancy_half_open_check",
    ),
)
