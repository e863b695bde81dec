"""Recipients of messages that go out together are asked for at once, and each answer is used once and soon."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from core.service_client import ServiceCallError, ServiceUnreachableError
from notification.errors import PermanentDeliveryError, TransientDeliveryError
from notification.writing.contacts import AHEAD_SECONDS, GatewayContacts
from shared_schemas.gateway.recipients import RecipientRequest

ANNA, VERA = uuid4(), uuid4()
ONE, SEVERAL = "/v1/recipients", "/v1/recipients/several"


def contact(person: UUID) -> dict[str, Any]:
    return {"id": str(person), "email": "a@b.test", "phone": None, "full_name": "Анна", "locale": "ru"}


class Gateway:
    """Knows Anna alone; several at once are `trouble`."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.asked: list[str] = []

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(path)
        if path == ONE:
            return contact(UUID(body["user_id"]))
        if self.trouble:
            raise self.trouble
        return {"found": [contact(ANNA) if each["user_id"] == str(ANNA) else None for each in body["asked"]]}


def expecting(gateway: Gateway) -> tuple[GatewayContacts, list[float]]:
    """Who asked for both, and the clock that it goes by."""
    clock = [0.0]
    contacts = GatewayContacts(gateway, lambda: clock[0])  # type: ignore[arg-type]
    contacts.expect([RecipientRequest(user_id=each, channel="email") for each in (ANNA, VERA)])
    return contacts, clock


def test_each_answer_is_used_once() -> None:
    gateway = Gateway()
    contacts, _ = expecting(gateway)

    assert contacts.recipient(ANNA, "email", None).id == ANNA
    with pytest.raises(PermanentDeliveryError, match="recipient_gone"):
        contacts.recipient(VERA, "email", None)
    assert gateway.asked == [SEVERAL]

    assert contacts.recipient(ANNA, "email", None).id == ANNA
    assert contacts.recipient(ANNA, "sms", None).id == ANNA
    assert gateway.asked == [SEVERAL, ONE, ONE]


def test_an_old_answer_is_asked_for_again() -> None:
    gateway = Gateway()
    contacts, clock = expecting(gateway)
    clock[0] = AHEAD_SECONDS + 0.1

    assert contacts.recipient(VERA, "email", None).id == VERA
    assert gateway.asked == [SEVERAL, ONE]


def test_a_gateway_that_is_silent_is_not_waited_for_by_each() -> None:
    gateway = Gateway(ServiceUnreachableError("late"))
    contacts, _ = expecting(gateway)

    for person in (ANNA, VERA):
        with pytest.raises(TransientDeliveryError, match="contact_unavailable"):
            contacts.recipient(person, "email", None)
    assert gateway.asked == [SEVERAL]


def test_a_gateway_that_does_not_know_the_question_is_asked_for_each() -> None:
    gateway = Gateway(ServiceCallError(404, "not_found", "no such route"))
    contacts, _ = expecting(gateway)

    assert contacts.recipient(ANNA, "email", None).id == ANNA
    assert gateway.asked == [SEVERAL, ONE]


def test_one_is_asked_for_when_its_turn_comes() -> None:
    gateway = Gateway()
    contacts = GatewayContacts(gateway)  # type: ignore[arg-type]
    contacts.expect([RecipientRequest(user_id=ANNA, channel="email")])

    assert gateway.asked == []
