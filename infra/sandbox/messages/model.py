"""A message in the outbox."""

from base64 import b64encode
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

Channel = Literal["email", "sms", "telegram", "max", "push"]


MOST_KEPT = 1024 * 1024
"""Bytes of one attached file; of a larger one its size alone is known."""


class Attachment(BaseModel):
    """An attached file; `size` is in bytes, `data` is base64, absent of files of before or too large to keep."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    content_type: str = "application/octet-stream"
    data: str | None = None

    @classmethod
    def of(cls, name: str, content_type: str, content: bytes) -> Self:
        data = b64encode(content).decode() if len(content) <= MOST_KEPT else None
        return cls(name=name, size=len(content), content_type=content_type, data=data)


class Message(BaseModel):
    """Mail to some addresses, or an SMS to one number in E.164, or a message to a chat of Telegram or MAX, or to a
    browser."""

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
