"""What news of mail make of a message, and of an address."""

from hashlib import sha256

from notification.channels.email.news import Kind, MailNews
from shared_schemas.messages.suppressions import SuppressionReason
from shared_schemas.notification import Delivered

FATES: dict[Kind, Delivered] = {"delivered": "delivered", "bounced": "undelivered", "complained": "complained"}
STRONGER: dict[Kind, tuple[Delivered, ...]] = {
    "delivered": ("undelivered", "complained"),
    "bounced": ("complained",),
    "complained": (),
}
"""What is known already that news of a kind do not change: they come in any order, and more than once. A mailbox may
send back what its server took."""


def why(news: MailNews) -> SuppressionReason:
    return "complaint" if news.kind == "complained" else "bounce"


def digest(address: str) -> str:
    """Of an address, however it is written."""
    return sha256(address.strip().lower().encode()).hexdigest()
