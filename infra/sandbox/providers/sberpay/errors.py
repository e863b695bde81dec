"""Refusals in Sber's shape: HTTP 200 and an `errorCode`."""

SUCCESS = "0"
DUPLICATE = "1"
INVALID = "5"
NOT_FOUND = "6"
# Also said where the order's state does not allow what was asked.
SYSTEM = "7"
NO_AMOUNT = "12"

MESSAGES = {
    SUCCESS: "Успешно",
    DUPLICATE: "Заказ с таким номером уже обработан",
    INVALID: "Неверное значение параметра",
    NOT_FOUND: "Заказ не найден",
    SYSTEM: "Системная ошибка",
    NO_AMOUNT: "Сумма не указана",
}
DENIED = "Доступ запрещён"


class SberError(Exception):
    """A refusal."""

    def __init__(self, code: str, message: str | None = None) -> None:
        self.message = message or MESSAGES[code]
        super().__init__(self.message)
        self.code = code
