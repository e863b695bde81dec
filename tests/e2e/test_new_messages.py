"""From what happens to the message in its reader's outbox: offers, reviews, refunds, papers, the till and failures; and
what becomes of mail that bounces."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from infra.local.client import Client
from infra.local.demo.saturday.papers import REQUISITES, TOLD_ELSEWHERE, new_inn
from tests.support.stories.money.studio import MoneyStudio
from tests.support.system.whole import PASSWORD, Customer, System
from tests.support.waiting import eventually

ADMIN = "admin@cyclorama.test"
SOON_OVER = """
UPDATE notification.bookings SET known_since = now() - interval '1 hour', hold_ends_at = now() + interval '19 minutes',
    facts = facts || jsonb_build_object('hold_expires_at', now() + interval '19 minutes') WHERE booking_id = :id
"""
OVER = """
UPDATE notification.bookings SET status = 'completed', known_since = now() - interval '9 days',
    version = version + 1000, ends_at = now() - interval '25 hours',
    facts = facts || jsonb_build_object('end', now() - interval '25 hours')
    WHERE booking_id = :id
"""
Shown = dict[str, Any]


@pytest.fixture(scope="module")
def studio(system: System) -> MoneyStudio:
    return MoneyStudio(system)


def mail(system: System, to: str, *words: str) -> Shown:
    """The first mail or SMS to this address with these words."""

    def look() -> Shown | None:
        texts = ((m, f"{m.get('subject')} {m['text']}") for m in system.outbox(to))
        return next((m for m, text in texts if all(word in text for word in words)), None)

    return eventually(look)


def paid_by_transfer(system: System, customer: Customer, slot: Shown) -> Shown:
    booking = customer.book(slot)
    paid = {"amount": booking["prepayment"], "method": "transfer"}
    system.manager.post(f"/v1/bookings/{booking['id']}/desk-payments", paid)
    return eventually(lambda: customer.booking_if(booking, "confirmed"))


def test_a_refund_that_waits_for_somebody_is_told_when_it_begins(system: System, studio: MoneyStudio) -> None:
    customer = system.customer()
    booking = paid_by_transfer(system, customer, studio.slot())
    customer.api.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "rain"})

    told = mail(system, customer.email, "We are returning")

    assert booking["number"] in told["subject"]
    assert "to the account it came from" in told["text"]


def test_an_offer_is_told_to_end_and_a_visit_is_asked_about(system: System, studio: MoneyStudio) -> None:
    """Time is moved where it is written: nothing else could be waited for."""
    wanted = studio.slot()
    first, waiting, guest = system.customer(), system.customer(), system.customer()
    booking = first.book(wanted)
    waiting.api.post("/v1/waitlist", wanted)
    first.api.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "rain"})
    (served,) = waiting.api.get("/v1/waitlist")["data"]
    offer = waiting.api.get(f"/v1/bookings/{served['booking_id']}")
    mail(system, waiting.email, offer["number"])
    system.sql(SOON_OVER, id=offer["id"])
    visited = paid_by_transfer(system, guest, studio.slot())
    mail(system, guest.email, visited["number"])
    system.sql(OVER, id=visited["id"])
    system.hasten("NotificationReminders")

    assert offer["number"] in mail(system, waiting.phone.lstrip("+"), f"{offer['number']}", "Held until")["text"]
    assert visited["number"] in mail(system, guest.email, "How was your session")["text"]


def test_a_certificate_is_written_to_its_buyer_with_its_code(system: System) -> None:
    customer = system.customer()
    until = (system.endpoints.now() + timedelta(days=90)).date().isoformat()
    wanted = {"name": "Подарок", "amount": {"amount": 500_000}, "method": "transfer", "valid_until": until}
    mine = {"customer_id": customer.api.get("/v1/me")["id"]}

    sold = system.manager.post("/v1/certificates", wanted | mine, Idempotency_Key=str(uuid4()))

    told = mail(system, customer.email, "Your certificate")
    assert sold["code"] in told["text"]
    kept = system.manager.get(f"/v1/notifications?recipient_id={mine['customer_id']}")["data"]
    assert "certificate_issued" in {each["template"] for each in kept}
    assert sold["code"] not in str(kept)
    found = system.manager.post("/v1/certificates/lookup", {"code": sold["code"]})
    assert found["remaining"] == 500_000


def test_an_invoice_is_mailed_to_the_company_as_a_file(system: System) -> None:
    admin = Client(system.api_url).sign_in(ADMIN, "cyclorama")
    said = Client(system.api_url).get("/v1/studio")
    if not (said.get("requisites") or {}).get("bank"):
        studio = {name: value for name, value in said.items() if name not in TOLD_ELSEWHERE}
        admin.request("PUT", "/v1/studio", studio | {"requisites": REQUISITES})
    address = f"{uuid4().hex[:10]}@example.com"
    about = {"name": "ООО «Пример»", "inn": new_inn(), "contact": {"email": address}}
    company = system.manager.post("/v1/companies", about)
    due = (system.endpoints.now() + timedelta(days=7)).date().isoformat()
    lines = [{"name": "Аренда света", "price": {"amount": 100_000}, "quantity": 1}]
    made = system.manager.post(
        "/v1/invoices", {"company_id": company["id"], "lines": lines, "due": due}, Idempotency_Key=str(uuid4())
    )

    told = mail(system, address, "приложен к письму")

    assert made["number"] in told["subject"]


def test_administrators_hear_of_a_till_that_does_not_add_up_and_of_a_refund_that_failed(
    system: System, studio: MoneyStudio
) -> None:
    till = system.manager.post("/v1/tills", {"float": {"amount": 100_000}})
    counted = {"counted": {"amount": 95_000}, "terminal": {"amount": 0}}
    system.manager.post(f"/v1/tills/{till['id']}/close", counted, Idempotency_Key=str(uuid4()))
    assert "50" in mail(system, ADMIN, "не хватает", "Касса")["subject"]

    customer = system.customer()
    booking = customer.book(studio.slot())
    payment = customer.start_payment(booking)
    gateway_id = urlsplit(payment["confirmation_url"]).path.rsplit("/", 1)[-1]
    Client(system.endpoints.sandbox_url).request(
        "PUT", f"/_sandbox/payments/{gateway_id}/knobs", {"refund_canceled": 1}
    )
    assert customer.api.form(payment["confirmation_url"], action="pay").status == 303
    eventually(lambda: customer.booking_if(booking, "confirmed"))
    customer.api.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "rain"})

    mail(system, ADMIN, "refund_failed")


def without_a_mailbox(system: System) -> Customer:
    """SES's simulator has one that sends everything back."""
    email, phone = f"bounce+{uuid4().hex[:10]}@simulator.amazonses.com", f"+7926{uuid4().int % 10**7:07}"
    api = Client(system.api_url)
    account = {"email": email, "phone": phone, "full_name": "Test Customer", "password": PASSWORD}
    api.post("/v1/accounts", account | {"locale": "en", "consent": True})
    return Customer(api.sign_in(email, PASSWORD), email, phone)


