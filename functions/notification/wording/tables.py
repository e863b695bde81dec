"""The table of the texts that staff wrote."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from notification.tables import metadata

# Version 0 is in the product's files.
template_versions = Table(
    "template_versions",
    metadata,
    Column("name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("version", Integer, nullable=False),
    # By part; NULL where it is the product's own text again.
    Column("parts", JSONB),
    Column("restored", Integer),
    Column("edited_by", Uuid, nullable=False),
    Column("edited_at", Timestamp, nullable=False),
    # When it could not be rendered for the first time, and why; in Russian since 2026-12.
    Column("failed_at", Timestamp),
    Column("failure", Text),
    Column("failure_ru", Text),
    PrimaryKeyConstraint("name", "locale", "version"),
)
