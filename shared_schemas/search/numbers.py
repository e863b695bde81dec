"""Booking numbers as people type them."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from shared_schemas.errors import Text
from shared_schemas.texts import Line
from shared_schemas.validation import Shape

# A number has Crockford's letters, so each of these is meant as a digit. Letters of the Russian keyboard look the same.
MEANT = str.maketrans("OILОАВЕКМНРСТХ", "0110ABEKMHPCTX", " -–")


def _meant(typed: Any) -> Any:
    return typed.upper().translate(MEANT) if isinstance(typed, str) else typed


BookingNumber = Annotated[
    str,
    Line(8),
    Shape(
        "^[0-9A-HJKMNP-TV-Z]{8}$",
        "invalid_booking_number",
        Text("A booking number is needed, such as {example}", "Нужен номер брони, например {example}"),
        example="7K3Q9D2M",
    ),
    BeforeValidator(_meant),
]
