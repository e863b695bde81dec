"""The outbox in the state file."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.sandbox.database import Database, folded
from infra.sandbox.messages.model import Channel, Message

SHOWN = 200
FIND = """
SELECT document FROM (
    SELECT seq, document, recipients, folded(
        coalesce(json_extract(document, '$.subject'), '') || ' ' || coalesce(json_extract(document, '$.text'), '')
    ) AS said FROM messages WHERE instr(recipients, ?) > 0 AND (channel = ? OR ? IS NULL) AND created_at >= ?
) WHERE ? = '' OR instr(recipients, ?) > 0 OR instr(said, ?) > 0 OR instr(said, ?) > 0
ORDER BY seq DESC LIMIT ?
"""
NUMBER = re.compile("[0-9A-HJKMNP-TV-Z]{8}")
# Letters that look like others, and what people put between.
MEANT = str.maketrans("OILОАВЕКМНРСТХ", "0110ABEKMHPCTX", " -–")


@dataclass(frozen=True)
class Filter:
    """What to look for; `to` is a part of an address or number, `q` a part of either or of what is written."""

    to: str = ""
    q: str = ""
    channel: Channel | None = None
    since: datetime | None = None


class Messages:
    """Everything that was sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, message: Message) -> None:
        recipients = " ".join(searchable(recipient) for recipient in message.recipients)
        self._database.execute(
            "INSERT INTO messages (id, channel, recipients, created_at, document) VALUES (?, ?, ?, ?, ?)",
            (message.id, message.channel, recipients, _iso(message.created_at), message.model_dump_json()),
        )

    def replace(self, message: Message) -> None:
        """In place of one with the same id."""
        with self._database.transaction():
            self._database.execute("DELETE FROM messages WHERE id = ?", (message.id,))
            self.add(message)

    def get(self, message_id: str) -> Message | None:
        row = self._database.execute("SELECT document FROM messages WHERE id = ?", (message_id,)).fetchone()
        return Message.model_validate_json(row["document"]) if row else None

    def find(self, filter_: Filter, limit: int = SHOWN) -> list[Message]:
        """The newest first."""
        rows = self._database.execute(
            FIND,
            (
                searchable(filter_.to),
                filter_.channel,
                filter_.channel,
                _iso(filter_.since) if filter_.since else "",
                said := folded(filter_.q),
                searchable(filter_.q) or said,
                said,
                as_number(filter_.q) or said,
                limit,
            ),
        )
        return [Message.model_validate_json(row["document"]) for row in rows.fetchall()]


def searchable(address: str) -> str:
    """Addresses without case, numbers without their plus sign and gaps."""
    folded = address.strip().casefold()
    return folded if "@" in folded else "".join(c for c in folded if c.isalnum() or c in ".-_")


def as_number(typed: str) -> str | None:
    """The number of a booking as messages write it, however it was typed; None for what is no number."""
    meant = typed.strip().upper().translate(MEANT)
    return folded(meant) if NUMBER.fullmatch(meant) else None


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
