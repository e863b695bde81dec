"""The demo's scenes about money: the prepayment, the balance, and all of it back."""

from typing import Any
from uuid import uuid4

from infra.local.client import Client
from infra.local.demo.stage import Stage

RETURN_URL = "https://studio.example/thanks"


def pay_prepayment(stage: Stage, booking: dict[str, Any]) -> None:
    """Step by step: the page, the gateway's call, the payment, the booking."""
    payment = _start(stage, booking)
    stage.step("payment", "POST /v1/payments", payment)
    answer = stage.api.form(payment["confirmation_url"], action="pay")
    stage.step("paid", f"POST {payment['confirmation_url']}", {"status": answer.status})
    path = f"/v1/payments/{payment['id']}"
    paid = stage.wait("succeeded", lambda: stage.read(path, "status", "succeeded"))
    stage.step("succeeded", f"GET {path}", paid)
    path = f"/v1/bookings/{booking['id']}"
    confirmed = stage.wait("confirmed", lambda: stage.read(path, "status", "confirmed"))
    stage.step("confirmed", f"GET {path}", _shown(confirmed, "number", "status", "paid", "payment_state"))


def pay_balance(stage: Stage, booking: dict[str, Any]) -> None:
    """What is left to pay, whatever the booking costs by now."""
    payment = _start(stage, booking, purpose="balance")
    stage.step("balance", "POST /v1/payments", _shown(payment, "purpose", "status", "amount", "confirmation_url"))
    stage.api.form(payment["confirmation_url"], action="pay")
    path = f"/v1/bookings/{booking['id']}"
    paid = stage.wait("paid_up", lambda: stage.read(path, "payment_state", "paid"))
    stage.step("paid_up", f"GET {path}", _shown(paid, "status", "total", "paid", "payment_state"))


def give_back(stage: Stage, booking: dict[str, Any]) -> None:
    """The booking is cancelled, and each payment goes back by the way it came."""
    path = f"/v1/bookings/{booking['id']}"
    cancelled = stage.api.post(f"{path}/cancel", {"reason": stage.text("reason")}, Idempotency_Key=str(uuid4()))
    stage.step("called_off", f"POST {path}/cancel", _shown(cancelled, "status", "payment_state", "refund_due"))
    stage.wait("refunded", lambda: stage.read(path, "payment_state", "refunded"))
    payments = stage.api.get(f"/v1/payments?booking_id={booking['id']}")["data"]
    shown = [_shown(payment, "purpose", "status", "amount", "refunded") for payment in payments]
    stage.step("refunded", f"GET /v1/payments?booking_id={booking['id']}", shown)
    mails = stage.wait("refund_mail", lambda: _refund_mails(stage, booking) or None)
    stage.step("refund_mail", f"GET {stage.endpoints.sandbox_url}/outbox", None)
    stage.show(mails[-1])


def pay_through(stage: Stage, api: Client, booking: dict[str, Any]) -> bool | None:
    """The prepayment in one go; whether the booking is confirmed by now."""
    path = f"/v1/bookings/{booking['id']}"
    if api.get(path)["status"] == "pending" and not api.get(f"/v1/payments?booking_id={booking['id']}")["data"]:
        body = {"booking_id": booking["id"], "provider": stage.provider, "return_url": RETURN_URL}
        api.form(api.post("/v1/payments", body, Idempotency_Key=str(uuid4()))["confirmation_url"], action="pay")
    return api.get(path)["status"] == "confirmed" or None


def _refund_mails(stage: Stage, booking: dict[str, Any]) -> list[dict[str, Any]]:
    begins = stage.text("refund_subject")
    return [mail for mail in stage.messages(booking["number"]) if (mail.get("subject") or "").startswith(begins)]


def _start(stage: Stage, booking: dict[str, Any], **fields: str) -> dict[str, Any]:
    body = {"booking_id": booking["id"], "provider": stage.provider, "return_url": RETURN_URL}
    payment: dict[str, Any] = stage.api.post("/v1/payments", body | fields, Idempotency_Key=str(uuid4()))
    return payment


def _shown(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: document[name] for name in names}
