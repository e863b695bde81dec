"""Why the text of a message is not put in force or not tried, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text


class TemplateNotFoundError(NotFoundError):
    code = "template_not_found"
    text = Text("There is no version {version} of this text", "Версии {version} у этого текста нет")


class TemplateChangedError(ConflictError):
    """Somebody else changed it while it was being edited."""

    code = "template_changed"
    text = Text(
        "The text was changed meanwhile: version {version} is in force",
        "Текст тем временем изменили: действует версия {version}",
    )


class TrialBookingNotFoundError(NotFoundError):
    code = "booking_not_found"
    text = Text("There is no booking {number}", "Бронирования {number} нет")


class TrialChannelError(RejectedError):
    """The message does not go by this channel."""

    code = "template_without_channel"
    text = Text("This message does not go that way", "Этим путём такое сообщение не отправляют")


class TrialNotSentError(RejectedError):
    """The provider or the address did not take it."""

    code = "test_not_sent"
    text = Text("The test was not sent: {reason}", "Проверочное сообщение не ушло: {reason}")
