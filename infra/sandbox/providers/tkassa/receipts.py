"""What a fiscal data storage would say of a receipt."""

from typing import Any

from infra.sandbox.clock import system_time

FAILED = {"Success": False, "ErrorCode": "2004", "ErrorMessage": "Касса недоступна"}
DEVICE = {
    "FnNumber": "9999078900001341",
    "EcrRegNumber": "0000000000041251",
    "Ofd": "Оператор фискальных данных",
    "CashierName": "Касса интернет-магазина",
}


def fiscal(receipt: dict[str, Any], kind: str, *, failed: bool) -> dict[str, Any]:
    """The fields that a notification of a receipt adds; `kind` is Income or IncomeReturn."""
    said = {"Receipt": receipt, "Type": kind}
    if failed:
        return said | FAILED
    now = system_time()
    number = int(now.timestamp()) % 10**8
    numbers = {
        "FiscalNumber": number % 1000 + 1,
        "ShiftNumber": now.timetuple().tm_yday,
        "FiscalDocumentNumber": number,
    }
    marks = {"FiscalDocumentAttribute": number * 37 % 10**9, "ReceiptDatetime": now.isoformat(timespec="seconds")}
    return said | numbers | marks | DEVICE | links(number)


def links(number: int) -> dict[str, str]:
    """Where the payer finds it."""
    query = f"fn={DEVICE['FnNumber']}&i={number}&fp={number * 37 % 10**9}"
    return {"Url": f"https://ofd.example/receipt?{query}", "QrCodeUrl": f"https://ofd.example/qr?{query}"}
