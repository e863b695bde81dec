"""Recipes of payments, papers, held money and the till."""

from datetime import timedelta

from infra.local.client import UnexpectedAnswerError
from infra.local.demo.saturday.papers import REQUISITES, TOLD_ELSEWHERE, new_inn
from infra.local.machine.errors import LocalError
from infra.local.triggers.player import Player, Shown, money
from infra.local.triggers.recipes import recipe


@recipe("payment.created")
def start(player: Player) -> None:
    """A customer goes to the gateway's page."""
    person = player.customer()
    player.start_payment(person, player.book(person))


@recipe("payment.link_requested")
def send_link(player: Player) -> None:
    """Staff have the link to pay sent to a customer."""
    person = player.customer()
    payment = player.start_payment(person, player.book(person))
    player.manager.ask(f"POST /v1/payments/{payment['id']}/link-messages", {"channel": "email"})


@recipe("payment.notification_received")
@recipe("payment.succeeded")
def pay(player: Player) -> None:
    """A customer pays at the gateway, which calls us."""
    person = player.customer()
    player.finish(player.start_payment(person, player.book(person)))


@recipe("payment.failed")
def decline(player: Player) -> None:
    """The bank declines a customer's card."""
    person = player.customer()
    player.finish(player.start_payment(person, player.book(person)), "decline")


@recipe("payment.refund_started")
def refund_slowly(player: Player) -> None:
    """A customer cancels what was paid by a transfer: the money waits to be sent back by hand."""
    person = player.customer()
    booking = player.book(person)
    paid = {"amount": booking["prepayment"], "method": "transfer"}
    player.manager.ask(f"POST /v1/bookings/{booking['id']}/desk-payments", paid)
    player.booking_with(person.api, booking, "status", "confirmed")
    person.api.ask(f"POST /v1/bookings/{booking['id']}/cancel", {"reason": "the model is ill"})


@recipe("payment.refunded")
def refund(player: Player) -> None:
    """A customer cancels what is paid for, and the money goes back."""
    person, booking = player.confirmed()
    person.api.ask(f"POST /v1/bookings/{booking['id']}/cancel", {"reason": "the model is ill"})


@recipe("payment.refund_failed")
def refuse_refund(player: Player) -> None:
    """The same, but the gateway refuses to give the money back."""
    person = player.customer()
    booking = player.book(person)
    payment = player.start_payment(person, booking)
    player.make_fail(payment, "refund_canceled")
    player.finish(payment)
    player.booking_with(person.api, booking, "status", "confirmed")
    person.api.ask(f"POST /v1/bookings/{booking['id']}/cancel", {"reason": "the model is ill"})


@recipe("balance.changed")
def top_up(player: Player) -> None:
    """A customer puts money on a balance at the desk."""
    person = player.customer()
    player.book(person)
    entry = {"kind": "top_up", "amount": money(1000), "method": "terminal"}
    player.manager.ask(f"POST /v1/customers/{person.api.get('/v1/me')['id']}/balance/entries", entry)


@recipe("certificate.issued")
def sell_certificate(player: Player) -> None:
    """A customer buys a certificate at the desk, and gets its code by mail."""
    person = player.customer()
    until = (player.endpoints.now() + timedelta(days=180)).date().isoformat()
    sold = {"name": "Подарок", "amount": money(5000), "method": "terminal", "valid_until": until}
    player.manager.ask("POST /v1/certificates", sold | {"customer_id": person.api.get("/v1/me")["id"]})


@recipe("deposit.changed")
def take_deposit(player: Player) -> None:
    """Staff take a deposit for a visit."""
    _, booking = player.confirmed()
    deposit = {"amount": money(3000), "method": "terminal"}
    player.manager.ask(f"POST /v1/bookings/{booking['id']}/deposits", deposit)


@recipe("till.closed")
def close_till(player: Player) -> None:
    """Staff open a till and count it."""
    try:
        till = player.manager.ask("POST /v1/tills", {"float": money(1000)})
    except UnexpectedAnswerError as error:
        raise LocalError(f"A till is open already: close it at the desk first ({error})") from None
    player.manager.ask(f"POST /v1/tills/{till['id']}/close", {"counted": money(1000), "terminal": money(0)})


@recipe("invoice.issued")
def invoice(player: Player) -> Shown:
    """A company is invoiced."""
    studio = player.nobody.get("/v1/studio")
    if not (studio.get("requisites") or {}).get("bank"):
        said = {name: value for name, value in studio.items() if name not in TOLD_ELSEWHERE}
        player.admin.ask("PUT /v1/studio", said | {"requisites": REQUISITES})
    company = player.manager.ask("POST /v1/companies", {"name": "ООО «Пример»", "inn": new_inn()})
    due = (player.endpoints.now() + timedelta(days=7)).date().isoformat()
    lines = [{"name": "Аренда света", "price": money(1000), "quantity": 1}]
    return dict(player.manager.ask("POST /v1/invoices", {"company_id": company["id"], "lines": lines, "due": due}))


@recipe("invoice.credited")
def credit(player: Player) -> Shown:
    """A company pays an invoice: staff have seen the money."""
    made = invoice(player)
    player.manager.ask(f"POST /v1/invoices/{made['id']}/payments", {})
    return made


@recipe("invoice.voided")
def void_invoice(player: Player) -> None:
    """An invoice was wrong."""
    player.manager.ask(f"POST /v1/invoices/{invoice(player)['id']}/void", {"reason": "another company"})


@recipe("act.issued")
def act(player: Player) -> Shown:
    """The act of an invoice is issued."""
    return dict(player.manager.ask(f"POST /v1/invoices/{credit(player)['id']}/acts", {}))


@recipe("act.voided")
def void_act(player: Player) -> None:
    """An act was wrong."""
    player.manager.ask(f"POST /v1/acts/{act(player)['id']}/void", {"reason": "another day"})
