"""A gateway's own words, fit for a log and for operators: no addresses, no numbers of people or cards, no keys."""

import re

LONGEST = 300
HIDDEN = "…"
# Mail addresses; numbers as long as a telephone's, however they are grouped; tokens, keys and ids.
PRIVATE = re.compile(
    r"[^\s@<>\"',;:()]+@[^\s@<>\"',;:()]+|\+?\d(?:[\s()-]{0,2}\d){6,}|(?=[\w+/=-]*\d)[A-Za-z0-9+/=_-]{20,}"
)


def spoken(text: str) -> str:
    """One line of it, with what may be private left out."""
    return PRIVATE.sub(HIDDEN, " ".join(text.split()))[:LONGEST]


def said(*parts: str | None) -> str:
    """What a gateway says in several fields, as one."""
    told = [part.strip() for part in parts if part and part.strip()]
    return "; ".join(dict.fromkeys(told))
