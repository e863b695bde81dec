"""Text messages that a carrier took, with what became of each."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from infra.sandbox.carriers.world import World
from infra.sandbox.messages.model import Message
from infra.sandbox.messages.segments import segments
from infra.sandbox.receivers.records import Records

Fate = Literal["delivered", "undelivered", "forgotten"]


@dataclass(frozen=True)
class Text:
    """`id` is the carrier's, a whole number; `own` what the sender calls it."""

    id: int
    number: str
    text: str
    own: str
    fate: Fate
    at: int
    parts: int


class Texts:
    """Of one carrier."""

    def __init__(self, world: World, carrier: str) -> None:
        self._world = world
        self._carrier = carrier
        self._records = Records(world.database, carrier)

    def take(self, number: str, text: str, sender: str, own: str = "") -> Text:
        """It goes to the outbox; `number` in E.164."""
        now = self._world.now()
        document: dict[str, Any] = {"number": number, "text": text, "own": own, "fate": self._fate()}
        document |= {"at": int(now.timestamp()), "parts": segments(text)}
        found = Text(id=self._records.add("sms", document), **document)
        message = Message(
            id=f"{self._carrier}-{found.id}",
            channel="sms",
            sender=sender,
            recipients=[number],
            text=text,
            created_at=now,
        )
        if found.fate != "undelivered":
            self._world.messages.add(message)
        return found

    def get(self, text_id: int) -> Text | None:
        """None for one that there never was, or that is forgotten."""
        document = self._records.get("sms", text_id)
        found = Text(**document) if document else None
        return found if found and found.fate != "forgotten" else None

    def to(self, number: str) -> list[Text]:
        """The newest first."""
        every = (Text(**document) for document in reversed(self._records.all("sms")))
        return [each for each in every if each.number == number and each.fate != "forgotten"]

    def _fate(self) -> Fate:
        if self._world.behaviours.take(self._carrier, "undelivered"):
            return "undelivered"
        return "forgotten" if self._world.behaviours.take(self._carrier, "forgets") else "delivered"


def normal_number(number: str) -> str | None:
    """The number in E.164, or None; a Russian one may begin with 8."""
    digits = re.sub(r"[ ()+-]", "", number)
    if not re.fullmatch(r"[1-9][0-9]{9,14}", digits):
        return None
    return f"+7{digits[1:]}" if len(digits) == 11 and digits[0] == "8" else f"+{digits}"
