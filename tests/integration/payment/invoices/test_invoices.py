"""Companies are invoiced, pay in parts, and get an act when the visits are over."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.identity import Identity
from payment.app import api
from payment.invoices.errors import BookingInvoicedError
from shared_schemas.common import Role
from shared_schemas.payment.invoices import InvoiceRequest
from tests.support.chance import SEED
from tests.support.database import EngineFor
from tests.support.payment.cashier import MANAGER
from tests.support.payment.papers import company, studio
from tests.support.payment.papers_office import Office
from tests.support.rest import ask

NOTIFICATION = Identity("notification", Role.SERVICE)


def payments(office: Office, booking_id: Any) -> list[tuple[str, str | None, int]]:
    with office.cashier.unit_of_work() as work:
        return [(each.provider, each.note, each.taken) for each in work.attempts.of_booking(booking_id)]


def test_a_company_is_invoiced_for_a_booking_whose_slot_stays_held(office: Office) -> None:
    booking_id = office.cashier.booked()

    made = office.issued(booking_id, lines=[{"name": "Уборка", "price": {"amount": 50_000}}], comment="Вход со двора")

    assert made == office.read(made)
    assert (made["number"], made["status"], made["total"]["amount"]) == ("2026-1", "issued", 450_000)
    assert made["buyer"]["inn"] == "7707083893"
    assert made["seller"]["bank"]["account"] == "40702810438000060473"
    assert made["bookings"][0]["amount"]["amount"] == 400_000
    assert office.cashier.booking.held[booking_id].isoformat() == made["due_at"].replace("Z", "+00:00")
    assert "invoice.issued" in office.cashier.events()
    file = office.do("GET /v1/invoices/{invoice_id}/pdf", invoice_id=made["id"])
    assert (file.status, file.headers["content-type"], file.body[:8]) == (200, "application/pdf", "%PDF-1.4")
    assert "invoice-2026-1.pdf" in file.headers["content-disposition"]


@pytest.mark.parametrize(("contact", "told"), [({"locale": "en"}, "en"), ({}, "ru"), (None, "ru")])
def test_a_company_is_written_to_in_the_language_that_its_contact_reads(
    office: Office, contact: dict[str, str] | None, told: str
) -> None:
    made = office.issued(office.owing())
    known = company(contact=contact).model_dump(mode="json")
    assert office.do("PUT /v1/companies/{company_id}", known, company_id=made["company_id"]).status == 200

    letter = ask(api, NOTIFICATION, "GET /v1/invoices/{invoice_id}/letter", path={"invoice_id": made["id"]})

    assert letter.body["locale"] == told


def test_staff_say_that_it_is_paid_and_its_bookings_are(office: Office) -> None:
    first, second = office.cashier.booked(), office.owing(100_000)
    made = office.issued(first, second)

    too_little = office.pay(made, 150_000, key="one")
    again = office.pay(made, 150_000, key="one")
    rest = office.pay(made)

    assert [answer.status for answer in (too_little, again, rest)] == [201, 201, 201]
    assert again.body == too_little.body
    assert (too_little.body["status"], too_little.body["unassigned"]["amount"]) == ("partly_paid", 50_000)
    assert (rest.body["status"], rest.body["left"]["amount"], rest.body["unassigned"]["amount"]) == ("paid", 0, 0)
    assert payments(office, first) == [("invoice", "Счёт № 2026-1", 400_000)]
    assert [office.balance(each) for each in (first, second)] == [400_000, 100_000]
    assert office.cashier.events().count("payment.succeeded") == 2
    assert (late := office.pay(made)).status == 409
    assert late.code == "invoice_closed"


def test_no_more_is_taken_than_was_asked_for(office: Office) -> None:
    made = office.issued(booking_id := office.owing())
    refused = office.pay(made, 400_001)
    assert (refused.status, refused.code, refused.body["left"]) == (422, "more_than_invoiced", 400_000)
    assert (office.balance(booking_id), office.read(made)["paid"]["amount"]) == (0, 0)


def test_what_breaks_on_the_way_leaves_nothing_behind(office: Office) -> None:
    """Two bookings, and the second one's payment cannot be entered."""
    made = office.issued(first := office.owing(), second := office.owing(100_000))
    known = office.cashier.booking.known
    # Somebody has paid it since, and Booking has not heard of it.
    office.do(
        "POST /v1/bookings/{booking_id}/desk-payments",
        {"amount": {"amount": 1}, "method": "transfer"},
        booking_id=second,
    )
    assert known[second].balance.amount == 100_000

    refused = office.pay(made)

    assert (refused.status, refused.code) == (422, "more_than_due")
    assert (office.balance(first), office.balance(second), office.read(made)["paid"]["amount"]) == (0, 1, 0)


def test_an_invoice_is_voided_and_keeps_its_number(office: Office) -> None:
    made = office.issued(booking_id := office.owing())
    twice = office.do("POST /v1/invoices", office.asked(booking_id))
    path = {"invoice_id": made["id"]}

    gone = office.do("POST /v1/invoices/{invoice_id}/void", {"reason": "wrong company"}, **path)
    again = office.do("POST /v1/invoices/{invoice_id}/void", {"reason": "wrong company"}, **path)

    assert (twice.status, twice.code) == (409, "booking_invoiced")
    assert (gone.status, gone.body["status"], gone.body["number"]) == (200, "void", "2026-1")
    assert (again.status, again.code) == (409, "invoice_closed")
    assert office.issued(booking_id)["number"] == "2026-2"
    paid = office.issued(office.owing())
    office.pay(paid, 1)
    refused = office.do("POST /v1/invoices/{invoice_id}/void", {"reason": "x"}, invoice_id=paid["id"])
    assert (refused.status, refused.code) == (409, "invoice_paid")
    assert office.do("DELETE /v1/companies/{company_id}", company_id=office.company).code == "company_invoiced"


