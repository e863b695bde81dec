"""What happens to a visit at its hour, by the way in which it was booked and is paid."""

from collections.abc import Callable, Mapping

from infra.local.demo.saturday import programme as p
from infra.local.demo.saturday.day import CALL, Day
from infra.local.demo.saturday.desk import Shown, money
from infra.local.demo.saturday.programme import Visit

Serve = Callable[[Day, Visit, Shown], None]
PASS_MINUTES = p.PASS_HOURS * 60


def serve(day: Day, visit: Visit) -> None:
    """From the door to the end of the visit."""
    if visit.way in p.AT_THE_DOOR:
        if visit.way != "walk_in":
            CALLED_OFF[visit.way](day, visit)
        day.booked[visit] = day.desk.book_visit(visit, day.stage.text("walked_in"), day.guest(visit.way))
        day.desk.book.sold += visit.total
        day.desk.confirm(day.booked[visit], day.stage.text("pays_now"))
    PAID.get(visit.way, nothing)(day, visit, day.booked[visit])


def arrive(day: Day, booking: Shown) -> None:
    """Checked in at the desk."""
    day.desk.insist(f"{CALL}/check-in", {}, booking, day.stage.text("clock"))


def leave(day: Day, booking: Shown) -> None:
    day.desk.end(booking)


def nothing(day: Day, _visit: Visit, booking: Shown) -> None:
    """All is paid for."""
    arrive(day, booking)
    leave(day, booking)


def by(method: str) -> Serve:
    """All of it at the desk."""

    def pay(day: Day, visit: Visit, booking: Shown) -> None:
        arrive(day, booking)
        day.desk.take(visit, booking, method, visit.total)
        leave(day, booking)

    return pay


