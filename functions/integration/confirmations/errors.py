"""Why a booking is not confirmed."""


class ConfirmationRefusedError(Exception):
    """Booking will not confirm, now or later; `code` is the stable code of its refusal."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
