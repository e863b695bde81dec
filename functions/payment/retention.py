"""How long the rows of each table are kept."""

from core.postgres.retention import Kept
from payment.settings import PaymentSettings

FOREVER = {
    "payments": "the books",
    "attempts": "what the gateway was asked belongs to its payment",
    "refunds": "the books",
    "promises": "what goes back of a booking may be asked again at any time",
    "ledger": "the books",
    "tills": "the books",
    "till_entries": "the books",
    "certificates": "the books: what is owed to who has the code",
    "deposits": "the books",
    "held_money": "the books: what is owed to people",
    "held_money_entries": "the books",
    "held_money_notes": "what staff wrote of an entry goes when the person is erased",
    "ledger_touched": "a mark goes when its payment agrees with the ledger",
    "ledger_passes": "one row",
    "receipts": "the books; the law asks for them for years",
    "companies": "until staff remove them; a contact person goes after a time",
    "paper_numbers": "one row for each kind of paper and year",
    "invoices": "the books",
    "invoice_bookings": "the books",
    "invoice_payments": "the books",
    "acts": "the books",
    "bank_lines": "the books; a payment that is in a later file, too, is known again",
    "erased_payers": "an id that leads nowhere, so that nothing told later brings the person back",
}


def kept(settings: PaymentSettings) -> list[Kept]:
    """What goes after a time."""
    return [
        Kept("payment.notifications", "received_at", settings.webhook_retention_days),
        Kept("payment.reconciliations", "created_at", settings.comparison_retention_days),
        Kept("payment.companies", "used_at", settings.company_contact_retention_days, emptied=("contact",)),
    ]
