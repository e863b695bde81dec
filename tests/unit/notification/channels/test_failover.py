"""Several providers of one channel: who is asked, and when a person may get a message from another one."""

from dataclasses import dataclass, field

import pytest

from notification.channels.failover import REST_SECONDS, FailOver
from notification.channels.port import Accepted, Parcel
from notification.errors import (
    DeliveryError,
    PermanentDeliveryError,
    RefusedHereError,
    TransientDeliveryError,
    UnknownDeliveryError,
)
from tests.support.notification import SMS, parcel

NUMBER = "+79261234567"
DOWN, UNKNOWN = TransientDeliveryError("down"), UnknownDeliveryError("silent")
HERE, NEVER = RefusedHereError("no_route"), PermanentDeliveryError("stop_list")


@dataclass
class Company:
    """Fails as told, and has what it has."""

    trouble: list[DeliveryError] = field(default_factory=list)
    has: str | None = None
    can_tell: bool = True
    asked: int = 0

    def send(self, parcel: Parcel) -> str:  # noqa: ARG002 - any will do
        self.asked += 1
        if self.trouble:
            raise self.trouble.pop(0)
        return f"its-{self.asked}"

    def find(self, parcel: Parcel) -> str | None:  # noqa: ARG002 - any will do
        if not self.can_tell:
            raise UnknownDeliveryError("cannot_tell")
        return self.has


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_first_in_the_order_takes_it() -> None:
    first, second = Company(), Company()

    assert FailOver({"a": first, "b": second}).send(parcel(NUMBER, SMS)) == Accepted("a", "its-1")
    assert second.asked == 0


@pytest.mark.parametrize("trouble", [DOWN, HERE])
def test_one_that_does_not_take_it_is_passed_over_at_once(trouble: DeliveryError) -> None:
    providers = FailOver({"a": Company([trouble]), "b": Company()})

    assert providers.send(parcel(NUMBER, SMS)) == Accepted("b", "its-1")


def test_what_no_provider_may_send_goes_to_none() -> None:
    second = Company()

    with pytest.raises(PermanentDeliveryError, match="stop_list"):
        FailOver({"a": Company([NEVER]), "b": second}).send(parcel(NUMBER, SMS))
    assert second.asked == 0


def test_a_retry_is_worth_it_as_long_as_one_may_still_take_it() -> None:
    with pytest.raises(TransientDeliveryError, match="down"):
        FailOver({"a": Company([HERE]), "b": Company([DOWN])}).send(parcel(NUMBER, SMS))
    with pytest.raises(RefusedHereError):
        FailOver({"a": Company([HERE]), "b": Company([HERE])}).send(parcel(NUMBER, SMS))


def test_one_that_may_have_it_is_asked_before_another_gets_it() -> None:
    second = Company()
    has_it = FailOver({"a": Company([UNKNOWN], has="a-1"), "b": second})
    assert has_it.send(parcel(NUMBER, SMS)) == Accepted("a", "a-1")
    assert second.asked == 0

    has_it_not = FailOver({"a": Company([UNKNOWN]), "b": second})
    assert has_it_not.send(parcel(NUMBER, SMS)) == Accepted("b", "its-1")


def test_while_nobody_can_tell_no_other_gets_it() -> None:
    second = Company()

    with pytest.raises(UnknownDeliveryError, match="silent"):
        FailOver({"a": Company([UNKNOWN], can_tell=False), "b": second}).send(parcel(NUMBER, SMS))
    assert second.asked == 0


def test_a_further_attempt_begins_with_a_question() -> None:
    """After a crash, too: the attempt before may have got through to either."""
    first, second = Company(can_tell=False), Company(has="b-1")
    providers = FailOver({"a": first, "b": second})

    assert providers.send(parcel(NUMBER, SMS, attempt=2)) == Accepted("b", "b-1")
    assert (first.asked, second.asked) == (0, 0)

    second.has = None
    assert providers.send(parcel(NUMBER, SMS, attempt=2)) == Accepted("a", "its-1")


def test_one_that_failed_comes_last_for_a_minute() -> None:
    watch, first, second = Watch(), Company([DOWN, DOWN]), Company()
    providers = FailOver({"a": first, "b": second}, watch)
    taken = [providers.send(parcel(NUMBER, SMS)).provider for _ in range(2)]
    assert (taken, first.asked) == (["b", "b"], 1), "its time-out would delay every message"

    watch.now += REST_SECONDS
    assert providers.send(parcel(NUMBER, SMS)).provider == "b", "it is still down"
    watch.now += REST_SECONDS
    assert providers.send(parcel(NUMBER, SMS)).provider == "a"
