"""A contact that somebody shows to a MAX bot: it counts if MAX itself says that it is theirs."""

import hashlib
import hmac
import re
from typing import Any

from notification.channels.bots import within

NUMBER = re.compile(r"(?im)^TEL[^:\r\n]*:\s*\+?([0-9 ()-]{5,20})\s*$")


def own_phone(token: str, payload: Any, sender: Any) -> str | None:
    """In E.164; None for another's contact, and for one that MAX did not sign.

    `hash` is the HMAC of the card with the bot's token; as a card may be forwarded, it has to be the sender's, too."""
    card, told = within(payload, "vcf_info"), within(payload, "hash")
    if not isinstance(card, str) or not isinstance(told, str):
        return None
    wanted = hmac.new(token.encode(), card.encode(errors="replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(told.lower().encode(errors="replace"), wanted.encode()):
        return None
    if sender is None or within(payload, "max_info", "user_id") != sender:
        return None
    # Some cards have the two letters instead of the end of a line.
    number = NUMBER.search(card.replace("\\r\\n", "\n"))
    return "+" + re.sub(r"[^0-9]", "", number[1]) if number else None
