"""Why nothing can be done about a failure."""

from shared_schemas.errors import NotFoundError, Text


class ErrorNotFoundError(NotFoundError):
    code = "error_not_found"
    text = Text("There is no error {error_id}", "Ошибки {error_id} нет")


class DeadLetterNotFoundError(NotFoundError):
    code = "dead_letter_not_found"
    text = Text(
        "There is no dead letter {letter_id} in this queue", "Недоставленного события {letter_id} в очереди нет"
    )


class QueueNotFoundError(NotFoundError):
    """`known` names those that there are."""

    code = "queue_not_found"
    text = Text("There is no queue {queue}; there are {known}", "Очереди {queue} нет; есть {known}")
