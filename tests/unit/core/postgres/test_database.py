"""How a database URL becomes a connection: what it says of TLS, and who signs in."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from core.postgres import database, sign_in
from core.postgres.database import create_database
from core.postgres.retries import retried
from shared_schemas.errors import UnavailableError
from tests.support.database import ServiceSettings

URL = "postgresql://cyclorama_booking@db.example:5432/cyclorama"
TLS = f"{URL}?sslmode=verify-full"


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What each connection of a function on AWS would have been opened with."""
    for name in ("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "known")
    opened: list[dict[str, Any]] = []

    def refuse(**parameters: Any) -> None:
        opened.append(parameters)
        raise ConnectionError("no sockets here")

    monkeypatch.setattr(database, "PipeliningConnection", refuse)
    return opened


def connect(engine: Engine) -> None:
    with pytest.raises(ConnectionError, match="no sockets here"):
        engine.connect()


def test_without_a_word_on_tls_there_is_none(connections: list[dict[str, Any]]) -> None:
    connect(create_database(ServiceSettings("booking", URL)))
    assert connections[0]["ssl_context"] is False
    assert connections[0]["application_name"] == "cyclorama-booking"


def test_verify_full_checks_certificate_and_host(connections: list[dict[str, Any]]) -> None:
    connect(create_database(ServiceSettings("booking", TLS)))
    context = connections[0]["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    # What pg8000 does not know must not reach it.
    assert not {"sslmode", "sslrootcert"} & set(connections[0])


def test_the_authorities_are_those_of_the_url(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        create_database(ServiceSettings("booking", f"{TLS}&sslrootcert={tmp_path / 'missing.pem'}"))


@pytest.mark.parametrize("mode", ["prefer", "require", "verify-ca", "nonsense"])
def test_half_measures_are_refused(mode: str) -> None:
    with pytest.raises(ValueError, match=f"disable or verify-full, not {mode}"):
        create_database(ServiceSettings("booking", f"{URL}?sslmode={mode}"))


@pytest.mark.parametrize("url", [URL, TLS])
def test_a_token_never_travels_in_the_clear(
    connections: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(sign_in, "iam_token", lambda host, _port, user, *_now: f"token of {user} at {host}")
    connect(create_database(ServiceSettings("booking", url, database_iam_auth=True)))
    assert connections[0]["password"] == "token of cyclorama_booking at db.example"
    assert connections[0]["ssl_context"].verify_mode is ssl.CERT_REQUIRED


def test_every_connection_gets_a_token_of_its_own(
    connections: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = iter(["first", "second"])
    monkeypatch.setattr(sign_in, "iam_token", lambda *_role: next(tokens))
    engine = create_database(ServiceSettings("booking", TLS, database_iam_auth=True))
    connect(engine)
    connect(engine)
    assert [parameters["password"] for parameters in connections] == ["first", "second"]


def test_who_has_nothing_to_sign_with_finds_no_database(
    connections: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    engine = create_database(ServiceSettings("booking", TLS, database_iam_auth=True))
    with pytest.raises(UnavailableError):
        retried(engine.connect)
    assert connections == []
