"""The outbox in the state file."""

from dataclasses import dataclass
from datetime import UTC, datetime

from infra.sandbox.database import Database
from infra.sandbox.messages.model import Channel, Message

SHOWN = 200


@dataclass(frozen=True)
class Filter:
    """What to look for; `to` is a part of an address or number."""

    to: str = ""
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

    def get(self, message_id: str) -> Message | None:
        row = self._database.execute("SELECT document FROM messages WHERE id = ?", (message_id,)).fetchone()
        return Message.model_validate_json(row["document"]) if row else None

    def find(self, filter_: Filter, limit: int = SHOWN) -> list[Message]:
        """The newest first."""
        rows = self._database.execute(
            "SELECT document FROM messages WHERE instr(recipients, ?) > 0 AND (channel = ? OR ? IS NULL)"
            " AND created_at >= ? ORDER BY seq DESC LIMIT ?",
            (
                searchable(filter_.to),
                filter_.channel,
                filter_.channel,
                _iso(filter_.since) if filter_.since else "",
                limit,
            ),
        )
        return [Message.model_validate_json(row["document"]) for row in rows.fetchall()]


def searchable(address: str) -> str:
    """Addresses without case, numbers without their plus sign and gaps."""
    folded = address.strip().casefold()
    return folded if "@" in folded else "".join(c for c in folded if c.isalnum() or c in ".-_")


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
