"""Refusals in T-Kassa's shape: `Success: false`, with HTTP 200; 400 for a wrong request, 500 after a fault."""

from typing import Any

SUCCESS = "0"
WRONG_STATE = "4"
DUPLICATE_ORDER = "8"
# The real gateway has a number for each field; shops can do nothing with any of them.
INVALID = "201"
WRONG_TOKEN = "204"  # noqa: S105 - a code
WRONG_TERMINAL = "205"
TOO_LITTLE = "251"
NOT_FOUND = "255"
RECEIPT_SUM = "308"
NO_RECEIPT = "309"
TOO_MUCH = "330"
INTERNAL = "9999"

MESSAGES = {
    WRONG_STATE: "Изменение статуса платежа невозможно",
    DUPLICATE_ORDER: "Заказ с таким OrderId уже существует",
    INVALID: "Неверные параметры",
    WRONG_TOKEN: "Неверный токен",
    WRONG_TERMINAL: "Терминал не найден",
    TOO_LITTLE: "Сумма должна быть не меньше 100 копеек",
    NOT_FOUND: "Платёж не найден",
    RECEIPT_SUM: "Сумма позиций чека не равна сумме операции",
    NO_RECEIPT: "Чек не передан",
    TOO_MUCH: "Сумма больше оставшейся",
    INTERNAL: "Внутренняя ошибка",
}
# Integrators report 400 for what cannot be done as it is written, such as `Cancel` of too much.
BAD_REQUESTS = frozenset({INVALID, TOO_LITTLE, RECEIPT_SUM, NO_RECEIPT, TOO_MUCH})


class TKassaError(Exception):
    """A refusal; `details` are for the shop's developers."""

    def __init__(self, code: str, details: str = "") -> None:
        super().__init__(details or MESSAGES[code])
        self.code = code
        self.details = details

    @property
    def status(self) -> int:
        if self.code == INTERNAL:
            return 500
        return 400 if self.code in BAD_REQUESTS else 200

    def body(self) -> dict[str, Any]:
        return {"Success": False, "ErrorCode": self.code, "Message": MESSAGES[self.code], "Details": self.details}
