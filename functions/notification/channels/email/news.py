"""What a provider tells of a mail that it took."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["delivered", "bounced", "complained"]


@dataclass(frozen=True)
class MailNews:
    """What became of one mail; `reference` is the provider's id of it, `feedback` of this news.

    `for_good` is whether these addresses are not to be written to again."""

    kind: Kind
    provider: str
    reference: str
    feedback: str
    at: datetime
    sent_at: datetime
    addresses: list[str] = field(default_factory=list)
    reason: str | None = None
    for_good: bool = False
