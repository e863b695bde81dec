"""Why money is not taken at the desk."""

from shared_schemas.errors import RejectedError, Text


class MoreThanDueError(RejectedError):
    """`due` is all that is left to pay for the booking, in kopecks."""

    code = "more_than_due"
    text = Text(
        "That is more than is still to be paid for this booking: {due:money}",
        "Это больше, чем осталось заплатить за бронирование: {due:money}",
    )
