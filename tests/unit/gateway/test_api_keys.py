"""API keys: how they are written, how long they last, and the use cases around them."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from gateway.api_keys import service as api_key_service
from gateway.api_keys.domain import Ages
from gateway.api_keys.errors import ApiKeyNotFoundError, TooManyApiKeysError
from gateway.api_keys.secret import ALPHABET, digest, is_key, new_key
from gateway.api_keys.service import ApiKeys
from shared_schemas.api_keys import ApiKeyRequest
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.staff import ApiKeyCreated, ApiKeyRevoked
from tests.support.clock import NOW, FixedClock
from tests.support.gateway import FakeStorage

ADMIN, OTHER = uuid4(), uuid4()
AGES = Ages(usual=timedelta(days=90), longest=timedelta(days=365))
# Written once by hand: the form is what scanners look for, and must not change.
KNOWN = "cyk_00000000000000000000000000000000000000000002CZclj"


@pytest.fixture
def storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def keys(storage: FakeStorage) -> ApiKeys:
    return ApiKeys(storage, FixedClock(), AGES)


def wanted(**changes: Any) -> ApiKeyRequest:
    return ApiKeyRequest.model_validate({"name": "Our site", "scopes": ["bookings:read"]} | changes)


def test_a_key_is_found_by_its_form() -> None:
    key = new_key()
    assert re.fullmatch("cyk_[0-9A-Za-z]{49}", key)
    assert is_key(key)
    assert is_key(KNOWN)
    assert new_key() != key


def test_every_place_of_a_key_counts() -> None:
    key = new_key()
    for place in range(len(key)):
        for letter in ALPHABET[:3]:
            changed = f"{key[:place]}{letter}{key[place + 1 :]}"
            assert is_key(changed) == (changed == key), place


@pytest.mark.parametrize("text", ["", "cyk_", KNOWN[:-1], f"{KNOWN}0", KNOWN[4:], KNOWN.upper(), "cyk_" + "é" * 49])
def test_other_texts_are_no_keys(text: str) -> None:
    assert not is_key(text)


def test_a_key_is_shown_once_and_only_its_digest_is_kept(keys: ApiKeys, storage: FakeStorage) -> None:
    made = keys.create(wanted(), ADMIN)
    [kept] = storage.api_keys.rows.values()
    assert kept.digest == digest(made.key)
    assert made.key.startswith(kept.prefix)
    assert len(kept.prefix) == len("cyk_") + 8
    assert made.key not in repr(kept) + keys.list()[0].model_dump_json() + repr(storage.events)
    assert storage.events == [
        ApiKeyCreated(api_key_id=made.id, by=ADMIN, scopes=["bookings:read"], expires_at=NOW + AGES.usual)
    ]


def test_scopes_are_kept_once_each_and_in_order(keys: ApiKeys) -> None:
    asked = wanted(scopes=["halls:write", "bookings:read", "halls:write"])
    assert keys.create(asked, ADMIN).scopes == ["bookings:read", "halls:write"]


@pytest.mark.parametrize("scopes", [["everything"], ["bookings:read", "bookings"], ["Bookings:read"]])
def test_a_scope_that_nothing_asks_for_is_refused_with_those_that_there_are(scopes: list[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        wanted(scopes=scopes)
    [error] = refused.value.errors()
    assert (error["type"], error["ctx"]["scope"]) == ("unknown_scope", scopes[-1])
    assert "bookings:read" in error["ctx"]["allowed"]


def test_a_key_has_at_least_one_scope() -> None:
    with pytest.raises(ValidationError, match="at least 1"):
        wanted(scopes=[])


@pytest.mark.parametrize(
    ("asked", "given"),
    [(None, AGES.usual), (timedelta(hours=1), timedelta(hours=1)), (AGES.longest, AGES.longest)],
)
def test_a_key_ends_when_it_was_said_or_after_the_usual_time(asked: timedelta | None, given: timedelta) -> None:
    assert AGES.end(NOW + asked if asked else None, NOW) == NOW + given


def test_the_usual_time_is_never_beyond_the_longest() -> None:
    assert Ages(timedelta(days=90), timedelta(days=7)).end(None, NOW) == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("asked", "code"),
    [(timedelta(), "in_past"), (timedelta(days=-1), "in_past"), (AGES.longest + timedelta(seconds=1), "too_late")],
)
def test_a_key_neither_ends_before_it_begins_nor_lasts_for_ever(
    keys: ApiKeys, storage: FakeStorage, asked: timedelta, code: str
) -> None:
    with pytest.raises(RuleViolationError) as refused:
        keys.create(wanted(expires_at=NOW + asked), ADMIN)
    assert [(one.field, one.code) for one in refused.value.violations] == [("expires_at", code)]
    assert storage.api_keys.rows == {}


def test_a_key_is_revoked_once_and_for_all(keys: ApiKeys, storage: FakeStorage) -> None:
    made = keys.create(wanted(), ADMIN)
    keys.revoke(made.id, OTHER)
    keys.revoke(made.id, ADMIN)
    [kept] = storage.api_keys.rows.values()
    assert (kept.revoked_at, kept.revoked_by) == (NOW, OTHER)
    assert storage.events[1:] == [ApiKeyRevoked(api_key_id=made.id, by=OTHER)]


def test_what_is_not_there_cannot_be_revoked(keys: ApiKeys) -> None:
    with pytest.raises(ApiKeyNotFoundError):
        keys.revoke(uuid4(), ADMIN)


def test_there_are_only_so_many_in_use(keys: ApiKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_key_service, "MOST", 2)
    first = keys.create(wanted(), ADMIN)
    keys.create(wanted(), ADMIN)
    with pytest.raises(TooManyApiKeysError):
        keys.create(wanted(), ADMIN)
    keys.revoke(first.id, ADMIN)
    assert keys.create(wanted(), ADMIN)