def sold_a_certificate(system: System, customer: Customer) -> str:
    """Its code, of which mail tells, or else an SMS."""
    until = (system.endpoints.now() + timedelta(days=90)).date().isoformat()
    wanted = {"name": "Подарок", "amount": {"amount": 500_000}, "method": "transfer", "valid_until": until}
    whose = {"customer_id": customer.api.get("/v1/me")["id"]}
    return str(system.manager.post("/v1/certificates", wanted | whose, Idempotency_Key=str(uuid4()))["code"])


def sent_to(system: System, customer: Customer) -> list[Shown]:
    """As staff see it."""
    path = f"/v1/notifications?recipient_id={customer.api.get('/v1/me')['id']}"
    return list(system.manager.get(path)["data"])


def arrived(system: System, customer: Customer, code: str) -> list[str]:
    """The channels by which the sandbox was given a message with these words."""
    return [message["channel"] for message in system.messages(customer, code)]


def test_an_address_that_bounces_is_left_until_staff_say_why_not(system: System) -> None:
    customer = without_a_mailbox(system)

    def bounced() -> Shown | None:
        """What asked for a confirmation of the address."""
        found = sent_to(system, customer)
        return next((each for each in found if each.get("delivery") == "undelivered"), None)

    def held() -> Shown | None:
        found = system.manager.get("/v1/mail-suppressions?limit=200")["data"]
        return next((each for each in found if each["address"] == customer.email), None)

    told_of = eventually(bounced)
    assert (told_of["status"], told_of["delivery_reason"]) == ("sent", "ses_bounce_Permanent_General")
    suppression = eventually(held)
    assert (suppression["reason"], suppression["detail"]) == ("bounce", "ses_bounce_Permanent_General")

    code = sold_a_certificate(system, customer)
    eventually(lambda: "sms" in arrived(system, customer, code))
    assert arrived(system, customer, code) == ["sms"]
    told = {(each["channel"], each["status"], each.get("reason")) for each in sent_to(system, customer)}
    assert ("email", "skipped", "suppressed_bounce") in told

    reason = f"The mailbox works again {uuid4().hex[:8]}"
    lifted = f"/v1/mail-suppressions/{suppression['id']}"
    assert customer.api.request("POST", f"{lifted}/lift", {"reason": reason}).status == 403
    system.manager.post(f"{lifted}/lift", {"reason": reason})
    assert held() is None
    trail = f"/v1/operator-actions?target=suppression:{suppression['id']}"
    eventually(lambda: reason in [each.get("reason") for each in system.manager.get(trail)["data"]])

    again = sold_a_certificate(system, customer)
    eventually(lambda: "email" in arrived(system, customer, again))