def half(day: Day, visit: Visit, booking: Shown) -> None:
    """What a link has left to pay."""
    arrive(day, booking)
    day.desk.take(visit, booking, "cash", visit.total - -(-visit.total // 2))
    leave(day, booking)


def from_balance(day: Day, visit: Visit, booking: Shown) -> None:
    arrive(day, booking)
    day.desk.pay_from_balance(visit, booking)
    day.balances[booking["customer_id"]] -= visit.total
    leave(day, booking)


def with_certificate(day: Day, visit: Visit, booking: Shown) -> None:
    """As far as it goes, and the rest by card."""
    arrive(day, booking)
    amount = min(day.left["certificate"], visit.total)
    day.desk.pay_with(day.codes["certificate"], visit, booking, amount)
    day.left["certificate"] -= amount
    if amount < visit.total:
        day.desk.take(visit, booking, "terminal", visit.total - amount)
    leave(day, booking)


def with_pass(day: Day, visit: Visit, booking: Shown) -> None:
    """Hours that were sold with a discount: they are worth what was paid for them."""
    arrive(day, booking)
    minutes = visit.hours * 60
    day.desk.pay_with(day.codes["pass"], visit, booking, p.PASS_PRICE * minutes // PASS_MINUTES)
    day.left["pass"] -= minutes
    leave(day, booking)


def missed(day: Day, _visit: Visit, booking: Shown) -> None:
    """Nobody came; what was paid in advance stays."""
    day.desk.insist(f"{CALL}/no-show", {}, booking, day.stage.text("clock"))


def slip(day: Day, visit: Visit, booking: Shown) -> None:
    """Marked as missed, though they were only late: undone, and paid."""
    missed(day, visit, booking)
    day.desk.ask(f"{CALL}/undo", {"reason": day.stage.text("was_late")}, id=booking["id"])
    day.desk.take(visit, booking, "cash", visit.total)


def with_deposit(day: Day, visit: Visit, booking: Shown) -> None:
    """A lamp breaks: its price is kept of the deposit, and the rest goes back."""
    day.desk.reopened(booking, day.stage.text("clock"))
    deposit = day.desk.ask(f"{CALL}/deposits", {"amount": money(p.DEPOSIT), "method": "cash"}, id=booking["id"])
    arrive(day, booking)
    day.desk.take(visit, booking, "terminal", visit.total)
    line(day, booking, p.DAMAGE, "lamp")
    kept = {"amount": money(p.DAMAGE), "reason": day.stage.text("lamp")}
    day.desk.ask("POST /v1/deposits/{id}/keep", kept, id=deposit["id"])
    day.desk.book.take(visit.hall, "deposit", p.DAMAGE)
    day.desk.ask("POST /v1/deposits/{id}/return", {"method": "cash"}, id=deposit["id"])
    day.desk.book.held["cash"] += p.DAMAGE
    leave(day, booking)


def with_discount(day: Day, visit: Visit, booking: Shown) -> None:
    """Off by hand, with a reason."""
    arrive(day, booking)
    line(day, booking, p.DISCOUNT, "cold")
    day.desk.take(visit, booking, "terminal", visit.total + p.DISCOUNT)
    leave(day, booking)


def with_surcharge(day: Day, visit: Visit, booking: Shown) -> None:
    """Half an hour more, paid on the client's own phone by the code that is shown at the door."""
    arrive(day, booking)
    day.desk.take(visit, booking, "cash", visit.total)
    line(day, booking, p.SURCHARGE, "overtime")
    day.desk.wait_for_money(booking, visit.total)
    day.desk.send_link(visit, booking, p.SURCHARGE)
    leave(day, booking)


def line(day: Day, booking: Shown, amount: int, name: str) -> None:
    text = day.stage.text(name)
    day.desk.ask(f"{CALL}/lines", {"name": text, "amount": money(amount), "reason": text}, id=booking["id"])
    day.desk.book.sold += amount


def to_balance(day: Day, visit: Visit) -> None:
    """Who had the time called off: what they transferred goes to their balance."""
    booking = _paid_before(day, visit, "transfer")
    _call_off(day, booking, {"refund_percent": 100, "refund_to": "balance"})
    customer = booking["customer_id"]

    def there() -> Shown | None:
        shown: Shown = day.desk.ask("GET /v1/customers/{id}/balance", id=customer)
        return shown if shown["balance"] == money(visit.total) else None

    day.stage.wait("on_balance", there)
    day.balances[customer] += visit.total
    day.desk.book.give_back(visit.hall, "transfer", visit.total, to_balance=True)


def handed_out(day: Day, visit: Visit) -> None:
    """Who had the time called off late: half of the cash is handed out."""
    booking = _paid_before(day, visit, "cash")
    _call_off(day, booking, {"refund_percent": 50})

    def waiting() -> Shown | None:
        listed = day.desk.ask("GET /v1/desk-refunds", query="?limit=200")["data"]
        return next((each for each in listed if each["booking_id"] == booking["id"]), None)

    refund = day.stage.wait("to_hand_out", waiting)
    said = {"outcome": "succeeded", "reason": day.stage.text("handed_out")}
    ids = {"id": refund["payment_id"], "refund_id": refund["id"]}
    day.desk.ask("POST /v1/payments/{id}/refunds/{refund_id}/decision", said, **ids)
    day.desk.book.give_back(visit.hall, "cash", visit.total // 2)


def _paid_before(day: Day, visit: Visit, method: str) -> Shown:
    """A booking of somebody else at the same time."""
    booking = day.desk.book_visit(visit, day.stage.text("by_phone"), day.guest(""))
    day.desk.take(visit, booking, method, visit.total)
    return day.desk.wait_for_money(booking, visit.total)


def _call_off(day: Day, booking: Shown, terms: Shown) -> None:
    request = {"reason": day.stage.text("ill")} | terms
    day.desk.insist(f"{CALL}/cancel", request, booking, day.stage.text("clock"))


CALLED_OFF: Mapping[str, Callable[[Day, Visit], None]] = {"resold_balance": to_balance, "resold_cash": handed_out}
PAID: Mapping[str, Serve] = {
    **{way: by("cash") for way in ("cash", "walk_in", "resold_cash")},
    "resold_balance": by("terminal"),
    "terminal": by("terminal"),
    "transfer": by("transfer"),
    "half": half,
    "balance": from_balance,
    "certificate": with_certificate,
    "pass": with_pass,
    "no_show": missed,
    "slip": slip,
    "deposit": with_deposit,
    "discount": with_discount,
    "surcharge": with_surcharge,
}
