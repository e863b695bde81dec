"""Papers as PDF files: read back letter by letter, with sums in words and a code that a bank's app reads."""

import base64
import re
import zlib
from uuid import uuid4

import pytest

from payment.papers.fonts import BOLD, REGULAR, font
from payment.papers.forms import act_pdf, invoice_pdf
from payment.papers.qr import squares, transfer
from payment.papers.sheet import ROOM, wrapped
from payment.papers.words import figures, in_words
from shared_schemas.common import Money
from shared_schemas.payment.invoices import Act
from shared_schemas.payment.papers import Paper, PaperLine
from tests.support.booking.made import NOW
from tests.support.payment.papers import BANK, invoice

STREAM = re.compile(r"<< /Length (\d+) /Filter \[/ASCII85Decode /FlateDecode\][^>]*>>\nstream\n(.*?)\nendstream", re.S)
SHOWN = re.compile(rb"/(F\d) [\d.]+ Tf .*? <([0-9A-F]*)> Tj")


def streams(file: str) -> list[bytes]:
    found = STREAM.findall(file)
    assert all(len(packed) == int(length) for length, packed in found)
    return [zlib.decompress(base64.a85decode(packed[:-2])) for _, packed in found]


def text_of(file: str) -> str:
    """What stands on the pages, line by line, as the glyphs say it."""
    letters = {
        short: {glyph: letter for letter, glyph in font(name).glyphs.items()}
        for short, name in (("F1", REGULAR), ("F2", BOLD))
    }
    lines = []
    for stream in streams(file):
        for short, codes in SHOWN.findall(stream):
            glyphs = [int(codes[at : at + 4], 16) for at in range(0, len(codes), 4)]
            lines.append("".join(letters[short.decode()][glyph] for glyph in glyphs))
    return "\n".join(lines)


def test_a_file_is_ascii_and_its_table_leads_to_each_object() -> None:
    file = invoice_pdf(invoice())
    assert file.isascii()
    assert file.startswith("%PDF-1.4\n")
    start = int(file.split("startxref\n")[1].split("\n")[0])
    places = re.findall(r"(\d{10}) 00000 n ", file[start:])
    assert len(places) == file.count(" 0 obj\n")
    for number, place in enumerate(places, 1):
        assert file[int(place) :].startswith(f"{number} 0 obj\n")


def test_an_invoice_says_who_sells_what_to_whom_and_where_to_pay() -> None:
    lines = [PaperLine(name="Аренда зала «Белый»", quantity=3, amount=Money(amount=400_000))]
    said = text_of(
        invoice_pdf(invoice(lines=lines, comment="Вход со двора", vat="22", vat_amount=Money(amount=72_131)))
    )
    for words in (
        "Счёт на оплату № 2026-1 от 30 ноября 2026 г.", BANK.account, BANK.bik, "ИНН 7736050003", "КПП 773601001",
        "ООО «Циклорама», ИНН 7736050003", "ООО «Ромашка-Фильм», ИНН 7707083893", "Аренда зала «Белый»",
        "4 000,00", "В том числе НДС 22 %:", "721,31", "Четыре тысячи рублей 00 копеек", "5 декабря 2026 г.",
        "Вход со двора", "Иванов И. И.", "Бронирование № 7K3Q9D2M",
    ):  # fmt: skip
        assert words.replace(" ", "\u00a0") in said.replace(" ", "\u00a0"), words
    # A third of it is no price.
    assert "1 333,33" not in said


def test_an_act_says_by_what_the_services_were_ordered() -> None:
    asked = invoice()
    said = {name: getattr(asked, name) for name in Paper.model_fields}
    act = Act(**{**said, "number": "2026-9"}, id=uuid4(), invoice_id=asked.id, invoice_number="2026-1",
              invoice_issued_on=asked.issued_on, company_id=asked.company_id, status="issued", issued_at=NOW,
              issued_by="me")  # fmt: skip
    text = text_of(act_pdf(act))
    assert "Акт № 2026-9 от 30 ноября 2026 г." in text
    assert "Счёт № 2026-1 от 30 ноября 2026 г." in text
    assert "Без налога (НДС)" in text
    assert "претензий" in text


