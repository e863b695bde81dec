"""Why a deposit is not taken, given back or kept."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text


class DepositNotFoundError(NotFoundError):
    code = "deposit_not_found"
    text = Text("There is no deposit {deposit_id}", "Залог {deposit_id} не найден")


class DepositTooSmallError(RejectedError):
    """`held` is what is still here, in kopecks."""

    code = "deposit_too_small"
    text = Text("So much of this deposit is not held any more", "Столько из этого залога уже не осталось")


class NoDepositError(ConflictError):
    """The booking is cancelled, expired or over."""

    code = "no_deposit_now"
    text = Text("No deposit is taken for this booking now", "Для этого бронирования залог сейчас не берут")
