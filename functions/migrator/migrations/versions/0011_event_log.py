"""Keeps the event log by month, and what operators do about errors and dead letters."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    pass
