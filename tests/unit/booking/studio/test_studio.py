"""What the studio says of itself fits together; which ways to pay are on is asked about seldom."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from booking.studio.domain import address_violations, card, halls_without, studio_violations
from booking.studio.payment_methods import PaymentMethods
from booking.studio.ports import PaymentMethodsUnknownError
from shared_schemas.booking.studio import StudioCard, StudioRequest
from shared_schemas.payment.methods import OfferedProvider
from shared_schemas.words import Label, Title
from tests.support.clock import FixedClock

WORDS = Title(ru="Москва, Новый Арбат, 1")
SOMEWHERE = "7d5bb1f3-4f0c-4d6a-9a53-0c6f2ec9c1a1"
OFFER = {"kind": "offer", "version": "1", "url": "https://studio.test/1", "since": "2026-01-01"}
ON = [OfferedProvider(provider="yookassa", label=Label(en="Somewhere", ru="Где-то"), methods=[])]


def request(**fields: Any) -> StudioRequest:
    return StudioRequest.model_validate(fields)


def test_a_new_address_gets_an_id_and_an_old_one_keeps_its_own() -> None:
    known = uuid4()

    kept = card(request(addresses=[{"address": WORDS}, {"id": known, "address": WORDS}]))

    assert kept.addresses[1].id == known
    assert kept.addresses[0].id != known
    assert kept.version == 0


@pytest.mark.parametrize(
    ("fields", "place", "code"),
    [
        ({"addresses": [{"id": SOMEWHERE, "address": WORDS}] * 2}, "addresses.1.id", "repeated_address"),
        ({"documents": [OFFER] * 2}, "documents.1.version", "repeated_version"),
        ({"languages": ["ru", "ru"]}, "languages.1", "repeated_language"),
    ],
)
def test_nothing_stands_there_twice(fields: dict[str, Any], place: str, code: str) -> None:
    (violation,) = studio_violations(request(**fields))

    assert (violation.field, violation.code) == (place, code)


def test_new_addresses_and_versions_of_other_documents_are_not_the_same() -> None:
    documents = [OFFER, OFFER | {"kind": "privacy"}, OFFER | {"version": "2"}]

    assert studio_violations(request(addresses=[{"address": WORDS}] * 2, documents=documents)) == []


def test_a_hall_is_at_an_address_that_there_is() -> None:
    kept = card(request(addresses=[{"address": WORDS}]))
    here, gone = kept.addresses[0].id, uuid4()

    assert halls_without(kept, {here: ["Loft"], gone: ["White", "Black"]}) == ["Black", "White"]
    assert [found.code for found in address_violations(gone, kept)] == ["unknown_address"]
    assert address_violations(here, kept) == address_violations(None, StudioCard()) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"name": {}},
        {"name": {"en": None}},
        {"addresses": [{"address": WORDS, "latitude": 55.7}]},
        {"inn": "7707083894"},
        {"languages": []},
        {"links": {"max": "javascript:alert(1)"}},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_says_nothing_or_half_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        request(**fields)


class PaymentService:
    """Says what is on, or nothing."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_down = False

    def offered(self) -> list[OfferedProvider]:
        self.asked += 1
        if self.is_down:
            raise PaymentMethodsUnknownError
        return ON


def test_the_payment_service_is_asked_once_a_minute() -> None:
    service, clock = PaymentService(), FixedClock()
    methods = PaymentMethods(service, clock)

    assert methods.current() == methods.current() == ON
    clock.advance(seconds=59)
    assert (methods.current(), service.asked) == (ON, 1)
    clock.advance(seconds=1)
    assert (methods.current(), service.asked) == (ON, 2)


def test_in_an_outage_what_was_known_stays_and_nobody_waits_for_long() -> None:
    service, clock = PaymentService(), FixedClock()
    methods = PaymentMethods(service, clock)
    service.is_down = True
    assert methods.current() is methods.current() is None
    assert service.asked == 1

    clock.advance(minutes=1)
    service.is_down = False
    assert methods.current() == ON
    clock.advance(minutes=1)
    service.is_down = True
    assert methods.current() == methods.current() == ON
    assert service.asked == 3
