"""The forms of papers: an invoice with a table for the bank and a QR code, and an act of services rendered."""

from collections.abc import Iterator

from payment.papers.fonts import BOLD, font
from payment.papers.pdf import written
from payment.papers.qr import squares, transfer
from payment.papers.sheet import LEADING, LEFT, RIGHT, ROOM, Column, Sheet
from payment.papers.words import figures, in_words, long_date
from shared_schemas.payment.invoices import Act, Invoice
from shared_schemas.payment.papers import Paper, Party
from shared_schemas.requisites import BankAccount

LINES = (
    Column("№", 24),
    Column("Товары (работы, услуги)", ROOM - 24 - 44 - 40 - 76 - 82),
    Column("Кол-во", 44, right=True),
    Column("Ед.", 40),
    Column("Цена", 76, right=True),
    Column("Сумма", 82, right=True),
)
HALF = ROOM / 2
CODE = 96.0
DONE = (
    "Вышеперечисленные услуги оказаны полностью и в срок. "
    "Заказчик претензий по объёму, качеству и срокам оказания услуг не имеет."
)


def invoice_pdf(invoice: Invoice) -> str:
    """The invoice (счёт на оплату) as a PDF file."""
    sheet = Sheet()
    if invoice.seller.bank:
        _bank_table(sheet, invoice.seller, invoice.seller.bank)
    _heading(sheet, f"Счёт на оплату № {invoice.number} от {long_date(invoice.issued_on)}")
    _parties(sheet, invoice, "Поставщик:", "Покупатель:")
    numbers = ", ".join(f"№ {booking.number}" for booking in invoice.bookings)
    if numbers:
        sheet.labelled("Основание:", f"Бронирование {numbers}")
    _sold(sheet, invoice, "Всего к оплате:")
    sheet.say(f"Оплатить не позднее {long_date(invoice.due)} В назначении платежа укажите: счёт № {invoice.number}.")
    if invoice.comment:
        sheet.say(invoice.comment)
    sheet.skip(8)
    sheet.rule(1)
    _signed_invoice(sheet, invoice)
    if invoice.seller.bank:
        _code(sheet, invoice, invoice.seller.bank)
    return written(sheet.pages, f"Счёт № {invoice.number}")


def act_pdf(act: Act) -> str:
    """The act (акт об оказании услуг) as a PDF file."""
    sheet = Sheet()
    _heading(sheet, f"Акт № {act.number} от {long_date(act.issued_on)}")
    _parties(sheet, act, "Исполнитель:", "Заказчик:")
    sheet.labelled("Основание:", f"Счёт № {act.invoice_number} от {long_date(act.invoice_issued_on)}")
    _sold(sheet, act, "Всего:")
    sheet.say(DONE)
    sheet.skip(10)
    sheet.rule(1)
    sheet.skip(14)
    _signed_act(sheet, act)
    return written(sheet.pages, f"Акт № {act.number}")


def purpose(invoice: Invoice) -> str:
    """What a payer writes, and a bank statement brings back."""
    vat = f"В том числе НДС {invoice.vat_amount.amount / 100:.2f}" if invoice.vat != "none" else "НДС не облагается"
    return f"Оплата по счёту № {invoice.number} от {invoice.issued_on:%d.%m.%Y}. {vat}"


def _bank_table(sheet: Sheet, seller: Party, bank: BankAccount) -> None:
    page, top, mark, value = sheet.page, sheet.y, LEFT + 300, LEFT + 350
    page.frame(LEFT, top, ROOM, 92)
    page.line(LEFT, top + 40, RIGHT, top + 40)
    page.line(LEFT, top + 56, mark, top + 56)
    page.line(mark, top, mark, top + 92)
    page.line(value, top, value, top + 92)
    page.line(mark, top + 16, value, top + 16)
    page.line(LEFT + 150, top + 40, LEFT + 150, top + 56)
    for x, y, text, size in (
        (LEFT, 11, bank.bank[:60], 9), (LEFT, 36, "Банк получателя", 7),
        (mark, 11, "БИК", 9), (value, 11, bank.bik, 9),
        (mark, 27, "Сч. №", 9), (value, 27, bank.correspondent_account or "", 9),
        (LEFT, 52, f"ИНН {seller.inn}", 9), (LEFT + 150, 52, f"КПП {seller.kpp or ''}", 9),
        (mark, 52, "Сч. №", 9), (value, 52, bank.account, 9),
        (LEFT, 88, "Получатель", 7),
    ):  # fmt: skip
        page.text(x + 3, top + y, text, size)
    sheet.y = top + 57
    sheet.say(seller.name, 9, x=LEFT + 3, width=mark - LEFT - 6)
    sheet.y = top + 92 + 14


