"""Notifications of gateways."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, UniqueConstraint, Uuid, func

from core.postgres.tables import Timestamp
from payment.tables import metadata

notifications = Table(
    "notifications",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("payment_id", Uuid, ForeignKey("payments.id", name="notifications_payment_id_fkey"), nullable=False),
    Column("provider", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("gateway_payment_id", Text, nullable=False),
    # As it arrived, to the byte: the evidence when a gateway and we disagree. Empty if the payer was erased.
    Column("body", Text, nullable=False),
    # What went back by the receipt that it tells of, in kopecks.
    Column("receipted", BigInteger),
    Column("received_at", Timestamp, nullable=False, server_default=func.now()),
    UniqueConstraint("provider", "event", "object_id", "status", name="notifications_once_key"),
)
Index("notifications_by_age", notifications.c.received_at, postgresql_using="brin")
