"""The table of payers who were erased: what gateways tell of them later is stored without the person."""

from sqlalchemy import Column, Table, Uuid

from core.postgres.tables import Timestamp
from payment.tables import metadata

erased_payers = Table(
    "erased_payers",
    metadata,
    Column("customer_id", Uuid, primary_key=True),
    Column("erased_at", Timestamp, nullable=False),
)
