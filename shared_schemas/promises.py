"""What bookings promise to give back. Booking and Payment reckon it by the same rule, each with what it knows by then,
so that they come to the same sum however the news between them crosses."""

from collections.abc import Iterable

from pydantic import Field

from shared_schemas.common import Contract, Instant, Money
from shared_schemas.money import share


class Promise(Contract):
    """A sum that a booking promised to give back, and what it was reckoned from.

    `percent` of what is kept beyond `limit` goes back: `received` is all that had come in, and earlier promises and
    what was given away before `at` are kept no more. `amount` is what the booking itself came to, which is the most."""

    at: Instant
    received: Money
    limit: Money
    percent: int = Field(ge=0, le=100)
    amount: Money


class GivenAway(Contract):
    """Money that went back, or goes, though no booking promised it: staff decided so at that time."""

    at: Instant
    amount: Money


class Returns(Contract):
    """All that a booking promised to give back, in this order, and what it knows to have been given away; `since` is
    when it came to cost what it costs."""

    promises: list[Promise] = Field(default=[])
    given: list[GivenAway] = Field(default=[])
    since: Instant | None = None


def owed(promises: Iterable[Promise], given: Iterable[GivenAway]) -> int:
    """What the promises come to in all, in kopecks, whether it has gone back or not.

    What was given away before a promise is no more there to be promised; what was given away later comes on top."""
    gifts, total = list(given), 0
    for promise in promises:
        gone = sum(gift.amount.amount for gift in gifts if gift.at < promise.at)
        beyond = max(promise.received.amount - gone - total - promise.limit.amount, 0)
        total += min(share(beyond, promise.percent), promise.amount.amount)
    return total
