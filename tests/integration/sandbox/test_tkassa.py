"""T-Kassa's API over real sockets: the flow, its refusals, its cancellations."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from infra.sandbox.providers.tkassa.token import is_signed
from tests.integration.sandbox.harness import Sandbox, Shop
from tests.integration.sandbox.tkassa import (
    FAIL_URL,
    PASSWORD,
    RECEIPT,
    SUCCESS_URL,
    TERMINAL,
    Terminal,
    closing_receipt,
)
from tests.support.waiting import eventually

HOUR = 3600


@pytest.fixture
def terminal(sandbox: Sandbox) -> Terminal:
    return Terminal(sandbox)


def statuses(shop: Shop, payment: dict[str, Any]) -> list[str]:
    return [body["Status"] for body in shop.told(payment["OrderId"])]


def test_a_payment_is_created_paid_and_told_to_the_shop(terminal: Terminal, shop: Shop) -> None:
    created = terminal.init(Description="Бронь №1", DATA={"attempt": "a1"})
    assert (created["Status"], created["Amount"], created["ErrorCode"]) == ("NEW", 150_000, "0")
    assert isinstance(created["PaymentId"], str)

    page = terminal.sandbox.request("GET", created["PaymentURL"])
    assert "Бронь №1" in page.text
    assert terminal.status(created) == "FORM_SHOWED"
    answer = terminal.act(created, "pay")

    assert (answer.status, answer.headers["Location"]) == (303, SUCCESS_URL)
    assert terminal.status(created) == "CONFIRMED"
    eventually(lambda: sorted(statuses(shop, created)) == ["AUTHORIZED", "CONFIRMED"])
    for body in shop.told(created["OrderId"]):
        assert is_signed(body, PASSWORD)
        assert (body["PaymentId"], body["DATA"]["attempt"]) == (int(created["PaymentId"]), "a1")


def test_webhooks_go_where_the_shop_wants_them(terminal: Terminal, shop: Shop) -> None:
    created = terminal.paid(NotificationURL=f"{shop.url}/here?a=1")
    eventually(lambda: len(statuses(shop, created)) == 2)
    paths = {path for path, _, body in shop.received if body.get("OrderId") == created["OrderId"]}
    assert paths == {"/here?a=1"}


def test_a_refused_payer_may_try_again_on_the_same_link(terminal: Terminal, shop: Shop) -> None:
    created = terminal.init()
    assert terminal.act(created, "decline").headers["Location"] == f"/pay/{created['PaymentId']}"
    assert terminal.status(created) == "REJECTED"
    assert "You can try again" in terminal.sandbox.request("GET", created["PaymentURL"]).text
    assert terminal.ask("CheckOrder", OrderId=created["OrderId"])["Payments"][0]["ErrorCode"] == 1051
    eventually(lambda: statuses(shop, created) == ["REJECTED"])
    assert terminal.act(created, "pay").headers["Location"] == SUCCESS_URL
    assert terminal.status(created) == "CONFIRMED"
    eventually(lambda: sorted(statuses(shop, created)) == ["AUTHORIZED", "CONFIRMED", "REJECTED"])


def test_confirmed_can_be_made_to_arrive_first(terminal: Terminal, shop: Shop) -> None:
    created = terminal.init()
    terminal.sandbox.knobs(created["PaymentId"], reordered_webhook=True)
    terminal.act(created, "pay")
    eventually(lambda: statuses(shop, created) == ["CONFIRMED", "AUTHORIZED"])


def test_anything_but_ok_is_sent_again(terminal: Terminal, shop: Shop) -> None:
    shop.answers[:] = ["ok", ""]
    created = terminal.paid(PayType="T")
    eventually(lambda: statuses(shop, created) == ["AUTHORIZED"] * 3)
    eventually(lambda: terminal.sandbox.webhooks(created["PaymentId"])[0]["state"] == "delivered")


def test_a_lost_answer_is_looked_up_by_the_shops_number(terminal: Terminal) -> None:
    terminal.sandbox.knobs(error_after_commit=1)
    order = {"OrderId": str(uuid4()), "Amount": 150_000}
    lost = terminal.send("/v2/Init", order)
    assert (lost.status, lost.body["ErrorCode"]) == (500, "9999")
    assert terminal.ask("Init", **order)["ErrorCode"] == "8"
    found = terminal.ask("CheckOrder", OrderId=order["OrderId"])
    [payment] = found["Payments"]
    assert (payment["Status"], payment["Success"], "PaymentURL" in payment) == ("NEW", "true", False)
    assert terminal.ask("Cancel", PaymentId=payment["PaymentId"])["Status"] == "CANCELED"


def test_wrong_tokens_and_terminals_are_refused(terminal: Terminal) -> None:
    fields = {"OrderId": "x", "Amount": 100}
    assert terminal.send("/v2/Init", fields, password="wrong").body["ErrorCode"] == "204"
    assert terminal.send("/v2/Init", fields | {"TerminalKey": "Other"}).body["ErrorCode"] == "205"
    unsigned = terminal.sandbox.request("POST", "/tkassa/v2/Init", json=fields | {"TerminalKey": TERMINAL})
    assert (unsigned.status, unsigned.body["Success"], unsigned.body["ErrorCode"]) == (200, False, "204")


@pytest.mark.parametrize(
    ("method", "fields", "code"),
    [
        ("Init", {"Amount": 99}, "251"),
        ("Init", {"Amount": "100"}, "201"),
        ("Init", {"OrderId": "x" * 37}, "201"),
        ("Init", {"Description": "x" * 141}, "201"),
        ("Init", {"SuccessURL": "javascript:alert(1)"}, "201"),
        ("Init", {"RedirectDueDate": "2020-01-01T00:00:00+03:00"}, "201"),
        ("Init", {"Receipt": RECEIPT | {"Items": []}}, "201"),
        ("Init", {"Amount": 149_999, "Receipt": RECEIPT}, "308"),
        ("GetState", {"PaymentId": "1"}, "255"),
        ("CheckOrder", {"OrderId": "nothing"}, "255"),
        ("Cancel", {}, "201"),
    ],
)
def test_refusals_have_http_200_and_a_code(terminal: Terminal, method: str, fields: dict[str, Any], code: str) -> None:
    order = {"OrderId": str(uuid4()), "Amount": 150_000} if method == "Init" else {}
    refused = terminal.ask(method, **(order | fields))
    assert (refused["Success"], refused["ErrorCode"]) == (False, code)


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"TerminalKey": "\\ud800"}', b""])
def test_bodies_that_make_no_sense_are_refused(sandbox: Sandbox, body: bytes) -> None:
    answer = sandbox.request("POST", "/tkassa/v2/Init", body=body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.body["Success"], answer.body["ErrorCode"]) == (400, False, "201")


def test_held_money_is_confirmed_in_part_or_given_back(terminal: Terminal, shop: Shop) -> None:
    taken, freed = terminal.paid(PayType="T"), terminal.paid(PayType="T")
    assert terminal.status(taken) == "AUTHORIZED"
    assert terminal.ask("Confirm", PaymentId=taken["PaymentId"], Amount=150_001)["ErrorCode"] == "330"
    confirmed = terminal.ask("Confirm", PaymentId=taken["PaymentId"], Amount=100_000)
    assert (confirmed["Status"], confirmed["Amount"]) == ("CONFIRMED", 100_000)
    assert terminal.ask("Confirm", PaymentId=taken["PaymentId"])["ErrorCode"] == "4"

    part = terminal.ask("Cancel", PaymentId=int(freed["PaymentId"]), Amount=50_000)
    assert (part["Status"], part["OriginalAmount"], part["NewAmount"]) == ("PARTIAL_REVERSED", 150_000, 100_000)
    rest = terminal.ask("Cancel", PaymentId=freed["PaymentId"])
    assert (rest["Status"], rest["NewAmount"]) == ("REVERSED", 0)
    # Notifications that follow close on each other may overtake.
    eventually(lambda: sorted(statuses(shop, freed)) == ["AUTHORIZED", "PARTIAL_REVERSED", "REVERSED"])


def test_a_refund_is_repeated_unless_the_shop_gives_it_an_id(terminal: Terminal, shop: Shop) -> None:
    created = terminal.paid()
    again = {"PaymentId": created["PaymentId"], "Amount": 50_000, "ExternalRequestId": "r1"}
    for _ in range(2):
        answer = terminal.ask("Cancel", **again)
        assert (answer["Status"], answer["NewAmount"]) == ("PARTIAL_REFUNDED", 100_000)
    del again["ExternalRequestId"]
    assert [terminal.ask("Cancel", **again)["NewAmount"] for _ in range(2)] == [50_000, 0]
    assert terminal.status(created) == "REFUNDED"
    assert terminal.ask("Cancel", PaymentId=created["PaymentId"])["ErrorCode"] == "4"
    assert terminal.ask("Cancel", **again)["ErrorCode"] == "330"
    eventually(lambda: statuses(shop, created).count("PARTIAL_REFUNDED") == 2 and "REFUNDED" in statuses(shop, created))


def test_sbp_is_refunded_later_and_knows_no_ids(terminal: Terminal, shop: Shop) -> None:
    terminal.sandbox.knobs(refund_delay_ms=600_000)
    created = terminal.init()
    terminal.act(created, "pay", method="sbp")
    part = {"PaymentId": created["PaymentId"], "Amount": 50_000, "ExternalRequestId": "r1"}
    assert [terminal.ask("Cancel", **part)["NewAmount"] for _ in range(2)] == [100_000, 50_000]
    assert terminal.status(created) == "ASYNC_REFUNDING"
    terminal.sandbox.ahead(601)
    assert terminal.status(created) == "PARTIAL_REFUNDED"
    eventually(lambda: sorted(statuses(shop, created)) == ["CONFIRMED", "PARTIAL_REFUNDED", "PARTIAL_REFUNDED"])


def test_a_bank_may_refuse_a_refund(terminal: Terminal) -> None:
    card, sbp = terminal.paid(), terminal.init()
    terminal.act(sbp, "pay", method="sbp")
    terminal.sandbox.knobs(refund_canceled=2, refund_delay_ms=0)
    assert terminal.ask("Cancel", PaymentId=card["PaymentId"], ExternalRequestId="r")["Success"] is False
    assert terminal.ask("Cancel", PaymentId=sbp["PaymentId"])["Success"] is True
    assert [terminal.status(payment) for payment in (card, sbp)] == ["CONFIRMED", "CONFIRMED"]
    assert terminal.ask("Cancel", PaymentId=card["PaymentId"], ExternalRequestId="r")["Status"] == "REFUNDED"


def test_a_link_dies_on_its_date_of_which_nobody_is_told(terminal: Terminal, shop: Shop) -> None:
    due = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    created = terminal.init(RedirectDueDate=due)
    terminal.sandbox.ahead(601)
    assert terminal.status(created) == "DEADLINE_EXPIRED"
    assert terminal.act(created, "pay").status == 409
    assert terminal.sandbox.webhooks(created["PaymentId"]) == []


def test_a_date_may_be_of_any_zone(terminal: Terminal) -> None:
    for hours in (3, -11):
        zone = timezone(timedelta(hours=hours))
        terminal.sandbox.ahead(0)
        created = terminal.init(RedirectDueDate=(datetime.now(zone) + timedelta(minutes=10)).isoformat())
        terminal.sandbox.ahead(500)
        assert terminal.status(created) == "NEW"
        terminal.sandbox.ahead(601)
        assert terminal.status(created) == "DEADLINE_EXPIRED"


def test_a_code_is_a_link_or_a_picture(terminal: Terminal) -> None:
    created = terminal.init()
    text = terminal.ask("GetQr", PaymentId=created["PaymentId"])
    assert text["PaymentId"] == int(created["PaymentId"])
    assert "Pay" in terminal.sandbox.request("GET", text["Data"]).text
    picture = terminal.ask("GetQr", PaymentId=created["PaymentId"], DataType="IMAGE")["Data"]
    assert picture.startswith("<svg") or picture.startswith("<?xml")
    assert terminal.ask("GetQr", PaymentId=terminal.init(PayType="T")["PaymentId"])["ErrorCode"] == "4"


def test_receipts_are_told_on_the_same_address(terminal: Terminal, shop: Shop) -> None:
    created = terminal.paid(Receipt=RECEIPT)
    part = RECEIPT | {"Items": [RECEIPT["Items"][0] | {"Price": 50_000, "Amount": 50_000}]}
    eventually(lambda: "RECEIPT" in statuses(shop, created))
    assert terminal.ask("Cancel", PaymentId=created["PaymentId"], Amount=49_999, Receipt=part)["ErrorCode"] == "308"
    closing = {"PaymentId": created["PaymentId"], "Receipt": closing_receipt()}
    assert terminal.send("/cashbox/SendClosingReceipt", closing).body["Success"] is True
    terminal.ask("Cancel", PaymentId=created["PaymentId"], Amount=50_000, Receipt=part)
    assert terminal.status(created) == "PARTIAL_REFUNDED"
    assert terminal.send("/cashbox/SendClosingReceipt", closing).body["ErrorCode"] == "4"
    eventually(lambda: statuses(shop, created).count("RECEIPT") == 3)
    told = [body for body in shop.told(created["OrderId"]) if body["Status"] == "RECEIPT"]
    assert sorted(body["Type"] for body in told) == ["Income", "Income", "IncomeReturn"]
    assert all(is_signed(body, PASSWORD) and body["FiscalDocumentNumber"] for body in told)


@pytest.mark.parametrize(
    "payments",
    [None, {"Electronic": 150_000}, {"Electronic": 0, "AdvancePayment": 149_999}, {"AdvancePayment": 150_000}],
)
def test_a_closing_receipt_brings_no_new_money(terminal: Terminal, payments: dict[str, int] | None) -> None:
    created = terminal.paid(Receipt=RECEIPT)
    receipt = {name: value for name, value in closing_receipt().items() if name != "Payments"}
    receipt |= {"Payments": payments} if payments else {}
    answer = terminal.send("/cashbox/SendClosingReceipt/", {"PaymentId": created["PaymentId"], "Receipt": receipt})
    assert answer.body["Success"] is False
    assert "Payments" in answer.body["Details"]


def test_a_body_is_held_against_the_published_schema(terminal: Terminal) -> None:
    wrong = RECEIPT | {"FfdVersion": "1.2"}
    refused = terminal.send("/v2/Init", {"Amount": 150_000, "OrderId": "1", "Receipt": wrong}).body
    assert refused["ErrorCode"] == "201"
    assert refused["Details"].startswith("Receipt.Items.0.MeasurementUnit: ")
    assert "OpenAPI 1.80" in refused["Details"]


def test_a_receipt_may_fail_though_the_payment_stands(terminal: Terminal, shop: Shop) -> None:
    created = terminal.init(Receipt=RECEIPT)
    terminal.sandbox.knobs(created["PaymentId"], receipt_canceled=1)
    terminal.act(created, "pay")
    eventually(lambda: "RECEIPT" in statuses(shop, created))
    [told] = [body for body in shop.told(created["OrderId"]) if body["Status"] == "RECEIPT"]
    assert (told["Success"], terminal.status(created)) == (False, "CONFIRMED")


def test_a_link_that_the_shop_took_back_is_told(terminal: Terminal, shop: Shop) -> None:
    created = terminal.init()
    terminal.ask("Cancel", PaymentId=created["PaymentId"])
    eventually(lambda: statuses(shop, created) == ["CANCELED"])


def test_what_did_not_arrive_is_told_again_when_asked(terminal: Terminal, shop: Shop) -> None:
    created = terminal.init()
    terminal.sandbox.knobs(created["PaymentId"], lost_webhook=-1)
    terminal.act(created, "pay")
    assert statuses(shop, created) == []
    resent = terminal.ask("Resend")
    assert resent["Success"] is True
    assert resent["Count"] >= 2
    eventually(lambda: sorted(statuses(shop, created)) == ["AUTHORIZED", "CONFIRMED"])


def test_a_receipt_says_where_it_can_be_seen(terminal: Terminal, shop: Shop) -> None:
    created = terminal.paid(Receipt=RECEIPT)
    eventually(lambda: "RECEIPT" in statuses(shop, created))
    [told] = [body for body in shop.told(created["OrderId"]) if body["Status"] == "RECEIPT"]
    assert all(told[name] for name in ("Url", "QrCodeUrl", "Ofd", "CashierName"))


def test_three_d_secure_stands_between_the_payer_and_the_payment(terminal: Terminal, shop: Shop) -> None:
    created = terminal.init()
    terminal.sandbox.knobs(created["PaymentId"], three_ds=1)
    assert terminal.act(created, "pay").headers["Location"] == f"/pay/{created['PaymentId']}"
    assert terminal.status(created) == "3DS_CHECKING"
    assert terminal.ask("Cancel", PaymentId=created["PaymentId"])["ErrorCode"] == "4"
    terminal.act(created, "fail")
    assert terminal.status(created) == "AUTH_FAIL"
    terminal.act(created, "check")
    assert terminal.act(created, "confirm").headers["Location"] == SUCCESS_URL
    eventually(lambda: "CONFIRMED" in statuses(shop, created))


def test_an_early_webhook_is_there_before_the_answer(terminal: Terminal, shop: Shop) -> None:
    terminal.sandbox.knobs(early_webhook=1)
    created = terminal.init()
    assert sorted(statuses(shop, created)) == ["AUTHORIZED", "CONFIRMED"]
    assert created["Status"] == "NEW"


def test_leaving_leads_to_the_shops_page_for_failures(terminal: Terminal) -> None:
    created = terminal.init()
    assert terminal.act(created, "abandon").headers["Location"] == FAIL_URL
