"""Answers in other forms than JSON: by `?format=`, or by the best match of `Accept`; otherwise JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from core.http.accept import wishes
from shared_schemas.errors import Locale

JSON = "application/json"
T = TypeVar("T")


@dataclass(frozen=True)
class Written(Generic[T]):
    """An answer that was written as JSON already, where a contract for each part of it would cost too much; `T` is its
    contract. Only for what anybody may read: nothing is withheld from a text."""

    text: str


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
    """The form that a caller wants, by name or else by `Accept` (RFC 9110); None means JSON."""
    if asked:
        return next((form for form in forms if form.name == asked), None)
    ranges = {wish.value: wish.quality for wish in wishes(accept)}
    best, most = None, _quality(ranges, JSON)
    for form in forms:
        quality = _quality(ranges, form.media_type)
        if quality > most:
            best, most = form, quality
    return best


def _quality(ranges: Mapping[str, float], media_type: str) -> float:
    """The quality of the most specific range that covers the type."""
    covering = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((ranges[name] for name in covering if name in ranges), 0.0)
