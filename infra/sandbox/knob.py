"""What a fault on demand is."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Knob:
    """`milliseconds` is a duration; `times` counts down with each use, -1 (or `true`) meaning every time."""

    kind: Literal["milliseconds", "times"]
    default: int = 0
    per_payment: bool = False
