"""Why no messenger is connected."""

from shared_schemas.errors import ConflictError, Text


class MessengerOffError(ConflictError):
    """The studio has no bot there."""

    code = "messenger_off"
    text = Text("The studio sends no messages there", "Студия туда сообщений не отправляет")
