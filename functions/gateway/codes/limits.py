"""How often codes may be sent and tried: pauses that grow, as with passwords.

A place is the network address of a request. Where the owner of an account signed in before, other people's requests do
not count, nor those for other people: whoever has codes sent cannot keep the owner from getting one.
"""

from collections.abc import Mapping
from datetime import timedelta

from gateway.codes.domain import Address
from gateway.sessions.tries import ADDRESS, LONGEST_MEMORY, PAIR, Limit, digest

SENT_TO_ONE_FROM_ONE = Limit(2, timedelta(seconds=30), timedelta(hours=1), LONGEST_MEMORY)
SENT_TO_ONE = Limit(5, timedelta(minutes=1), timedelta(hours=1), LONGEST_MEMORY)
SENT_FROM_ONE = Limit(20, timedelta(seconds=10), timedelta(minutes=10), timedelta(hours=1))


def target_of(key: str, address: Address) -> str:
    """The address as a digest."""
    return digest(key, "target", address.channel, address.value)


def place_of(key: str, network: str) -> str:
    """Where a request comes from, as a digest: that of known addresses."""
    return digest(key, "address", network)


def sends(key: str, target: str, place: str, *, known: bool) -> Mapping[str, Limit]:
    """The counts of one message to an address. The first is forgotten when the code is used."""
    both = {digest(key, "sent", target, place): SENT_TO_ONE_FROM_ONE}
    others = {digest(key, "sent from", place): SENT_FROM_ONE, digest(key, "sent to", target): SENT_TO_ONE}
    return both if known else {**both, **others}


def guesses(key: str, target: str, place: str) -> Mapping[str, Limit]:
    """The counts of one try of a code, beside those of the code itself."""
    return {digest(key, "guess", target, place): PAIR, digest(key, "guesses from", place): ADDRESS}
