"""Why a hall is refused, with stable codes and texts in both languages."""

from collections.abc import Sequence

from shared_schemas.errors import ConflictError, NotFoundError, Text, Violation

HELD = Text(
    "This cannot change while the hall has upcoming bookings, closures or busy time",
    "Это нельзя изменить, пока предстоящее время зала занято",
)


class HallNotFoundError(NotFoundError):
    code = "hall_not_found"
    text = Text("There is no hall {hall_id}", "Зал {hall_id} не найден")


class HallNameTakenError(ConflictError):
    code = "hall_name_taken"
    text = Text("There is already a hall named {name}", "Зал с названием {name} уже есть")


class HallInUseError(ConflictError):
    """Time to come was claimed of the hall as it is; `violations` name the fields that cannot change until then."""

    code = "hall_in_use"
    text = Text(
        "The hall has upcoming bookings, closures or busy time",
        "У зала есть предстоящие бронирования, закрытия или занятое время",
    )

    def __init__(self, fields: Sequence[str] = (), **params: object) -> None:
        super().__init__(**params)
        self.violations = tuple(Violation(field, self.code, HELD, {}) for field in fields)
