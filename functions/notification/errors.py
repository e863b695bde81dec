"""Errors of the notification service, and why a message is not sent."""

from datetime import timedelta

from shared_schemas.errors import ConflictError, ForbiddenError, MalformedError, NotFoundError, Text


class NotificationNotFoundError(NotFoundError):
    code = "notification_not_found"
    text = Text("There is no notification {notification_id}", "Уведомление {notification_id} не найдено")


class BookingNotFoundError(NotFoundError):
    code = "booking_not_found"
    text = Text("There is no booking {booking_id}", "Бронирование {booking_id} не найдено")


class NotificationOutdatedError(ConflictError):
    """The message would mislead: the booking has changed since."""

    code = "notification_outdated"
    text = Text(
        "The booking has changed since, and this message is outdated",
        "Бронирование с тех пор изменилось, уведомление устарело",
    )


class CodeNotRepeatedError(ConflictError):
    """Whoever may see messages must not be able to have a code sent."""

    code = "code_not_repeated"
    text = Text(
        "A code is not sent again; its recipient asks for a new one",
        "Код не отправляют повторно; получатель запросит новый",
    )


class MessageProviderUnknownError(NotFoundError):
    """Nobody of that name tells us of messages here."""

    code = "message_provider_unknown"
    text = Text("There is no such provider of messages", "Такого провайдера сообщений нет")


class CallbackForgedError(ForbiddenError):
    """Its digest is not the provider's."""

    code = "callback_forged"
    text = Text("This was not sent by the provider", "Это отправил не провайдер")


class CallbackMalformedError(MalformedError):
    """It is not what the provider sends."""

    code = "callback_malformed"
    text = Text("This is not what the provider sends", "Провайдер присылает сообщения не в таком виде")


class BookingUnknownError(Exception):
    """The booking's own event has not arrived yet; the queue delivers this event again."""


class DeliveryError(Exception):
    """A message was not sent; `reason` is a short code for operators, without personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TransientDeliveryError(DeliveryError):
    """A later retry may help: network, limits, balance, a wrong key. Not before `after`, where a provider says so."""

    def __init__(self, reason: str, after: timedelta = timedelta(0)) -> None:
        super().__init__(reason)
        self.after = after


class PermanentDeliveryError(DeliveryError):
    """A retry cannot help: the address or the message itself is refused."""


class UnknownDeliveryError(TransientDeliveryError):
    """Nobody answered after the message was handed over: the provider may have it."""


class GoneDeliveryError(PermanentDeliveryError):
    """Nothing is left at `chat`, which somebody had connected: it is to be forgotten."""

    def __init__(self, reason: str, chat: str) -> None:
        super().__init__(reason)
        self.chat = chat


class RefusedHereError(PermanentDeliveryError):
    """This provider does not serve the address; another one may."""


class NeedlessDeliveryError(DeliveryError):
    """There is nothing to send, or no address to send it to; that is nobody's fault."""
