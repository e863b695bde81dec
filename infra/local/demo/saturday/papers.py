"""Companies on that Saturday: requisites, invoices, the bank's statement, acts."""

from dataclasses import dataclass, field
from secrets import randbelow
from typing import Any

from infra.local.client import Client
from infra.local.demo.saturday.desk import Desk, Shown
from infra.local.demo.saturday.programme import Visit

STUDIO_ACCOUNT = "40702810438000060473"
REQUISITES = {
    "kpp": "773601001",
    "address": "107023, Москва, ул. Электрозаводская, д. 21",
    "bank": {"account": STUDIO_ACCOUNT, "bik": "044525225", "bank": "ПАО Сбербанк"},
    "signer": "Циклорамова А. А.",
}
TOLD_ELSEWHERE = ("hold", "logo", "payment_methods")
STATEMENT = """1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
Отправитель=Банк
Получатель=
ДатаНачала={day}
ДатаКонца={day}
РасчСчет={account}
СекцияДокумент=Платежное поручение
Номер={number}
Дата={day}
Сумма={rubles}
ПлательщикСчет=40702810900000000001
ПлательщикИНН={inn}
Плательщик1={payer}
ПолучательСчет={account}
ДатаПоступило={day}
НазначениеПлатежа=Оплата по счёту № {invoice}. НДС не облагается
КонецДокумента
КонецФайла"""


@dataclass
class Office:
    """Invoices and acts; `issued` are the papers of this Saturday by kind, in order."""

    desk: Desk
    admin: Client
    issued: list[tuple[str, Shown]] = field(default_factory=list)

    def equip(self) -> None:
        """The studio needs requisites of its own."""
        studio = self.desk.ask("GET /v1/studio")
        if not (studio.get("requisites") or {}).get("bank"):
            said = {name: value for name, value in studio.items() if name not in TOLD_ELSEWHERE}
            self.desk.calls["PUT /v1/studio"] += 1
            self.admin.put("/v1/studio", said | {"requisites": REQUISITES})

    def company(self, name: str) -> Shown:
        """A new one, with an INN of its own."""
        return dict(self.desk.ask("POST /v1/companies", {"name": name, "inn": new_inn()}))

    def invoice(self, company: Shown, bookings: list[Shown]) -> Shown:
        """For all that is left to pay of the bookings, due today."""
        request = {"company_id": company["id"], "booking_ids": [each["id"] for each in bookings]}
        invoice: Shown = self.desk.ask("POST /v1/invoices", request | {"due": self.desk.now().date().isoformat()})
        self.issued.append(("invoice", invoice))
        return invoice

    def void(self, invoice: Shown, reason: str) -> None:
        self.desk.ask("POST /v1/invoices/{id}/void", {"reason": reason}, id=invoice["id"])

    def paid_by_bank(self, company: Shown, invoice: Shown, visits: list[Visit]) -> Shown:
        """The bank's file proposes the invoice, and a person accepts; the payment of the file."""
        total = sum(visit.total for visit in visits)
        file = STATEMENT.format(
            day=f"{self.desk.now():%d.%m.%Y}", account=STUDIO_ACCOUNT, number=randbelow(10**6), inn=company["inn"],
            payer=company["name"], rubles=f"{total // 100}.{total % 100:02}", invoice=invoice["number"],
        )  # fmt: skip
        (row,) = self.desk.ask("POST /v1/bank-statements", {"text": file})["rows"]
        (proposal,) = [each for each in row["proposals"] if each["certain"]]
        self.desk.ask("POST /v1/bank-lines/{id}/accept", {"invoice_id": proposal["invoice_id"]}, id=row["id"])
        self._counted(visits)
        return dict(row)

    def paid_by_word(self, invoice: Shown, visits: list[Visit]) -> None:
        """Staff say that it is paid."""
        self.desk.ask("POST /v1/invoices/{id}/payments", {}, id=invoice["id"])
        self._counted(visits)

    def act(self, invoice: Shown) -> Shown:
        """When the visits are over."""
        act: Shown = self.desk.ask("POST /v1/invoices/{id}/acts", {}, id=invoice["id"])
        self.issued.append(("act", act))
        return act

    def _counted(self, visits: list[Visit]) -> None:
        for visit in visits:
            self.desk.book.take(visit.hall, "invoice", visit.total)


def new_inn() -> str:
    """Ten digits that nobody has used here, the last of which checks the others."""
    digits = [7, 7, *(randbelow(10) for _ in range(7))]
    check = sum(digit * weight for digit, weight in zip(digits, (2, 4, 10, 3, 5, 9, 4, 6, 8), strict=True)) % 11 % 10
    return "".join(map(str, [*digits, check]))


def numbers(papers: list[Any]) -> list[int]:
    """The numbers of one year's papers, in order."""
    return sorted(int(paper["number"].split("-")[1]) for paper in papers)
