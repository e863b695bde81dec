"""Advertising goes to who agreed to it, at an address that is known to be theirs."""

from typing import Any

import pytest

from notification.bookings.domain import Facts
from notification.channels.port import Addressee
from notification.errors import NeedlessDeliveryError
from notification.messages.domain.plans import PLAN_OF, Plan
from notification.sending.letters import Writing
from shared_schemas.accounts import Contact
from shared_schemas.gateway.recipients import Recipient
from tests.support.notification import delivery, facts


class Nearby:
    """A person, and a channel that reaches them; neither has words for a message."""

    def __init__(self, *, agreed: bool, confirmed: bool) -> None:
        self._agreed, self._confirmed = agreed, confirmed

    def recipient(self, user_id: Any, *_about: Any) -> Recipient:
        return Recipient(id=user_id, full_name="Анна", locale="ru", advertising=self._agreed)

    def address(self, _contact: Contact) -> Addressee:
        return Addressee("anna@example.com", self._confirmed)

    def signature(self, *_about: Any) -> None: ...

    def in_language(self, about: Facts, *_language: Any) -> Facts:
        return about

    def file(self, *_about: Any) -> str:
        return ""

    def words(self, *_about: Any, confirmed: bool, **_shown: str) -> str:
        return f"written, {confirmed}"

    def render(self, words: str) -> str:
        return words


def written(nearby: Any) -> Any:
    codes = cancelled = nearby
    writing = Writing(nearby, codes, cancelled, nearby, nearby, nearby, nearby)
    return writing.letter(delivery("booking_created", "email", facts()), nearby).message


@pytest.fixture
def _an_advertisement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLAN_OF, "booking_created", Plan("booking_created", ("email",), advertises=True))


@pytest.mark.usefixtures("_an_advertisement")
def test_who_agreed_gets_it() -> None:
    assert written(Nearby(agreed=True, confirmed=True)) == "written, True"


@pytest.mark.usefixtures("_an_advertisement")
@pytest.mark.parametrize(("agreed", "confirmed"), [(False, True), (True, False), (False, False)])
def test_nobody_else_does(agreed: bool, confirmed: bool) -> None:
    with pytest.raises(NeedlessDeliveryError, match="no_consent"):
        written(Nearby(agreed=agreed, confirmed=confirmed))


def test_what_belongs_to_a_booking_needs_no_consent() -> None:
    """Messages about a visit are part of the contract, and no advertising (38-FZ, article 2)."""
    assert not [plan.template for plan in PLAN_OF.values() if plan.advertises]
    assert written(Nearby(agreed=False, confirmed=False)) == "written, False"
