"""What is known of a reader before a message is written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reader:
    """Whether somebody left the messages of a kind, and the secret of their links, if they have one."""

    left: bool = False
    secret: str | None = None
