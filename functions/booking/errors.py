"""Why the booking service refuses, with stable codes and texts in both languages."""

from shared_schemas.errors import ForbiddenError, RejectedError, Text


class OverrideNotAllowedError(ForbiddenError):
    """Setting the studio's rules aside is for staff."""

    code = "override_not_allowed"
    text = Text("Only the studio's staff may ask for this", "Это могут указать только сотрудники студии")


class InvalidPeriodError(RejectedError):
    code = "invalid_period"
    text = Text(
        "The period must be at least one day and at most {max_days} days",
        "Период должен быть не короче одного дня и не длиннее {max_days} дн.",
    )
