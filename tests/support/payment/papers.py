"""A studio with requisites, the companies that it invoices, and statements of its bank."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from payment.invoices.domain import settled
from payment.invoices.drafting import seller
from shared_schemas.booking.studio import HoldLimits, Studio, StudioRequisites
from shared_schemas.common import Money
from shared_schemas.payment.companies import CompanyRequest
from shared_schemas.payment.invoices import Invoice, InvoicedBooking
from shared_schemas.payment.papers import PaperLine, Party
from shared_schemas.requisites import BankAccount
from tests.support.booking.made import NOW

ACCOUNT = "40702810438000060473"
BANK = BankAccount(account=ACCOUNT, bik="044525225", bank="ПАО Сбербанк", correspondent_account="30101810400000000225")
INN = "7707083893"


def studio(**changes: Any) -> Studio:
    """What Booking says of the studio."""
    values: dict[str, Any] = {
        "legal_name": "ООО «Циклорама»",
        "inn": "7736050003",
        "requisites": StudioRequisites(
            kpp="773601001", address="121099, Москва, ул. Новый Арбат, д. 1", bank=BANK, signer="Иванов И. И."
        ),
        "hold": HoldLimits(minutes=15, offer_minutes=30, max_unpaid_holds=12, max_unpaid_hours=24),
    }
    return Studio.model_validate(values | changes)


def company(**changes: Any) -> CompanyRequest:
    """Who is invoiced."""
    return CompanyRequest.model_validate({"name": "ООО «Ромашка-Фильм»", "inn": INN, "kpp": "773601001"} | changes)


def document(**changes: str) -> str:
    """A payment of 4000 rubles that came to the studio's account; an empty value leaves its line out."""
    values = {
        "Номер": "417",
        "Дата": "01.12.2026",
        "Сумма": "4000.00",
        "ПлательщикСчет": "40702810900000000001",
        "ДатаСписано": "",
        "ПлательщикИНН": INN,
        "Плательщик1": "ООО «Ромашка-Фильм»",
        "ПолучательСчет": ACCOUNT,
        "ДатаПоступило": "02.12.2026",
        "НазначениеПлатежа": "Оплата по счёту № 2026-1 от 30.11.2026. НДС не облагается",
    } | changes
    lines = [f"{key}={value}" for key, value in values.items() if value]
    return "\n".join(["СекцияДокумент=Платежное поручение", *lines, "КонецДокумента"])


def statement(*documents: str, encoding: str = "Windows", end: str = "КонецФайла") -> str:
    """A file with these payments."""
    head = f"1CClientBankExchange\nВерсияФормата=1.03\nКодировка={encoding}\nОтправитель=Банк\nПолучатель=\n"
    days = f"ДатаНачала=01.12.2026\nДатаКонца=02.12.2026\nРасчСчет={ACCOUNT}\n"
    section = f"СекцияРасчСчет\nДатаНачала=01.12.2026\nРасчСчет={ACCOUNT}\nНачальныйОстаток=0.00\nКонецРасчСчет\n"
    return "".join([head, days, section, *(f"{each}\n" for each in documents), end])


def invoice(**changes: Any) -> Invoice:
    """An invoice of 4000 rubles for one booking."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "number": "2026-1",
        "status": "issued",
        "company_id": uuid4(),
        "issued_on": date(2026, 11, 30),
        "due": date(2026, 12, 5),
        "due_at": datetime(2026, 12, 5, 21, tzinfo=UTC),
        "seller": seller(studio()),
        "buyer": Party(name="ООО «Ромашка-Фильм»", inn=INN),
        "lines": [PaperLine(name="Аренда зала", amount=Money(amount=400_000))],
        "total": Money(amount=400_000),
        "vat": "none",
        "bookings": [booked(400_000)],
        "issued_at": NOW,
        "issued_by": "a manager",
    }
    return settled(Invoice.model_validate(values | changes))


def booked(amount: int, paid: int = 0) -> InvoicedBooking:
    """A booking of an invoice, in kopecks."""
    return InvoicedBooking(booking_id=uuid4(), number="7K3Q9D2M", amount=Money(amount=amount), paid=Money(amount=paid))
