"""Why time is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, Text


class SlotTakenError(ConflictError):
    code = "slot_taken"
    text = Text("The hall is taken at that time", "Зал в это время занят")
