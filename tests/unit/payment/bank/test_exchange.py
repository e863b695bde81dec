"""Files of 1C's exchange with banks: as banks write them, in three encodings, whole and broken."""

from datetime import date

import pytest

from payment.bank.errors import BankFileBrokenError, BankFileEncodingError, BankFileTooLongError, NotABankFileError
from payment.bank.exchange import MOST, decoded, parsed
from shared_schemas.errors import CycloramaError
from tests.support.payment.papers import ACCOUNT, INN, document, statement


def test_a_payment_is_read() -> None:
    found = parsed(statement(document()))

    assert (found.accounts, found.first_day, found.last_day) == ([ACCOUNT], date(2026, 12, 1), date(2026, 12, 2))
    [payment] = found.documents
    assert (payment.number, payment.date, payment.received_on) == ("417", date(2026, 12, 1), date(2026, 12, 2))
    assert (payment.amount, payment.account, payment.payer_inn) == (400_000, ACCOUNT, INN)
    assert (payment.payer, payment.purpose[:28]) == ("ООО «Ромашка-Фильм»", "Оплата по счёту № 2026-1 от ")
    assert payment.line == 14


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("cp1251", "Windows"), ("cp866", "DOS"), ("utf-8", "Windows"), ("utf-8-sig", "UTF-8"), ("utf-8", "DOS")],
)
def test_a_file_is_read_in_the_encoding_that_it_says_or_in_utf_8(encoding: str, word: str) -> None:
    text = statement(document(Плательщик1="ООО Ромашка", НазначениеПлатежа="Оплата 2026-1 = долг"), encoding=word)
    [payment] = parsed(decoded(text.encode(encoding))).documents
    assert (payment.payer, payment.purpose) == ("ООО Ромашка", "Оплата 2026-1 = долг")


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("cp1251", "DOS"), ("cp866", "Windows"), ("cp1251", "UTF-8"), ("koi8-r", "Windows"), ("utf-16", "UTF-8")],
)
def test_a_file_in_another_encoding_is_refused(encoding: str, word: str) -> None:
    text = statement(document(Плательщик1="ООО Ромашка", НазначениеПлатежа="Оплата 2026-1"), encoding=word)
    with pytest.raises(BankFileEncodingError):
        decoded(text.encode(encoding))


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4\n%\xe2\xe3", b"\x00\xff\xfe", b"Date;Sum\n", "Выписка".encode("cp1251")]
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(NotABankFileError):
        parsed(decoded(data))


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_end_anywhere(line_break: str) -> None:
    assert len(parsed(statement(document()).replace("\n", line_break)).documents) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (statement(document(), end=""), 25),
        (statement(document(Сумма="4 000")), 17),
        (statement(document(Сумма="0.00")), 17),
        (statement(document(Сумма="-1.00")), 17),
        (statement(document(Дата="2026-12-01")), 16),
        (statement(document(Дата="31.02.2026")), 16),
        (statement(document(Номер="")), 14),
        (statement(document(ДатаПоступило="завтра")), 22),
        (statement(document().replace("КонецДокумента", "")), 25),
        (statement("СекцияДокумент=Платежное поручение", document()), 15),
        (statement(document(Плательщик1="a\nb")), 21),
    ],
)  # fmt: skip
def test_where_a_file_breaks_is_told(text: str, line: int) -> None:
    with pytest.raises(BankFileBrokenError) as caught:
        parsed(text)
    assert caught.value.params == {"line": line}


def test_a_purpose_may_be_in_parts_or_broken_into_lines() -> None:
    parts = document(НазначениеПлатежа="", НазначениеПлатежа1="Оплата по", НазначениеПлатежа2="счёту 2026-1")
    broken = document(НазначениеПлатежа="Оплата по\nсчёту 2026-1")
    assert [each.purpose for each in parsed(statement(parts, broken)).documents] == ["Оплата по счёту 2026-1"] * 2


def test_other_names_of_banks_are_known() -> None:
    old = document(Плательщик1="", Плательщик="ИП Петрова", ПолучательСчет="", ПолучательРасчСчет=ACCOUNT)
    [payment] = parsed(statement(old)).documents
    assert (payment.payer, payment.account) == ("ИП Петрова", ACCOUNT)


def test_kopecks_are_read_to_the_kopeck() -> None:
    sums = ["4000.05", "4000.5", "4000", "4000,07", "9999999999.99"]
    found = parsed(statement(*(document(Сумма=each) for each in sums))).documents
    assert [each.amount for each in found] == [400_005, 400_050, 400_000, 400_007, 999_999_999_999]


def test_a_file_has_an_end() -> None:
    with pytest.raises(BankFileTooLongError):
        parsed(statement(*[document()] * (MOST + 1)))


@pytest.mark.parametrize("error", [BankFileEncodingError(), BankFileBrokenError(line=7), NotABankFileError()])
def test_refusals_are_sentences_in_both_languages(error: CycloramaError) -> None:
    assert error.message("ru") != error.message("en")
    assert "{" not in error.message("ru") + error.message("en")
