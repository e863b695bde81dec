"""Contracts of money taken, and handed back, at the desk."""

from pydantic import Field

from shared_schemas.common import Contract, Money
from shared_schemas.payment.payments import Payment, PositiveMoney, Refund
from shared_schemas.providers import DeskMethod
from shared_schemas.texts import Cursor, Remark


class DeskPaymentRequest(Contract):
    """Money that staff have taken for a booking: at most what is due."""

    amount: PositiveMoney
    method: DeskMethod
    note: Remark | None = None
    """For the staff: who paid, the number of a slip."""


class GroupDeskPaymentRequest(Contract):
    """Money that staff have taken for the visits of a group; without `amount` all that is left to pay for them."""

    amount: PositiveMoney | None = None
    method: DeskMethod
    note: Remark | None = None


class GroupPayment(Contract):
    """What was taken at once for the visits of a group: a payment for each, to the kopeck."""

    amount: Money
    payments: list[Payment]


class DeskRefund(Refund):
    """A refund that nobody but the staff can make, `pending` with the failure `to_hand_out` until they say that they
    have."""

    method: DeskMethod
    booking_number: str


class DeskRefundsQuery(Contract):
    """A page of refunds that are to be handed out."""

    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)
