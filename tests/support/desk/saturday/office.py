"""The till, certificates and companies on the desk's page."""

from typing import Any

from playwright.sync_api import FilePayload

from infra.local.client import Answer
from tests.support.desk.saturday.hands import Deed, Hands, rubles, submit, unfold


def sell(hands: Hands, body: dict[str, Any], _ids: dict[str, str]) -> Answer:
    """A certificate over an amount, or a pass of hours."""
    page = hands.to("Касса")
    said = {name: str(body[name]) for name in ("name", "method", "valid_from", "valid_until")}
    if "minutes" in body:
        form, said = (
            unfold(page, "Продать абонемент"),
            said | {"hours": str(body["minutes"] // 60), "price": rubles(body["price"])},
        )
    else:
        form, said = unfold(page, "Продать сертификат"), said | {"amount": rubles(body["amount"])}
    return hands.sent("/v1/certificates", submit(form, **said))


def open_till(hands: Hands, body: dict[str, Any], _ids: dict[str, str]) -> Answer:
    form = hands.to("Касса").locator("form").filter(has_text="Сколько сейчас в кассе")
    return hands.sent("/v1/tills", submit(form, float=rubles(body["float"])))


def move(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    form = unfold(hands.to("Касса"), {"put_in": "Внести в кассу", "taken_out": "Вынуть из кассы"}[body["kind"]])
    press = submit(form, amount=rubles(body["amount"]), reason=body["reason"])
    return hands.sent(f"/v1/tills/{ids['id']}/entries", press)


def count(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    form = hands.to("Касса").locator("form").filter(has_text="Наличных по пересчёту")
    press = submit(form, counted=rubles(body["counted"]), terminal=rubles(body["terminal"]))
    return hands.sent(f"/v1/tills/{ids['id']}/close", press)


def reopen(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    form = unfold(hands.to("Касса"), "Открыть кассу снова")
    return hands.sent(f"/v1/tills/{ids['id']}/reopen", submit(form, reason=body["reason"]))


def hand_out(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    """A refund in cash, which the till's page lists."""
    form = unfold(hands.to("Касса").locator("section").filter(has_text="Выдать клиентам"), "₽ ·")
    return hands.sent("/v1/payments/{id}/refunds/{refund_id}/decision".format(**ids), submit(form, **body))


def add_company(hands: Hands, body: dict[str, Any], _ids: dict[str, str]) -> Answer:
    form = unfold(hands.to("Компании"), "Новая компания")
    return hands.sent("/v1/companies", submit(form, **body))


def invoice(hands: Hands, body: dict[str, Any], _ids: dict[str, str]) -> Answer:
    """Its visits are named by their numbers."""
    page = hands.to("Компании")
    for booking in body["booking_ids"]:
        number = page.locator("form [name=number]")
        number.fill(hands.places[f"number {booking}"])
        number.press("Enter")
        page.get_by_role("listitem").filter(has_text=hands.places[f"number {booking}"]).first.wait_for()
    form = page.locator("form").filter(has=hands.page.locator("[name=due]"))
    made = hands.sent("/v1/invoices", submit(form, company_id=body["company_id"], due=body["due"]))
    hands.places[made.document["id"]] = made.document["number"]
    return made


def void(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    form = unfold(_invoice(hands, ids["id"]), "Аннулировать счёт")
    return hands.sent(f"/v1/invoices/{ids['id']}/void", submit(form, reason=body["reason"]))


def paid(hands: Hands, _body: dict[str, Any], ids: dict[str, str]) -> Answer:
    button = _invoice(hands, ids["id"]).get_by_role("button", name="Оплачен, отметить")
    return hands.sent(f"/v1/invoices/{ids['id']}/payments", button.click)


def act(hands: Hands, _body: dict[str, Any], ids: dict[str, str]) -> Answer:
    button = _invoice(hands, ids["id"]).get_by_role("button", name="Выставить акт")
    return hands.sent(f"/v1/invoices/{ids['id']}/acts", button.click)


def _invoice(hands: Hands, invoice_id: str) -> Any:
    return unfold(hands.to("Компании"), hands.places[invoice_id])


def statement(hands: Hands, body: dict[str, Any], _ids: dict[str, str]) -> Answer:
    """The bank's file, as a bank writes it."""
    file = FilePayload(name="kl_to_1c.txt", mimeType="text/plain", buffer=body["text"].encode("cp1251"))
    return hands.sent("/v1/bank-statements", lambda: hands.to("Компании").locator("[type=file]").set_input_files(file))


def accept(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    number = hands.places[body["invoice_id"]]
    button = hands.to("Компании").get_by_role("button", name=f"За счёт {number},")
    return hands.sent(f"/v1/bank-lines/{ids['id']}/accept", button.click)


OF_THE_OFFICE: dict[str, Deed] = {
    "POST /v1/certificates": sell,
    "POST /v1/tills": open_till,
    "POST /v1/tills/{id}/entries": move,
    "POST /v1/tills/{id}/close": count,
    "POST /v1/tills/{id}/reopen": reopen,
    "POST /v1/payments/{id}/refunds/{refund_id}/decision": hand_out,
    "POST /v1/companies": add_company,
    "POST /v1/invoices": invoice,
    "POST /v1/invoices/{id}/void": void,
    "POST /v1/invoices/{id}/payments": paid,
    "POST /v1/invoices/{id}/acts": act,
    "POST /v1/bank-statements": statement,
    "POST /v1/bank-lines/{id}/accept": accept,
}
