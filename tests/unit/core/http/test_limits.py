"""Who is counted how, what a caller is told of it, and what happens beyond the limit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.http.api import Api
from core.http.limits import Calls, Limit, parse_limits
from core.identity import Identity
from core.settings import LimitSettings
from shared_schemas.access import ACCESS, table
from shared_schemas.common import Contract, Role
from shared_schemas.errors import ConflictError, Text
from tests.support.clock import FixedClock
from tests.support.rest import Answer, ask, call, rest_event

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ANNA, BORIS = Identity(str(uuid4()), Role.CLIENT), Identity(str(uuid4()), Role.CLIENT)
PAYMENT = Identity("payment", Role.SERVICE)


@dataclass
class Bucket:
    """Counts as PostgreSQL does, for one process."""

    rows: dict[str, datetime] = field(default_factory=dict)

    def charge(self, key: str, cost: timedelta, window: timedelta, now: datetime) -> datetime | None:
        later = max(self.rows.get(key, now), now) + cost
        if later > now + window:
            return None
        self.rows[key] = later
        return later

    def free_at(self, key: str) -> datetime | None:
        return self.rows.get(key)


class FullError(ConflictError):
    code = "full"
    text = Text("No more room", "Места нет")


class Parcel(Contract):
    weight: int


clock = FixedClock(NOW)
bucket = Bucket()
counted = Calls(bucket, parse_limits("book=3/60 pay=3/60 search=2/10"), clock)
api = Api(
    "parcels",
    table("""
    people+payment - POST /v1/parcels book
    people         - PUT  /v1/parcels pay
    anyone         - GET  /v1/parcels search
    anyone         - GET  /v1/weights
    """),
)
api.calls = lambda: counted


@api.endpoint("POST /v1/parcels", errors=[FullError])
def send(body: Parcel) -> Parcel:
    if body.weight > 100:
        raise FullError
    return body


@api.endpoint("PUT /v1/parcels")
def pay_for() -> Parcel:
    return Parcel(weight=1)


@api.endpoint("GET /v1/parcels")
def list_parcels() -> Parcel:
    return Parcel(weight=1)


@api.endpoint("GET /v1/weights")
def weights() -> Parcel:
    return Parcel(weight=1)


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    bucket.rows.clear()
    clock.go_to(NOW)
    yield


def book(who: Identity | None = ANNA, weight: object = 2) -> Answer:
    return ask(api, who, "POST /v1/parcels", {"weight": weight})


def search(address: str) -> Answer:
    event = rest_event("GET /v1/parcels")
    event["requestContext"]["identity"]["sourceIp"] = address
    return call(api, event)


def told(answer: Answer) -> tuple[int, str, str]:
    return answer.status, answer.headers["ratelimit"], answer.headers["ratelimit-policy"]


def test_what_remains_is_told_with_every_answer() -> None:
    policy = '"book";q=3;w=60'
    assert told(book()) == (200, '"book";r=2;t=20', policy)
    assert told(book(weight=101)) == (409, '"book";r=1;t=40', policy)
    assert told(book(weight="much")) == (422, '"book";r=0;t=60', policy)


def test_beyond_the_limit_a_caller_is_told_when_to_come_again() -> None:
    for _ in range(3):
        book()
    clock.advance(seconds=5)

    refused = book()

    assert told(refused) == (429, '"book";r=0;t=55', '"book";q=3;w=60')
    assert (refused.code, refused.headers["retry-after"]) == ("too_many_calls", "15")
    assert refused.body["detail"] == "Too many requests; try again in 15 s"
    clock.advance(seconds=15)
    assert [book().status, book().status] == [200, 429]


def test_a_refused_call_costs_nothing() -> None:
    for _ in range(20):
        book()
    clock.advance(seconds=20)
    assert book().status == 200


def test_each_account_is_counted_for_itself() -> None:
    assert [book(ANNA).status for _ in range(4)] == [200, 200, 200, 429]
    assert book(BORIS).status == 200


def test_each_class_is_counted_for_itself() -> None:
    assert [book().status for _ in range(4)] == [200, 200, 200, 429]
    assert ask(api, ANNA, "PUT /v1/parcels").status == 200


def test_strangers_are_counted_by_their_address() -> None:
    assert [search("192.0.2.1").status for _ in range(3)] == [200, 200, 429]
    assert search("192.0.2.2").status == 200


def test_services_are_not_counted() -> None:
    answers = [book(PAYMENT) for _ in range(10)]
    assert {answer.status for answer in answers} == {200}
    assert "ratelimit" not in answers[0].headers


def test_who_may_not_call_is_not_counted() -> None:
    assert book(None).status == 401
    assert bucket.rows == {}


def test_to_read_is_not_counted() -> None:
    answer = ask(api, None, "GET /v1/weights")
    assert (answer.status, bucket.rows) == (200, {})
    assert "ratelimit" not in answer.headers


def test_a_class_without_a_limit_is_not_counted() -> None:
    calls = Calls(bucket, {}, clock)
    headers: dict[str, str] = {}
    request = type("R", (), {"context": {}})()
    calls.charge("book", ANNA, request, headers)
    assert (headers, bucket.rows) == ({}, {})


def test_keys_of_the_count_name_nobody() -> None:
    book(ANNA)
    assert ANNA.subject not in "".join(bucket.rows)


def test_the_setting_is_read() -> None:
    assert parse_limits("book=20/60 sign-in=5/3600") == {"book": Limit(20, 60), "sign-in": Limit(5, 3600)}
    assert parse_limits("") == {}


def test_by_default_every_class_that_is_counted_has_a_limit() -> None:
    named = set(parse_limits(LimitSettings().call_limits))
    assert {access.limit for access in ACCESS.values() if access.is_counted} <= named


@pytest.mark.parametrize("wrong", ["book", "book=0/60", "book=20", "book=20/0", "book=20/60,pay=1/1", "Book=1/1"])
def test_a_setting_that_says_nothing_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="call_limits"):
        LimitSettings(call_limits=wrong)
