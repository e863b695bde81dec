"""Which columns of the payment service hold personal data."""

from core.personal_data import inventory

INVENTORY = inventory(
    """
    notifications.body | a gateway's message: e-mail, part of a card's number
        | books | WEBHOOK_RETENTION_DAYS | emptied
    payments.return_url | where the browser went after paying, an address of the caller's choice
        | books | until erased | emptied
    payments.note | what staff noted of money they took at the desk | books | until erased | emptied
    held_money_notes.note | what staff noted of money for somebody's balance | books | until erased | deleted
    refunds.comment | why staff gave money back, in their words | books | until erased | emptied
    refunds.decision | what staff saw at the gateway, in their words | books | until erased | emptied
    companies.contact | whom to call in a company: name, phone, e-mail
        | books | COMPANY_CONTACT_RETENTION_DAYS | staff take it out of the company
    companies.name | of a sole proprietor, the name | books | for ever: the books | stays, with the invoices
    companies.words | the same, as it is looked for | books | for ever: the books | stays, with the invoices
    companies.inn | of a sole proprietor, the INN | books | for ever: the books | stays, with the invoices
    companies.details | of a sole proprietor, OGRNIP, address and account
        | books | for ever: the books | stays, with the invoices
    invoices.document | a sole proprietor's name and requisites; staff's words
        | books | for ever: the books | stays: the law asks for papers
    invoices.void_reason | why an invoice was voided, in staff's words | books | for ever: the books | stays
    invoice_payments.note | what staff noted about a payment | books | for ever: the books | stays
    acts.document | a sole proprietor's name and requisites
        | books | for ever: the books | stays: the law asks for papers
    acts.void_reason | why an act was voided, in staff's words | books | for ever: the books | stays
    bank_lines.payer | who paid, by the bank's word | books | for ever: the books | stays: the law asks for books
    bank_lines.payer_inn | the same, by INN | books | for ever: the books | stays: the law asks for books
    bank_lines.purpose | what the payer wrote | books | for ever: the books | stays: the law asks for books
    bank_lines.set_aside_reason | why it is for no invoice, in staff's words | books | for ever: the books | stays
    """,
    {
        "a word of ours, or a gateway's code": "payments.provider payments.method payments.purpose payments.currency "
        "payments.status payments.reason attempts.provider notifications.provider notifications.event "
        "notifications.status refunds.reason refunds.cause refunds.requested_by refunds.decided_by refunds.status "
        "refunds.failure receipts.kind receipts.status receipts.failure ledger.kind ledger_passes.name "
        "payments.taken_by tills.opened_by tills.closed_by tills.reopened_by till_entries.kind till_entries.method "
        "till_entries.by "
        "ledger_touched.provider promises.reason promises.promises reconciliations.provider reconciliations.source "
        "reconciliations.failure held_money.kind held_money_entries.kind held_money_entries.method "
        "certificates.unit certificates.method deposits.method",
        "what the studio sells": "certificates.name certificates.tariffs",
        "a secret's digest, and its last characters": "certificates.digest certificates.tail",
        "an id": "held_money_entries.entered_by certificates.sold_by deposits.taken_by "
        "payments.correlation_id attempts.gateway_payment_id notifications.object_id "
        "notifications.gateway_payment_id refunds.gateway_refund_id receipts.gateway_receipt_id",
        "requisites of a company alone": "companies.kpp",
        "the studio's own papers and account": "paper_numbers.kind invoices.status invoices.issued_by acts.status "
        "acts.issued_by invoice_bookings.number invoice_payments.by bank_lines.account bank_lines.number "
        "bank_lines.state bank_lines.imported_by",
        "sold things and sums, by number": "payments.booking_number deposits.booking_number "
        "receipts.items held_money_entries.receipt reconciliations.differences",
        "the gateway's page of one payment": "attempts.confirmation_url",
        "what staff say of the drawer": "tills.note tills.reopen_reason till_entries.reason",
    },
)
