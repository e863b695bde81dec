"""Payments of several visits that are one at their gateway: what it says of the whole, divided to the kopeck."""

from collections.abc import Sequence
from dataclasses import replace

from payment.attempts.domain import Attempt
from payment.gateways.words import GatewayPayment
from shared_schemas.common import Money
from shared_schemas.money import spread


def whole_of(parts: Sequence[Attempt]) -> Attempt:
    """The payment as its gateway knows it, under the name of the first part; a single one is its own whole."""
    lead = lead_of(parts)
    if len(parts) == 1:
        return lead
    return replace(
        lead,
        amount=Money(amount=sum(part.amount.amount for part in parts), currency=lead.amount.currency),
        taken=sum(part.taken for part in parts),
        refunded=sum(part.refunded for part in parts),
        credited=sum(part.credited for part in parts),
    )


def lead_of(parts: Sequence[Attempt]) -> Attempt:
    """The part whose name the whole has."""
    return next((part for part in parts if part.payment_id == part.whole_id), parts[0])


def divided(found: GatewayPayment, parts: Sequence[Attempt], sent: Sequence[int]) -> list[GatewayPayment]:
    """What the gateway's answer says of each part; `sent` is what it was asked to give back of each, in kopecks.

    Parts get their very sums if the whole is right, and else wrong ones, for staff to look at. What went back beyond
    all that was asked is taken from one part after the other."""
    if len(parts) == 1:
        return [found]
    amounts = spread([part.amount.amount for part in parts], found.amount)
    beyond = max((found.refunded or 0) - sum(sent), 0)
    shares = list[GatewayPayment]()
    for amount, asked in zip(amounts, sent, strict=True):
        more = min(beyond, max(amount - asked, 0))
        beyond -= more
        refunded = None if found.refunded is None else asked + more
        shares.append(replace(found, amount=amount, refunded=refunded))
    return shares