def test_what_does_not_fit_goes_on_the_next_page() -> None:
    many = [PaperLine(name=f"Строка {number}", amount=Money(amount=100)) for number in range(100)]
    file = invoice_pdf(invoice(lines=many, total=Money(amount=10_000)))
    assert file.count("/Type /Page ") > 1
    said = text_of(file)
    assert all(f"Строка {number}" in said for number in range(100))
    assert said.count("Товары (работы, услуги)") == file.count("/Type /Page ")


def test_no_line_is_wider_than_its_place_and_no_letter_is_lost() -> None:
    text = "Аренда " + "Ы" * 300 + " зала"
    lines = wrapped(text, 200, 9)
    assert max(font(REGULAR).width(line, 9) for line in lines) <= 200
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrapped("короткая", ROOM, 9) == ["короткая"]


def test_letters_that_a_font_lacks_are_boxes_and_break_nothing() -> None:
    assert font(REGULAR).codes("я漢") == font(REGULAR).codes("я") + "0000"
    assert invoice_pdf(invoice(comment="漢字 😀")).isascii()


def test_all_letters_of_both_languages_and_marks_of_sums_are_there() -> None:
    wanted = "".join(map(chr, range(0x20, 0x7F))) + "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙЯ№₽«»—–„“…é\u00a0"
    for name in (REGULAR, BOLD):
        assert [letter for letter in wanted if letter not in font(name).glyphs] == []


@pytest.mark.parametrize(
    ("kopecks", "words"),
    [
        (0, "Ноль рублей 00 копеек"),
        (101, "Один рубль 01 копейка"),
        (202, "Два рубля 02 копейки"),
        (1_111, "Одиннадцать рублей 11 копеек"),
        (100_000, "Одна тысяча рублей 00 копеек"),
        (220_022, "Две тысячи двести рублей 22 копейки"),
        (1_200_500, "Двенадцать тысяч пять рублей 00 копеек"),
        (2_100_200_300, "Двадцать один миллион две тысячи три рубля 00 копеек"),
        (10**12, "Десять миллиардов рублей 00 копеек"),
    ],
)
def test_sums_are_written_out(kopecks: int, words: str) -> None:
    assert in_words(kopecks) == words


def test_figures_have_spaces_that_do_not_break() -> None:
    assert [figures(each) for each in (5, 100_050, 123_456_789)] == ["0,05", "1\u00a0000,50", "1\u00a0234\u00a0567,89"]


def test_the_code_has_what_a_transfer_needs() -> None:
    told = transfer("ООО «Циклорама»", "7736050003", "773601001", BANK, 400_050, "Оплата по счёту № 2026-1")
    assert told == (
        "ST00012|Name=ООО «Циклорама»|PersonalAcc=40702810438000060473|BankName=ПАО Сбербанк|BIC=044525225"
        "|CorrespAcc=30101810400000000225|Sum=400050|Purpose=Оплата по счёту № 2026-1|PayeeINN=7736050003|KPP=773601001"
    )
    rows = squares(told)
    assert len(rows) > 40
    assert {len(row) for row in rows} == {len(rows)}
    # The three marks that a camera looks for.
    assert all(rows[0][:7]) and all(rows[0][-7:]) and all(rows[-1][:7])


def test_the_code_keeps_apart_what_has_its_separator() -> None:
    assert transfer("A|B", "7736050003", None, BANK, 1, "x").startswith("ST00012~Name=A|B~PersonalAcc=")
    everything = "|~_#$^&*/`@%"
    assert transfer(everything, "7736050003", None, BANK, 1, "x").count("|") == 8
