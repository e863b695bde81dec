"""Parses `Accept` headers (RFC 9110): the values, each with its quality."""

from collections.abc import Iterator
from dataclasses import dataclass

CODINGS = ("gzip", "deflate")
"""What API Gateway compresses with."""


@dataclass(frozen=True)
class Wish:
    """One value, in lower case; `quality` 0 means not wanted, and a `plain` one has no other parameters."""

    value: str
    quality: float
    plain: bool


def wishes(header: str) -> Iterator[Wish]:
    """In the order of the header."""
    for part in header.lower().split(","):
        value, *pieces = (piece.strip() for piece in part.split(";"))
        parameters = [(name.strip(), text) for name, _, text in (piece.partition("=") for piece in pieces if piece)]
        qualities = [text for name, text in parameters if name == "q"]
        quality = _number(qualities[0]) if qualities else 1.0
        yield Wish(value, quality, plain=len(parameters) == len(qualities))


def takes_gzip(header: str) -> bool:
    """Whether API Gateway compresses an answer for who sends this `Accept-Encoding`, and the local door like it.

    It looks at the first of what is wanted most: if that is a coding it does not have (`br`), it sends the answer as it
    is, even if gzip comes next; `*` names none."""
    wanted = [wish for wish in wishes(header) if wish.quality]
    best = max(wanted, key=lambda wish: wish.quality, default=None)
    return best is not None and best.value in CODINGS and any(wish.value == "gzip" for wish in wanted)


def _number(text: str) -> float:
    """A quality; 0 if it cannot be read."""
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
