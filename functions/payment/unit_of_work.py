"""A transaction on the payment schema, with the repositories of all capabilities."""

from collections.abc import Mapping
from typing import ClassVar

from core.postgres.disclosure import Disclosures
from core.unit_of_work import UnitOfWork
from payment.acts.repository import ActRepository
from payment.attempts.repository import AttemptRepository
from payment.bank.repository import BankLineRepository
from payment.books.checks_repository import LedgerCheckRepository
from payment.books.repository import ReconciliationRepository
from payment.certificates.repository import CertificateRepository
from payment.companies.repository import CompanyRepository
from payment.deposits.repository import DepositRepository
from payment.desk.repository import DeskRepository
from payment.held_money.repository import HeldMoneyRepository
from payment.invoices.repository import InvoiceRepository
from payment.ledger.repository import LedgerRepository
from payment.papers.repository import NumberRepository
from payment.paying.repository import NotificationRepository
from payment.privacy.disclosures_repository import SOURCES
from payment.privacy.repository import PayerRepository
from payment.receipts.repository import ReceiptRepository
from payment.refunds.repository import CREDITED, REFUNDED, PromiseRepository, RefundRepository, counted
from payment.tills.repository import TillRepository


class PaymentUnitOfWork(UnitOfWork):
    """The `Work` of each capability's ports."""

    # Until December 2026; inboxes forget them after 66 days.
    former_subscribers: ClassVar[Mapping[str, str]] = {"settlements": "payment-notifications"}

    disclosures: Disclosures
    attempts: AttemptRepository
    desk: DeskRepository
    tills: TillRepository
    notifications: NotificationRepository
    refunds: RefundRepository
    promises: PromiseRepository
    ledger: LedgerRepository
    held_money: HeldMoneyRepository
    certificates: CertificateRepository
    deposits: DepositRepository
    ledger_checks: LedgerCheckRepository
    receipts: ReceiptRepository
    reconciliations: ReconciliationRepository
    payers: PayerRepository
    companies: CompanyRepository
    paper_numbers: NumberRepository
    invoices: InvoiceRepository
    acts: ActRepository
    bank_lines: BankLineRepository

    def _open(self) -> None:
        self.disclosures = Disclosures(self.connection, SOURCES)
        self.attempts = AttemptRepository(self.connection, REFUNDED, CREDITED, counted())
        self.desk = DeskRepository(self.connection)
        self.tills = TillRepository(self.connection)
        self.notifications = NotificationRepository(self.connection)
        self.refunds = RefundRepository(self.connection)
        self.promises = PromiseRepository(self.connection)
        self.ledger = LedgerRepository(self.connection)
        self.held_money = HeldMoneyRepository(self.connection)
        self.certificates = CertificateRepository(self.connection)
        self.deposits = DepositRepository(self.connection)
        self.ledger_checks = LedgerCheckRepository(self.connection)
        self.receipts = ReceiptRepository(self.connection)
        self.reconciliations = ReconciliationRepository(self.connection)
        self.payers = PayerRepository(self.connection)
        self.companies = CompanyRepository(self.connection)
        self.paper_numbers = NumberRepository(self.connection)
        self.invoices = InvoiceRepository(self.connection)
        self.acts = ActRepository(self.connection)
        self.bank_lines = BankLineRepository(self.connection)
