"""Why no messenger and no browser is connected."""

from shared_schemas.errors import ConflictError, RejectedError, Text


class MessengerOffError(ConflictError):
    """The studio has no bot there."""

    code = "messenger_off"
    text = Text("The studio sends no messages there", "Студия туда сообщений не отправляет")


class PushOffError(ConflictError):
    """The studio notifies no browsers."""

    code = "push_off"
    text = Text("The studio sends no notifications to browsers", "Студия не отправляет уведомлений в браузер")


class PushServiceUnknownError(RejectedError):
    """The browser's push service is none of those that we call."""

    code = "push_service_unknown"
    text = Text(
        "We do not know the service by which this browser gets notifications",
        "Сервис, через который этот браузер получает уведомления, нам не знаком",
    )


class PushKeysError(RejectedError):
    """They are no keys of a browser, so nothing could be encrypted for it."""

    code = "push_keys_invalid"
    text = Text("The browser's keys for notifications are not valid", "Ключи браузера для уведомлений неверны")
