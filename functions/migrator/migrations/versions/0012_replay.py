"""Keeps what was published for a while, to publish it again."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    pass
