"""What the sandbox lends to its gateways."""

from dataclasses import dataclass

from infra.sandbox.clock import Clock
from infra.sandbox.database import Database
from infra.sandbox.faults import Faults
from infra.sandbox.instant_payer import InstantPayer
from infra.sandbox.knobs import Knobs
from infra.sandbox.payments.repository import ReceiptRepository
from infra.sandbox.payments.service import Payments


@dataclass(frozen=True)
class World:
    """What a gateway's dialect stands on; `public_url` is the sandbox's own address in links."""

    database: Database
    clock: Clock
    knobs: Knobs
    public_url: str


@dataclass(frozen=True)
class Till:
    """What its API needs besides: the payments that all gateways share, and who pays them."""

    payments: Payments
    receipts: ReceiptRepository
    faults: Faults
    payer: InstantPayer
