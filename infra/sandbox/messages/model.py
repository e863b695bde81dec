"""A message in the outbox."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Channel = Literal["email", "sms", "telegram"]


class Attachment(BaseModel):
    """What is known of an attached file; `size` is in bytes."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int


class Message(BaseModel):
    """Mail to some addresses, or an SMS to one number in E.164, or a message to a chat of Telegram."""

    model_config = ConfigDict(frozen=True)

    id: str
    channel: Channel
    sender: str
    recipients: list[str]
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    headers: list[tuple[str, str]] = Field(default_factory=list)
    attachments: list[Attachment] = Field(default_factory=list)
    created_at: datetime

    @property
    def to(self) -> str:
        return ", ".join(self.recipients)

    def public(self) -> dict[str, Any]:
        """The message as `/outbox.json` lists it."""
        fields = self.model_dump(mode="json", include={"id", "channel", "subject", "text", "html", "created_at"})
        return fields | {"to": self.to, "from": self.sender}
