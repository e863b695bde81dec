"""What ordering receipts needs beside the receipts."""

from typing import Protocol

from payment.receipts import ports as receipts
from payment.refunds.ports import RefundStore


class Work(receipts.Work, Protocol):
    """A transaction on payments, their receipts and refunds."""

    @property
    def refunds(self) -> RefundStore: ...
