"""Messages say who writes, where the visit is and whom to call, as far as the studio says it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
import urllib3

from core.service_client import TIMEOUT, ServiceClient, ServiceUnreachableError
from notification.writing.rendering import TemplateRenderer
from notification.writing.studio import Signature, StudioClient
from shared_schemas.common import LocaleCode
from tests.support.clock import FixedClock
from tests.support.notification import facts

ARBAT, DOCK, HALL = uuid4(), uuid4(), uuid4()
ADDRESSES = [
    {"id": str(ARBAT), "address": {"ru": "Новый Арбат, 1", "en": "1 Novy Arbat"}},
    {"id": str(DOCK), "address": {"ru": "Причал, 2"}},
]
HOLD = {"minutes": 15, "offer_minutes": 60, "max_unpaid_holds": 12, "max_unpaid_hours": 24}
HALL_THERE = {"id": str(HALL), "name": "Loft", "capacity": 5, "address_id": str(DOCK)}
HALL_THERE |= {"opening_hours": [{"weekday": 1, "opens": "09:00", "closes": "22:00"}]}


def studio(**changes: Any) -> dict[str, Any]:
    told = {"name": {"ru": "Свет"}, "phone": "+74951234567", "addresses": ADDRESSES[:1], "hold": HOLD, "version": 3}
    return told | changes


class Booking(ServiceClient):
    """Answers by path, and counts."""

    def __init__(self, answers: Mapping[str, dict[str, Any]]) -> None:
        super().__init__("notification", "http://nowhere.invalid", "key", FixedClock())
        self.answers = dict(answers)
        self.asked: list[str] = []

    def get(self, path: str, timeout: urllib3.Timeout = TIMEOUT) -> dict[str, Any]:
        self.asked.append(path)
        assert timeout.total == 2
        if path not in self.answers:
            raise ServiceUnreachableError(path)
        return self.answers[path]


@pytest.mark.parametrize(
    ("locale", "hall_id", "told"),
    [
        ("ru", HALL, Signature("Свет", "Новый Арбат, 1", "+74951234567")),
        ("en", HALL, Signature("Свет", "1 Novy Arbat", "+74951234567")),
        ("ru", None, Signature("Свет", "", "+74951234567")),
    ],
)
def test_what_the_studio_says_is_told_in_the_language_of_the_reader(
    locale: LocaleCode, hall_id: UUID | None, told: Signature
) -> None:
    assert StudioClient(Booking({"/v1/studio": studio()}), FixedClock()).signature(hall_id, locale) == told


def test_of_several_addresses_the_hall_s_own_is_told() -> None:
    booking = Booking({"/v1/studio": studio(addresses=ADDRESSES), f"/v1/halls/{HALL}": HALL_THERE})
    client = StudioClient(booking, FixedClock())

    assert [client.signature(HALL, "en").address for _ in range(2)] == ["Причал, 2", "Причал, 2"]
    assert booking.asked == ["/v1/studio", f"/v1/halls/{HALL}"]


def test_a_studio_that_said_nothing_signs_nothing() -> None:
    assert StudioClient(Booking({"/v1/studio": studio(version=0)}), FixedClock()).signature(HALL, "ru") == Signature()


def called(own: str, english: str | None = None) -> dict[str, Any]:
    return HALL_THERE | {"name": own, "texts": {"en": {"name": english}} if english else None}


@pytest.mark.parametrize(
    ("second", "locale", "told"),
    [
        (called("Чердак", "Attic"), "en", "Large hall + Attic"),
        (called("Чердак"), "en", "Large hall + Чердак"),
        (called("Чердак", "Attic"), "ru", "White Cyclorama"),
        (None, "en", "White Cyclorama"),
    ],
)
def test_halls_are_called_as_the_reader_s_language_does(
    second: dict[str, Any] | None, locale: LocaleCode, told: str
) -> None:
    other = uuid4()
    halls = {f"/v1/halls/{HALL}": called("Большой зал", "Large hall")}
    halls |= {f"/v1/halls/{other}": second} if second else {}
    client = StudioClient(Booking(halls), FixedClock())

    assert client.in_language(facts(hall_id=HALL, also_hall_ids=[other]), locale).hall_name == told
    # A message of before 2026-12.
    assert client.in_language(facts(hall_id=None), locale).hall_name == "White Cyclorama"


def test_an_outage_keeps_no_message_waiting() -> None:
    booking, clock = Booking({}), FixedClock()
    client = StudioClient(booking, clock)
    assert client.signature(HALL, "ru") == client.signature(HALL, "ru") == Signature()
    assert len(booking.asked) == 1

    booking.answers["/v1/studio"] = studio()
    clock.advance(minutes=1)
    known = client.signature(HALL, "ru")
    booking.answers.clear()
    clock.advance(minutes=1)
    assert client.signature(HALL, "ru") == known != Signature()


@pytest.mark.parametrize(("locale", "row"), [("ru", "Адрес: Причал, 2"), ("en", "Address: Причал, 2")])
def test_a_mail_has_the_address_and_the_phone(locale: LocaleCode, row: str) -> None:
    renderer = TemplateRenderer("From the setting")

    def mail(signature: Signature) -> tuple[str, str]:
        words = renderer.words("booking_confirmed", locale, "Anna", facts(), signature, confirmed=True)
        return words.text("txt"), words.text("html", subject="")

    text, html = mail(Signature("Свет", "Причал, 2", "+74951234567"))
    assert row in text and text.endswith("Свет, +74951234567")
    assert "Причал, 2" in html and 'href="tel:+74951234567"' in html
    bare, bare_html = mail(Signature())
    assert row.partition(":")[0] not in bare and bare.endswith("From the setting")
    assert row.partition(":")[0] not in bare_html
