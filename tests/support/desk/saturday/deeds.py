"""What is done at the desk, by the request that the API gets of it, and where on the page a person does it."""

from typing import Any

from infra.local.client import Answer
from tests.support.desk.saturday.hands import Deed, Hands, rubles, submit, unfold, unless_gone

CALL = "/v1/bookings/{id}"


def at_once(action: str, label: str) -> Deed:
    """A button of the card does it."""

    def act(hands: Hands, _body: dict[str, Any], ids: dict[str, str]) -> Answer:
        hands.opened(ids["id"])
        return hands.sent(f"/v1/bookings/{ids['id']}/{action}", hands.pressed(label))

    return unless_gone(act)


def with_reason(action: str, asked: str, label: str) -> Deed:
    """A button of the card asks why."""

    def act(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
        shown = hands.unfolded(ids["id"], asked, label)
        said = {"reason": body["reason"]} if "reason" in body else {}
        return hands.sent(f"/v1/bookings/{ids['id']}/{action}", submit(shown, **said))

    return unless_gone(act)


def take(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    shown = _taking(hands, ids["id"], body["method"])
    press = submit(shown.locator("form"), amount=rubles(body["amount"]))
    return hands.sent(f"/v1/bookings/{ids['id']}/desk-payments", press)


def take_from_balance(hands: Hands, _body: dict[str, Any], ids: dict[str, str]) -> Answer:
    shown = _taking(hands, ids["id"], "balance")
    return hands.sent(f"/v1/bookings/{ids['id']}/balance-payments", submit(shown.locator("form")))


def take_certificate(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    shown = _taking(hands, ids["id"], "certificate")
    return hands.sent(
        f"/v1/bookings/{ids['id']}/certificate-payments", submit(shown.locator("form"), code=body["code"])
    )


def _taking(hands: Hands, booking: str, method: str) -> Any:
    shown = hands.unfolded(booking, "take", "Принять деньги")
    shown.locator("[name=method]").select_option(method)
    return shown.locator(f"[data-method={method}]")


def link(hands: Hands, body: dict[str, Any], _ids: dict[str, str]) -> Answer:
    """The client pays by the code that the page then shows."""
    shown = hands.unfolded(body["booking_id"], "link", "Ссылка на оплату")
    press = submit(shown.locator("form"), provider=body["provider"], amount=rubles(body["amount"]))
    made = hands.sent("/v1/payments", press)
    shown.get_by_role("img", name="Код для оплаты телефоном").wait_for()
    return made


def line(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    shown = hands.unfolded(ids["id"], "line", "Доплата или скидка")
    press = submit(shown.locator("form").last, name=body["name"], amount=rubles(body["amount"]), reason=body["reason"])
    return hands.sent(f"/v1/bookings/{ids['id']}/lines", press)


def cancel(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    shown = hands.unfolded(ids["id"], "cancel", "Отменить")
    said = {name: str(value) for name, value in body.items()}
    return hands.sent(f"/v1/bookings/{ids['id']}/cancel", submit(shown.locator("form"), **said))


def deposit(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    form = unfold(hands.unfolded(ids["id"], "deposit", "Залог"), "Новый залог")
    press = submit(form, amount=rubles(body["amount"]), method=body["method"])
    made = hands.sent(f"/v1/bookings/{ids['id']}/deposits", press)
    hands.places[made.document["id"]] = ids["id"]
    return made


def keep(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    form = unfold(hands.unfolded(hands.places[ids["id"]], "deposit", "Залог"), "Удержать за ущерб")
    press = submit(form, amount=rubles(body["amount"]), reason=body["reason"])
    return hands.sent(f"/v1/deposits/{ids['id']}/keep", press)


def give_back(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    form = unfold(hands.unfolded(hands.places[ids["id"]], "deposit", "Залог"), "Вернуть залог")
    return hands.sent(f"/v1/deposits/{ids['id']}/return", submit(form, method=body["method"]))


def on_balance(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
    """On the customer's card, which one of their visits leads to."""
    hands.opened(hands.places[ids["id"]])
    hands.pressed("Клиент")()
    hands.shows("")
    form = unfold(hands.window, {"top_up": "Пополнить", "payout": "Выдать с баланса"}[body["kind"]])
    press = submit(form, amount=rubles(body["amount"]), method=body["method"])
    return hands.sent(f"/v1/customers/{ids['id']}/balance/entries", press)


OF_A_VISIT: dict[str, Deed] = {
    f"POST {CALL}/confirm": with_reason("confirm", "confirm", "Подтвердить без оплаты"),
    f"POST {CALL}/check-in": at_once("check-in", "Пришёл"),
    f"POST {CALL}/complete": at_once("complete", "Завершить"),
    f"POST {CALL}/no-show": with_reason("no-show", "noShow", "Не пришёл"),
    f"POST {CALL}/undo": with_reason("undo", "undo", "Вернуть как было"),
    f"POST {CALL}/desk-payments": take,
    f"POST {CALL}/balance-payments": take_from_balance,
    f"POST {CALL}/certificate-payments": take_certificate,
    f"POST {CALL}/lines": line,
    f"POST {CALL}/cancel": unless_gone(cancel),
    f"POST {CALL}/deposits": deposit,
    "POST /v1/deposits/{id}/keep": keep,
    "POST /v1/deposits/{id}/return": give_back,
    "POST /v1/payments": link,
    "POST /v1/customers/{id}/balance/entries": on_balance,
}
