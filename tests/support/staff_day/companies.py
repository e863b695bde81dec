"""Companies, their papers, and the bank."""

from datetime import UTC, datetime, timedelta

from tests.support.payment.papers import document, statement
from tests.support.staff_day.chapter import MAIL, PHONE, WHY, WRITTEN, Chapter


class Companies(Chapter):
    """Companies, their papers, and the bank."""

    def companies(self) -> None:
        company = {"name": WRITTEN, "inn": "7707083893", "contact": {"phone": PHONE, "email": MAIL}}
        path = {"company_id": self.do("POST /v1/companies", company)["id"]}
        self.do("PUT /v1/companies/{company_id}", company | {"kpp": "773601001", "contact": {"name": WRITTEN}}, **path)
        self.do("DELETE /v1/companies/{company_id}", **path)
        self.papers(self.do("POST /v1/companies", company)["id"])

    def papers(self, company: str) -> None:
        due = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
        line = {"name": WRITTEN, "price": {"amount": 400_000}}
        wanted = {"company_id": company, "lines": [line], "due": due, "comment": WRITTEN}
        wrong, paid, by_bank = (self.do("POST /v1/invoices", wanted)["id"] for _ in range(3))
        self.do("POST /v1/invoices/{invoice_id}/void", WHY, invoice_id=wrong)
        self.do("POST /v1/invoices/{invoice_id}/payments", {"note": WRITTEN}, invoice_id=paid)
        act = self.do("POST /v1/invoices/{invoice_id}/acts", {}, invoice_id=paid)["id"]
        self.do("POST /v1/acts/{act_id}/void", WHY, act_id=act)
        file = statement(document(НазначениеПлатежа=WRITTEN), document(Номер="418", Плательщик1=WRITTEN))
        first, second = (row["id"] for row in self.do("POST /v1/bank-statements", {"text": file})["rows"])
        self.do("POST /v1/bank-lines/{bank_line_id}/accept", {"invoice_id": by_bank}, bank_line_id=first)
        self.do("POST /v1/bank-lines/{bank_line_id}/set-aside", WHY, bank_line_id=second)
