"""Why connectors are refused, and how deliveries fail."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class DeliveryNotFoundError(NotFoundError):
    code = "delivery_not_found"
    text = Text("There is no delivery {delivery_id} here", "Отправки {delivery_id} здесь нет")


class DeliveryUnderWayError(ConflictError):
    code = "delivery_under_way"
    text = Text("Delivery {delivery_id} has not been sent yet", "Отправка {delivery_id} ещё ждёт своей очереди")


class ConnectorNotFoundError(NotFoundError):
    code = "connector_not_found"
    text = Text("There is no connector {name}; there are: {known}", "Коннектора {name} нет; есть: {known}")


class SendError(Exception):
    """A delivery did not succeed; `code` is for logs and lists and holds nothing personal or secret."""

    def __init__(self, code: str, response_code: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.response_code = response_code


class TransientSendError(SendError):
    """Later it may succeed; `retry_after` is how long the receiver wants to be left alone, in seconds."""

    def __init__(self, code: str, response_code: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(code, response_code)
        self.retry_after = retry_after


class PermanentSendError(SendError):
    """A retry would not help."""


class ReceiverGoneError(SendError):
    """The receiver asked for no more deliveries."""


class ObsoleteError(SendError):
    """Something newer was sent already, or the receiver is gone: this is not an error."""
