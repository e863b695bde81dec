"""What goes with a mail."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class File:
    """What a mail carries besides its text."""

    name: str
    kind: str
    """Its media type."""
    content: bytes = field(repr=False)
