"""Mail, SMS and how they are found."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from infra.sandbox.carriers.ses.requests import BadRequestError, parse, to_message
from infra.sandbox.carriers.smsru.api import Outgoing, check, outgoing
from infra.sandbox.carriers.texts import normal_number
from infra.sandbox.database import Database
from infra.sandbox.messages.model import Channel, Message
from infra.sandbox.messages.query import QueryError, parse_filter
from infra.sandbox.messages.repository import Messages
from infra.sandbox.messages.segments import segments

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SIMPLE: dict[str, Any] = {
    "FromEmailAddress": "=?utf-8?b?0KHRgtGD0LTQuNGP?= <studio@shop.test>",
    "Destination": {"ToAddresses": ["Анна <anna@example.test>"], "BccAddresses": ["boss@shop.test"]},
    "Content": {"Simple": {"Subject": {"Data": "Бронь"}, "Body": {"Html": {"Data": "<p>x</p>"}}}},
}


def mail(document: dict[str, Any]) -> Message:
    return to_message(parse(document), "id", NOW)


def test_simple_mail_is_taken_apart() -> None:
    message = mail(SIMPLE)
    assert (message.sender, message.recipients) == (
        "Студия <studio@shop.test>",
        ["anna@example.test", "boss@shop.test"],
    )
    assert (message.subject, message.text, message.html) == ("Бронь", None, "<p>x</p>")


def test_raw_mail_is_taken_apart() -> None:
    raw = EmailMessage()
    raw["From"], raw["To"], raw["Subject"] = "studio@shop.test", "Анна <anna@example.test>", "Бронь"
    raw.set_content("текст")
    raw.add_alternative("<p>текст</p>", subtype="html")
    raw.add_attachment("BEGIN", filename="b.ics", subtype="calendar")

    message = mail({"Content": {"Raw": {"Data": base64.b64encode(raw.as_bytes()).decode()}}})

    assert (message.sender, message.to, message.subject) == ("studio@shop.test", "anna@example.test", "Бронь")
    assert (message.text, message.html) == ("текст\n", "<p>текст</p>\n")
    assert [attachment.name for attachment in message.attachments] == ["b.ics"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Destination": {}}, "Destination is required"),
        ({"Destination": {"ToAddresses": ["anna"]}}, "missing final '@domain'"),
        ({"Destination": {"ToAddresses": [f"a{n}@example.test" for n in range(51)]}}, "exceeds 50"),
        ({"FromEmailAddress": ""}, "FromEmailAddress is required"),
        ({"Content": {}}, "exactly one of Simple and Raw"),
        ({"Content": {"Raw": {"Data": "не base64"}}}, "not base64"),
        ({"Content": {"Simple": {"Subject": {"Data": "x"}, "Body": {}}}}, "Text or Html"),
        ({"Content": {"Simple": {"Body": {"Text": {"Data": "x"}}}}}, "Subject"),
    ],
)
def test_mail_that_cannot_be_sent_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequestError, match=words):
        mail(SIMPLE | change)


@pytest.mark.parametrize("document", [None, [], "x", 1, {}])
def test_a_body_that_is_no_request_is_refused(document: Any) -> None:
    with pytest.raises(BadRequestError):
        parse(document)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("79261234567", "+79261234567"),
        ("+7 (926) 123-45-67", "+79261234567"),
        ("89261234567", "+79261234567"),
        ("4915112345678", "+4915112345678"),
        ("123", None),
        ("7926123456a", None),
        ("", None),
    ],
)
def test_numbers_become_e164(number: str, expected: str | None) -> None:
    assert normal_number(number) == expected


def test_an_sms_request_names_its_numbers_in_two_ways() -> None:
    assert outgoing({"to[7925]": "a", "to[7926]": "b", "json": "1"}) == [Outgoing("7925", "a"), Outgoing("7926", "b")]
    assert outgoing({"to": "7925, 7926", "msg": "c"}) == [Outgoing("7925", "c"), Outgoing("7926", "c")]


@pytest.mark.parametrize(
    ("number", "text", "status"),
    [("79261234567", "x", 100), ("12", "x", 202), ("79261234567", "", 203), ("79261234567", "x" * 1531, 205)],
)
def test_every_sms_has_its_own_status(number: str, text: str, status: int) -> None:
    assert check(Outgoing(number, text)) == status


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2), ("я" * 70, 1), ("я" * 71, 2),
     ("😀" * 35, 1), ("😀" * 36, 2), ("", 1)],
)  # fmt: skip
def test_parts_of_an_sms(text: str, parts: int) -> None:
    assert segments(text) == parts


@pytest.fixture
def messages(tmp_path: Path) -> Iterator[Messages]:
    database = Database(tmp_path)
    yield Messages(database)
    database.close()


def add(messages: Messages, number: int, channel: Channel, *recipients: str) -> None:
    at = NOW + timedelta(minutes=number)
    message = Message(id=str(number), channel=channel, sender="s", recipients=list(recipients), created_at=at)
    messages.add(message)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["3", "2", "1"]),
        ({"to": "ANNA@example.test"}, ["3", "1"]),
        ({"to": "anna"}, ["3", "1"]),
        ({"to": "+7 926 123"}, ["2"]),
        ({"to": "79261234567"}, ["2"]),
        ({"to": "nobody"}, []),
        ({"channel": "sms"}, ["2"]),
        ({"channel": "email", "to": "boss"}, ["3"]),
        ({"since": "2026-11-23T12:02:00Z"}, ["3", "2"]),
        ({"since": "2026-11-23T15:02:30 03:00"}, ["3"]),
        ({"since": "2026-11-23T12:02:30"}, ["3"]),
    ],
)
def test_messages_are_found(messages: Messages, query: dict[str, str], ids: list[str]) -> None:
    add(messages, 1, "email", "anna@example.test")
    add(messages, 2, "sms", "+79261234567")
    add(messages, 3, "email", "Anna@Example.test", "boss@shop.test")
    assert [message.id for message in messages.find(parse_filter(query))] == ids


@pytest.mark.parametrize("query", [{"channel": "pigeon"}, {"since": "yesterday"}])
def test_a_query_that_makes_no_sense_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(QueryError, match=next(iter(query))):
        parse_filter(query)