def test_a_company_that_changes_leaves_papers_as_they_are(office: Office) -> None:
    made = office.issued(office.owing())
    changed = {"name": "ООО «Лютик»", "inn": "7707083893"}
    assert office.do("PUT /v1/companies/{company_id}", changed, company_id=office.company).status == 200
    assert office.read(made)["buyer"]["name"] == "ООО «Ромашка-Фильм»"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"due": "2020-01-01"}, 422, "rule_violation"),
        ({"company_id": str(uuid4())}, 404, "company_not_found"),
        ({"booking_ids": [str(uuid4())]}, 404, "booking_not_found"),
        ({"booking_ids": []}, 422, "invalid_request"),
    ],
)
def test_why_nothing_is_issued_is_told(office: Office, changes: dict[str, Any], status: int, code: str) -> None:
    refused = office.do("POST /v1/invoices", office.asked(office.owing()) | changes)
    assert (refused.status, refused.code) == (status, code)
    assert office.listed("GET /v1/invoices") == []


def test_a_studio_without_an_account_is_asked_for_it(office: Office) -> None:
    office.cashier.booking.says = studio(requisites=None)
    refused = office.do("POST /v1/invoices", office.asked(booking_id := office.cashier.booked()))
    assert (refused.status, refused.code) == (409, "studio_requisites_missing")
    assert booking_id not in office.cashier.booking.held


def test_invoices_are_found_by_number_company_booking_and_whether_they_are_open(office: Office) -> None:
    first = office.issued(booking_id := office.owing())
    office.cashier.clock.advance(minutes=1)
    second = office.issued(office.owing())
    office.pay(second)

    def numbers(**query: object) -> list[str]:
        return [each["number"] for each in office.listed("GET /v1/invoices", **query)]

    assert numbers() == ["2026-2", "2026-1"]
    assert numbers(open="true") == numbers(booking_id=booking_id) == numbers(number="2026-1") == [first["number"]]
    assert numbers(open="false") == [second["number"]]
    assert numbers(company_id=office.company, limit=1) == [second["number"]]
    office.cashier.clock.advance(days=60)
    assert [each["overdue"] for each in office.listed("GET /v1/invoices")] == [False, True]


def test_an_act_is_issued_when_the_visits_are_over(office: Office) -> None:
    made = office.issued(booking_id := office.owing())
    path = {"invoice_id": made["id"]}
    early = office.do("POST /v1/invoices/{invoice_id}/acts", {}, **path)
    office.completed(booking_id)
    tomorrow = (office.cashier.clock.now() + timedelta(days=1)).date().isoformat()
    ahead = office.do("POST /v1/invoices/{invoice_id}/acts", {"issued_on": tomorrow}, **path)

    act = office.do("POST /v1/invoices/{invoice_id}/acts", {}, **path).body
    again = office.do("POST /v1/invoices/{invoice_id}/acts", {}, **path)

    assert (early.status, early.code, ahead.code) == (409, "visits_not_over", "act_date")
    assert (act["number"], act["total"], act["lines"]) == ("2026-1", made["total"], made["lines"])
    assert (again.status, again.code) == (409, "act_issued")
    file = office.do("GET /v1/acts/{act_id}/pdf", act_id=act["id"])
    assert (file.status, file.body[:8]) == (200, "%PDF-1.4")
    gone = office.do("POST /v1/acts/{act_id}/void", {"reason": "a slip"}, act_id=act["id"])
    assert (gone.body["status"], office.do("POST /v1/acts/{act_id}/void", {"reason": "a"}, act_id=act["id"]).code) == (
        "void", "act_void",
    )  # fmt: skip
    office.cashier.clock.advance(minutes=1)
    office.do("POST /v1/invoices/{invoice_id}/acts", {}, **path)
    assert [(each["number"], each["status"]) for each in office.listed("GET /v1/acts", **path)] == [
        ("2026-2", "issued"), ("2026-1", "void"),
    ]  # fmt: skip


def test_numbers_have_no_gap_and_come_once_whoever_else_issues_or_fails(
    office: Office, engine_for: EngineFor, engine: Engine
) -> None:
    """Four clerks at once, in an order of chance; some requests break after they took their number."""
    taken, chance = office.owing(), Random(SEED)
    office.issued(taken)
    clerks = [office.cashier.beside(engine_for("payment")) for _ in range(4)]
    # An open invoice has the booking already, which is noticed last of all.
    orders = [[taken if chance.random() < 0.4 else office.owing() for _ in range(8)] for _ in clerks]

    def work(place: int) -> int:
        done = 0
        for booking_id in orders[place]:
            request = InvoiceRequest.model_validate(office.asked(booking_id))
            with suppress(BookingInvoicedError):
                clerks[place].app.invoices.issue(request, MANAGER, None)
                done += 1
        return done

    with ThreadPoolExecutor(len(clerks)) as pool:
        done = sum(pool.map(work, range(len(clerks))))

    with engine.connect() as connection:
        numbers = connection.execute(text("SELECT number FROM payment.invoices ORDER BY number")).scalars().all()
    assert 0 < done < 32
    assert numbers == list(range(1, done + 2))


def test_each_year_begins_at_one(office: Office) -> None:
    office.issued(office.owing())
    office.cashier.clock.advance(days=366)
    year = office.cashier.clock.now().year
    assert office.issued(office.owing())["number"] == f"{year}-1"
