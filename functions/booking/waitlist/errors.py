"""Why the waitlist refuses, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class WaitlistEntryNotFoundError(NotFoundError):
    """Also the answer for somebody else's entry."""

    code = "waitlist_entry_not_found"
    text = Text("There is no waitlist entry {entry_id}", "Записи {entry_id} в листе ожидания нет")


class SlotFreeError(ConflictError):
    """There is nothing to wait for."""

    code = "slot_free"
    text = Text("The slot is free: book it", "Это время свободно: забронируйте его")


class AlreadyWaitingError(ConflictError):
    """One place in the queue for each customer and slot."""

    code = "already_waiting"
    text = Text(
        "You are already on the waitlist for this slot: {entry_id}",
        "Вы уже в листе ожидания на это время: {entry_id}",
    )


class WaitlistFullError(ConflictError):
    code = "waitlist_full"
    text = Text(
        "You can wait for at most {max} slots at once",
        "Одновременно можно ждать не больше {max} слотов",
    )


class NotWaitingError(ConflictError):
    """An offer is declined by cancelling its booking."""

    code = "not_waiting"
    text = Text("This entry of the waitlist is not waiting any more", "Эта запись в листе ожидания уже не ждёт")
