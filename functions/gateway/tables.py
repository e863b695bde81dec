"""Accounts of users."""

from sqlalchemy import CheckConstraint, Column, Index, MetaData, Table, Text, Uuid, func, text

from core.tables import Timestamp, delivery_tables

metadata = MetaData(schema="gateway")
delivery = delivery_tables(metadata)

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("consented_at", Timestamp, nullable=False),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    Column("erased_at", Timestamp),
    CheckConstraint("role IN ('client', 'manager', 'admin')", name="users_role_check"),
    CheckConstraint("locale IN ('en', 'ru')", name="users_locale_check"),
)
Index("users_email_key", users.c.email, unique=True, postgresql_where=text("erased_at IS NULL"))