def _heading(sheet: Sheet, text: str) -> None:
    sheet.say(text, 14, BOLD)
    sheet.skip(4)
    sheet.rule(1.5)
    sheet.skip(8)


def _parties(sheet: Sheet, paper: Paper, seller: str, buyer: str) -> None:
    sheet.labelled(seller, party_line(paper.seller))
    sheet.labelled(buyer, party_line(paper.buyer))


def party_line(party: Party) -> str:
    """A party in one paragraph."""
    parts = (party.name, f"ИНН {party.inn}", party.kpp and f"КПП {party.kpp}", party.address)
    return ", ".join(filter(None, parts))


def _sold(sheet: Sheet, paper: Paper, total: str) -> None:
    sheet.skip(4)
    sheet.table(LINES, list(_rows(paper)))
    sheet.skip(6)
    vat = (f"В том числе НДС {paper.vat} %:", figures(paper.vat_amount.amount))
    for label, value in (
        ("Итого:", figures(paper.total.amount)),
        vat if paper.vat != "none" else ("Без налога (НДС)", "–"),
        (total, figures(paper.total.amount)),
    ):
        sheet.make_room(9 * LEADING)
        sheet.say_right(label, RIGHT - 90, name=BOLD)
        sheet.say_right(value, RIGHT - 3, name=BOLD)
        sheet.skip(9 * LEADING)
    sheet.skip(4)
    sheet.say(f"Всего наименований {len(paper.lines)}, на сумму {figures(paper.total.amount)} руб.")
    sheet.say(in_words(paper.total.amount), name=BOLD)
    sheet.skip(6)


def _rows(paper: Paper) -> Iterator[list[str]]:
    for place, line in enumerate(paper.lines, 1):
        each, rest = divmod(line.amount.amount, line.quantity)
        price = "" if rest else figures(each)
        yield [str(place), line.name, str(line.quantity), line.unit, price, figures(line.amount.amount)]


def _signed_invoice(sheet: Sheet, invoice: Invoice) -> None:
    sheet.make_room(40)
    sheet.skip(18)
    seller = invoice.seller
    _place_to_sign(sheet, LEFT, seller.signer_position or "Руководитель", seller.signer, HALF + 60)
    sheet.skip(24)


def _signed_act(sheet: Sheet, act: Act) -> None:
    sheet.make_room(90)
    top = sheet.y
    for x, title, party in ((LEFT, "ИСПОЛНИТЕЛЬ", act.seller), (LEFT + HALF + 10, "ЗАКАЗЧИК", act.buyer)):
        sheet.y = top
        sheet.say(title, 9, BOLD, x, HALF - 10)
        sheet.say(party.name, 9, x=x, width=HALF - 10)
        if party.signer_position:
            sheet.say(party.signer_position, 9, x=x, width=HALF - 10)
        sheet.skip(20)
        _place_to_sign(sheet, x, "", party.signer, HALF - 10)
        sheet.skip(16)
        sheet.say("М. П.", 8, x=x)


def _place_to_sign(sheet: Sheet, x: float, position: str, name: str | None, width: float) -> None:
    """`________ (Иванов И. И.)` behind the position."""
    begin = x + (font(BOLD).width(position, 9) + 6 if position else 0)
    sheet.page.text(x, sheet.y + 9, position, 9, BOLD)
    sheet.page.line(begin, sheet.y + 11, x + width - 90, sheet.y + 11)
    sheet.page.text(x + width - 86, sheet.y + 9, name or "/                         /", 9)


def _code(sheet: Sheet, invoice: Invoice, bank: BankAccount) -> None:
    seller = invoice.seller
    told = transfer(seller.name, seller.inn, seller.kpp, bank, invoice.total.amount, purpose(invoice))
    rows = squares(told)
    sheet.make_room(CODE + 10)
    side = CODE / len(rows)
    for row, line in enumerate(rows):
        for column, dark in enumerate(line):
            if dark:
                sheet.page.fill(LEFT + column * side, sheet.y + row * side, side, side)
    sheet.y += CODE / 2 - 10
    sheet.say("Отсканируйте код в приложении банка:", 8, x=LEFT + CODE + 10)
    sheet.say("реквизиты, сумма и назначение платежа заполнятся сами.", 8, x=LEFT + CODE + 10)
    sheet.y += CODE / 2
