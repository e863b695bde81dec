"""Why money that is held cannot be used."""


class NotEnoughHeldError(Exception):
    """More is wanted than is left; whoever asks says so in words of its own."""

    def __init__(self, remaining: int) -> None:
        super().__init__(f"{remaining} are left")
        self.remaining = remaining
