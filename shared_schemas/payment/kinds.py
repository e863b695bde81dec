"""What a payment is for, where money goes back to, and what changes a balance."""

from typing import Literal

Purpose = Literal["prepayment", "full", "balance"]
"""`prepayment` confirms a booking, `full` pays all of it at once, `balance` is what is left later, surcharges too."""
RefundTarget = Literal["payer", "balance"]
"""Where money goes back: to who paid, the way it was paid, or to the customer's balance at the studio."""
BalanceEntryKind = Literal["top_up", "payout", "payment", "returned", "refund", "moved_in", "moved_out"]
"""What changes a balance: money over the desk, a payment from it and what went back of that, another payment that went
back to it, or its owner, who turned out to be somebody else."""
DepositEntryKind = Literal["taken", "given_back", "payment", "returned"]
"""What changes a deposit: taken or given back over the desk, kept in part for what the booking owes, and what went back
of that."""
