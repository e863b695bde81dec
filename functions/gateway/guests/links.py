"""The secret of a link to one booking: short enough for a text message, and signed by a key that outlives
those of tokens."""

import hmac
import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

LETTERS = string.digits + string.ascii_letters
SHORT = 10
"""Letters of a short link: 59 bits, which nobody finds by trying."""
EXPIRY_BYTES, MAC_BYTES = 5, 16
SIZE = 16 + 16 + EXPIRY_BYTES + MAC_BYTES


@dataclass(frozen=True)
class Link:
    """Lets whoever has it in to one booking, as the guest or the client that it was made for, until it ends."""

    holder_id: UUID
    booking_id: UUID
    expires_at: datetime


def sealed(link: Link, secret: str, sent_to: str = "") -> str:
    """What stands in the address, after `#`. One that is sent to an account is good while that is its address."""
    said = link.holder_id.bytes + link.booking_id.bytes + int(link.expires_at.timestamp()).to_bytes(EXPIRY_BYTES)
    return urlsafe_b64encode(said + _mac(said, secret, sent_to)).decode().rstrip("=")


def shortened(link: Link, secret: str, sent_to: str = "") -> str:
    """What stands in a text message instead: always the same for a booking, who holds the link, and their number."""
    said = b"short link\n" + link.holder_id.bytes + link.booking_id.bytes + sent_to.encode()
    number, letters = int.from_bytes(hmac.digest(secret.encode(), said, "sha256")), ""
    while len(letters) < SHORT:
        number, place = divmod(number, len(LETTERS))
        letters += LETTERS[place]
    return letters


def kept_as(short: str) -> str:
    """What the database keeps of a short link, which opens nothing."""
    return sha256(short.encode()).hexdigest()


def opened(
    text: str, secrets: Collection[str], now: datetime, addresses: Callable[[UUID], Collection[str]]
) -> Link | None:
    """The link, if it was made with one of the secrets, for one of its holder's addresses, and has not ended."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    said, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if len(raw) != SIZE:
        return None
    holder_id, ends = UUID(bytes=said[:16]), int.from_bytes(said[32:])
    if ends <= now.timestamp():
        return None
    made = (_mac(said, secret, sent_to) for sent_to in addresses(holder_id) for secret in secrets)
    if not any(hmac.compare_digest(mac, each) for each in made):
        return None
    return Link(holder_id, UUID(bytes=said[16:32]), datetime.fromtimestamp(ends, UTC))


def _mac(said: bytes, secret: str, sent_to: str) -> bytes:
    return hmac.digest(secret.encode(), b"guest link\n" + said + sent_to.encode(), "sha256")[:MAC_BYTES]
