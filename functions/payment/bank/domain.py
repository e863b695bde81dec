"""Which payments of a statement are new, and which invoices they may be for."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from payment.bank.errors import BankLineClosedError, ForeignAccountError, MoreThanCameError
from payment.bank.exchange import Document, Exchange
from payment.invoices.domain import OPEN
from payment.papers.numbers import read
from shared_schemas.common import Day, Money
from shared_schemas.errors import Text, Violation
from shared_schemas.payment.bank import BankLine, BankLineState, BankPayment, Ground, Proposal
from shared_schemas.payment.invoices import Invoice

# A whole word: 2026-1 is not in 2026-17, and not in a date.
NUMBER = re.compile(r"(?<![\w-])20[0-9]{2}-[0-9]{1,7}(?![\w-])")
MOST_PROPOSALS = 10
KNOWN = Text(
    "This payment was read from an earlier statement: it is not counted again",
    "Это поступление уже загружено из прежней выписки: второй раз оно не учтено",
)
REPEATED = Text(
    "The same payment begins on line {line} of this file: it is counted once",
    "Такое же поступление есть в этом файле, со строки {line}: оно учтено один раз",
)


@dataclass(frozen=True)
class StoredLine:
    """A payment that is kept, in kopecks; `used` is what is counted towards invoices."""

    id: UUID
    account: str
    number: str
    date: Day
    received_on: Day
    amount: int
    payer: str
    payer_inn: str
    purpose: str
    state: BankLineState
    used: int
    imported_at: datetime
    imported_by: str
    set_aside_reason: str | None = None

    @property
    def key(self) -> "Key":
        """By what it is known again: banks have no id of a payment."""
        return self.account, self.number, self.date, self.amount, self.payer_inn

    @property
    def left(self) -> int:
        return self.amount - self.used


Key = tuple[str, str, Day, int, str]


def arrived(exchange: Exchange, account: str) -> list[Document]:
    """The payments that came to this account. `ForeignAccountError` if the file is of others alone."""
    known = {*exchange.accounts, *(document.account for document in exchange.documents)}
    if account not in known:
        raise ForeignAccountError(account=account)
    return [each for each in exchange.documents if each.account == account and each.received_on]


def stored(document: Document, line_id: UUID, by: str, now: datetime) -> StoredLine:
    """The payment as it is kept from now on."""
    return StoredLine(
        id=line_id,
        account=document.account,
        number=document.number,
        date=document.date,
        received_on=document.received_on or document.date,
        amount=document.amount,
        payer=document.payer,
        payer_inn=document.payer_inn,
        purpose=document.purpose,
        state="open",
        used=0,
        imported_at=now,
        imported_by=by,
    )


def seen_before(lines: Sequence[tuple[int, StoredLine]], before: Collection[Key]) -> list[Violation | None]:
    """Of each payment, by the line where it begins: why it is not counted again, if an earlier file or this one has
    it already."""
    first: dict[Key, int] = {}
    return [_seen(line.key, first.setdefault(line.key, at), at, before) for at, line in lines]


def _seen(key: Key, first: int, at: int, before: Collection[Key]) -> Violation | None:
    if key in before:
        return Violation("number", "bank_payment_known", KNOWN, {})
    return None if first == at else Violation("number", "bank_payment_repeated", REPEATED, {"line": first})


def numbers_in(purposes: Iterable[str]) -> list[tuple[int, int]]:
    """The numbers of invoices that payers wrote."""
    return sorted({read(number) for purpose in purposes for number in NUMBER.findall(purpose)})


def proposals(line: StoredLine, invoices: Sequence[Invoice]) -> list[Proposal]:
    """Open invoices that the payment may be for, the likeliest first."""
    if line.state != "open":
        return []
    written = set(NUMBER.findall(line.purpose))
    found = [_proposal(line, written, invoice) for invoice in invoices if invoice.status in OPEN]
    likely = sorted((each for each in found if {"number", "inn"} & set(each.grounds)), key=_unlikeliness)
    return likely[:MOST_PROPOSALS]


def _proposal(line: StoredLine, written: set[str], invoice: Invoice) -> Proposal:
    grounds = list(_grounds(line, written, invoice))
    return Proposal(
        invoice_id=invoice.id,
        number=invoice.number,
        company=invoice.buyer.name,
        left=invoice.left,
        grounds=grounds,
        certain={"number", "sum"} <= set(grounds),
    )


def _grounds(line: StoredLine, written: set[str], invoice: Invoice) -> Iterator[Ground]:
    if invoice.number in written:
        yield "number"
    if invoice.buyer.inn == line.payer_inn:
        yield "inn"
    if invoice.left.amount == line.left:
        yield "sum"


def _unlikeliness(proposal: Proposal) -> tuple[bool, int, tuple[int, int]]:
    return not proposal.certain, -len(proposal.grounds), read(proposal.number)


def accepted(line: StoredLine, amount: int | None) -> int:
    """How much of it to count, in kopecks. `BankLineClosedError`, `MoreThanCameError`."""
    require_open(line)
    if amount is not None and amount > line.left:
        raise MoreThanCameError(left=line.left)
    return line.left if amount is None else amount


def require_open(line: StoredLine) -> None:
    """`BankLineClosedError`."""
    if line.state != "open":
        raise BankLineClosedError(state=line.state)


def payment(line: StoredLine) -> BankPayment:
    """What the bank told."""
    return BankPayment(
        **{name: getattr(line, name) for name in BankPayment.model_fields if name != "amount"},
        amount=Money(amount=line.amount),
    )


def view(line: StoredLine, invoices: Sequence[Invoice]) -> BankLine:
    """As staff see it."""
    return BankLine(
        **dict(payment(line)),
        id=line.id,
        state=line.state,
        used=Money(amount=line.used),
        left=Money(amount=line.left if line.state == "open" else 0),
        imported_at=line.imported_at,
        set_aside_reason=line.set_aside_reason,
        proposals=proposals(line, invoices),
    )
