"""Answers in other forms than JSON: by `?format=`, or by what `Accept` likes best; JSON where neither asks for more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared_schemas.errors import Locale

JSON = "application/json"


@dataclass(frozen=True)
class Form:
    """One way to write an answer; `name` is its value of `format`."""

    name: str
    content_type: str
    render: Callable[[Any, Locale], str]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """Without parameters such as the character set."""
        return self.content_type.partition(";")[0]


def chosen(forms: Sequence[Form], asked: str | None, accept: str) -> Form | None:
    """The form that a caller wants, by name or else by RFC 9110's Accept; None is JSON."""
    if asked:
        return next((form for form in forms if form.name == asked), None)
    ranges = dict(_ranges(accept))
    best, most = None, _quality(ranges, JSON)
    for form in forms:
        quality = _quality(ranges, form.media_type)
        if quality > most:
            best, most = form, quality
    return best


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.lower().split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        given = [value for name, _, value in (piece.partition("=") for piece in parameters) if name.strip() == "q"]
        yield media_range, _number(given[0]) if given else 1.0


def _number(text: str) -> float:
    """A quality; what makes no sense is not wanted."""
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0


def _quality(ranges: Mapping[str, float], media_type: str) -> float:
    """That of the most specific range that covers the type."""
    covering = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((ranges[name] for name in covering if name in ranges), 0.0)
