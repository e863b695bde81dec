"""A copy of a function that was restored from a snapshot asks for the credentials of its role, over a real socket."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import boto3
import pytest

from core.aws import container
from core.aws.container import RENEWED_BEFORE, TRIES, Container, container_at
from core.aws.credentials import ADDRESS, KEY, KEY_ID, PASS, TOKEN, Credentials, credentials
from core.aws.errors import CredentialsError
from core.observability import logger
from tests.support.clock import FixedClock
from tests.support.runs.table import each
from tests.support.scripted_server import Script, scripted_server

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
PATH = "/2021-04-23/credentials"


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """Where a restored copy asks."""
    for name in (KEY_ID, KEY, TOKEN):
        monkeypatch.delenv(name, raising=False)
    # Whoever runs this may have files of credentials, which boto3 reads first.
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv(PASS, "pass of this copy")
    monkeypatch.setattr(container, "PAUSE_SECONDS", 0)
    # Another test's server may have had the same port.
    container_at.cache_clear()
    with scripted_server() as script:
        monkeypatch.setenv(ADDRESS, f"{script.url}{PATH}")
        yield script


def told(name: str, ends_at: datetime = NOW + timedelta(hours=1)) -> tuple[int, dict[str, str]]:
    ends = ends_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return 200, {"AccessKeyId": name, "SecretAccessKey": f"{name}/key", "Token": f"{name}/token", "Expiration": ends}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


def asking(role: Script, clock: FixedClock) -> Container:
    return Container(f"{role.url}{PATH}", clock)


def test_they_are_those_that_boto3_finds_and_are_asked_for_by_the_pass(role: Script) -> None:
    role.answers = [told("one", datetime(2099, 1, 1, tzinfo=UTC))] * 2

    ours, theirs = credentials(), boto3.Session().get_credentials()

    assert theirs
    assert (ours.key_id, ours.key, ours.token) == tuple(theirs.get_frozen_credentials())[:3]
    assert ours.ends_at == datetime(2099, 1, 1, tzinfo=UTC)
    assert {(asked.method, asked.path, asked.headers["authorization"]) for asked in role.asked} == {
        ("GET", PATH, "pass of this copy")
    }


def test_those_of_the_environment_cannot_be_newer_than_the_snapshot(
    role: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    role.answers = [told("one")]
    monkeypatch.setenv(KEY_ID, "of the snapshot")
    monkeypatch.setenv(KEY, "of the snapshot")

    assert credentials().key_id == "one"


def test_elsewhere_they_are_those_of_the_environment_and_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(ADDRESS, raising=False)
    for name, value in {KEY_ID: "id", KEY: "key", TOKEN: ""}.items():
        monkeypatch.setenv(name, value)
    assert credentials() == Credentials("id", "key")

    monkeypatch.setenv(KEY, "")
    with pytest.raises(CredentialsError, match="AWS_SECRET_ACCESS_KEY is not set"):
        credentials()


def test_they_are_kept_and_renewed_before_they_end(role: Script, clock: FixedClock) -> None:
    asked, end = asking(role, clock), NOW + timedelta(hours=1)
    role.answers = [told("one", end), told("two", end + timedelta(hours=1))]

    assert [asked.credentials().key_id for _ in range(3)] == ["one"] * 3
    clock.go_to(end - RENEWED_BEFORE - timedelta(seconds=1))
    assert asked.credentials().key_id == "one"
    clock.go_to(end - RENEWED_BEFORE)
    assert asked.credentials().key_id == "two"
    assert len(role.asked) == 2


def test_another_pass_of_a_restored_copy_is_the_one_that_is_shown(
    role: Script, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asking(role, clock)
    role.answers = [told("one", NOW), told("two")]
    asked.credentials()
    monkeypatch.setenv(PASS, "another")
    asked.credentials()

    assert [each.headers["authorization"] for each in role.asked] == ["pass of this copy", "another"]


@each("stumble", [None, (500, {}), (503, b"")], ids=str)
def test_an_address_that_stumbles_is_asked_again(
    role: Script, clock: FixedClock, stumble: tuple[int, Any] | None
) -> None:
    role.answers = [stumble] * (TRIES - 1) + [told("one")]
    assert asking(role, clock).credentials().key_id == "one"

    role.answers = [stumble] * TRIES
    with pytest.raises(CredentialsError):
        asking(role, clock).credentials()
    assert role.answers == []


@each(
    ("answer", "code"),
    [
        ((403, {"message": "secret"}), "http_403"),
        ((200, b"<secret>"), "unreadable"),
        ((200, {"AccessKeyId": "secret"}), "unreadable"),
        ((200, ["secret"]), "unreadable"),
        ((200, told("secret")[1] | {"Expiration": "soon"}), "unreadable"),
    ],
    ids=str,
)
def test_what_is_refused_or_unreadable_is_said_at_once_and_tells_no_secret(
    role: Script, clock: FixedClock, answer: tuple[int, Any], code: str
) -> None:
    role.answers = [answer]
    with pytest.raises(CredentialsError) as error:
        asking(role, clock).credentials()
    assert error.value.code == code
    assert "secret" not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None


def test_what_cannot_be_renewed_is_used_while_it_lasts(
    role: Script, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", lines)
    asked, end = asking(role, clock), NOW + timedelta(hours=1)
    role.answers = [told("one", end), (403, {}), (403, {})]
    asked.credentials()

    clock.go_to(end - timedelta(seconds=1))
    assert asked.credentials().key_id == "one"
    assert "http_403" in lines.getvalue()
    clock.go_to(end)
    with pytest.raises(CredentialsError, match="http_403"):
        asked.credentials()


def test_credentials_are_shown_to_nobody_who_prints_them(role: Script, clock: FixedClock) -> None:
    role.answers = [told("one")]
    shown = repr(asking(role, clock).credentials())
    assert "one" in shown
    assert "/key" not in shown
    assert "/token" not in shown


def test_one_connection_is_kept_for_an_address() -> None:
    assert container_at("http://127.0.0.1:1") is container_at("http://127.0.0.1:1")
