"""A gateway's own messages, safe for logs and staff: without addresses, phone or card numbers, and keys."""

import re

LONGEST = 300
HIDDEN = "…"
# Mail addresses; numbers as long as a telephone's, however they are grouped; tokens, keys and ids.
PRIVATE = re.compile(
    r"[^\s@<>\"',;:()]+@[^\s@<>\"',;:()]+|\+?\d(?:[\s()-]{0,2}\d){6,}|(?=[\w+/=-]*\d)[A-Za-z0-9+/=_-]{20,}"
)


def spoken(text: str) -> str:
    """The message on one line, without anything that may be private."""
    return PRIVATE.sub(HIDDEN, " ".join(text.split()))[:LONGEST]


def said(*parts: str | None) -> str:
    """The messages of several fields, joined."""
    told = [part.strip() for part in parts if part and part.strip()]
    return "; ".join(dict.fromkeys(told))
