"""Statements of the bank: looked at, kept once, and counted towards invoices by a person."""

from typing import Any

import pytest

from tests.support.payment.papers import ACCOUNT, document, statement
from tests.support.payment.papers_office import Office

PREVIEW = "POST /v1/bank-statements/preview"


def grounds(row: Any) -> list[tuple[str, list[str], bool]]:
    return [(each["number"], each["grounds"], each["certain"]) for each in row["proposals"]]


def test_a_look_at_a_file_keeps_nothing(office: Office) -> None:
    office.issued(office.owing())

    seen = office.bring(statement(document(), document(ДатаПоступило="", Номер="9")), PREVIEW)

    assert (seen.status, seen.body["account"], seen.body["others"]) == (200, ACCOUNT, 1)
    [row] = seen.body["rows"]
    assert (row["line"], row["amount"]["amount"], row["seen"], "id" in row) == (14, 400_000, False, False)
    assert grounds(row) == [("2026-1", ["number", "inn", "sum"], True)]
    assert office.listed("GET /v1/bank-lines") == []


def test_files_overlap_and_a_payment_is_kept_once(office: Office) -> None:
    one, two, three = (document(Номер=number) for number in ("1", "2", "3"))
    first = office.bring(statement(one, two))
    second = office.bring(statement(two, three, three))

    assert [(row["number"], row["seen"]) for row in first.body["rows"]] == [("1", False), ("2", False)]
    assert [(row["number"], row["seen"]) for row in second.body["rows"]] == [("2", True), ("3", False), ("3", True)]
    assert [[each["code"] for each in row["errors"]] for row in second.body["rows"]] == [
        ["bank_payment_known"],
        [],
        ["bank_payment_repeated"],
    ]
    assert second.body["rows"][0]["id"] == first.body["rows"][1]["id"]
    assert sorted(line["number"] for line in office.listed("GET /v1/bank-lines", state="open")) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("locale", "known", "repeated"),
    [("ru", "уже загружено из прежней выписки", "со строки 14"), ("en", "from an earlier statement", "on line 14")],
)
def test_why_a_payment_is_not_counted_again_is_told_in_the_callers_language(
    office: Office, locale: str, known: str, repeated: str
) -> None:
    twice = statement(document(), document())
    told = [
        row["errors"][0]["message"]
        for _ in range(2)
        for row in office.bring(twice, headers={"Accept-Language": locale}).body["rows"]
        if row["errors"]
    ]

    assert [repeated in told[0], known in told[1], known in told[2]] == [True] * 3, told


def test_a_person_accepts_a_payment_and_the_booking_is_paid(office: Office) -> None:
    made = office.issued(booking_id := office.cashier.booked())
    [line] = office.bring(statement(document())).body["rows"]

    done = office.accept(line, made)
    again = office.accept(line, made)

    assert (done.status, done.body["state"], done.body["left"]["amount"]) == (200, "matched", 0)
    assert (office.read(made)["status"], office.balance(booking_id)) == ("paid", 400_000)
    assert (again.status, again.code) == (409, "bank_line_closed")
    assert office.balance(booking_id) == 400_000
    assert office.bring(statement(document()), PREVIEW).body["rows"][0]["seen"] is True


def test_more_than_was_asked_for_is_told_and_a_part_of_it_is_taken(office: Office) -> None:
    made, other = office.issued(office.owing()), office.issued(office.owing(100_000))
    [line] = office.bring(statement(document(Сумма="4500.00"))).body["rows"]

    refused = office.accept(line, made)
    part = office.accept(line, made, 400_000)
    too_much = office.accept(line, other, 50_001)
    rest = office.accept(line, other)

    assert (refused.status, refused.code, refused.body["left"]) == (422, "more_than_invoiced", 400_000)
    assert (part.body["state"], part.body["left"]["amount"]) == ("open", 50_000)
    assert (too_much.status, too_much.code, too_much.body["left"]) == (422, "more_than_came", 50_000)
    assert rest.body["state"] == "matched"
    assert [office.read(each)["status"] for each in (made, other)] == ["paid", "partly_paid"]


def test_what_is_for_no_invoice_is_set_aside(office: Office) -> None:
    made = office.issued(office.owing())
    [line] = office.bring(statement(document())).body["rows"]
    path = {"bank_line_id": line["id"]}

    aside = office.do("POST /v1/bank-lines/{bank_line_id}/set-aside", {"reason": "a loan"}, **path)

    assert (aside.body["state"], aside.body["proposals"]) == ("set_aside", [])
    assert office.accept(line, made).code == "bank_line_closed"
    assert office.do("GET /v1/bank-lines/{bank_line_id}", **path).body["set_aside_reason"] == "a loan"
    assert office.listed("GET /v1/bank-lines", state="open") == []


@pytest.mark.parametrize(
    ("text", "encoding", "code"),
    [
        (statement(document(), encoding="DOS"), "cp1251", "bank_file_encoding"),
        (statement(document(Сумма="x")), "cp1251", "bank_file_broken"),
        (statement(document(), end=""), "utf-8", "bank_file_broken"),
        ("Выписка;Сумма", "cp1251", "not_a_bank_file"),
        (statement(document()).replace(ACCOUNT, "40702810700000000009"), "cp1251", "foreign_account"),
    ],
)
def test_why_a_file_is_refused_is_told_and_nothing_of_it_is_kept(
    office: Office, text: str, encoding: str, code: str
) -> None:
    for route in (PREVIEW, "POST /v1/bank-statements"):
        refused = office.bring(text, route, encoding)
        assert (refused.status, refused.code) == (422, code)
    assert office.listed("GET /v1/bank-lines") == []


def test_what_is_no_base64_is_no_file(office: Office) -> None:
    assert office.do(PREVIEW, {"base64": "мусор"}).code == "not_a_bank_file"
    assert office.do(PREVIEW, {"text": statement(document())}).status == 200
    assert office.do(PREVIEW, {}).status == 422
