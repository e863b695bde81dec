"""The transport to gateways over real sockets: bounded in time, size and tries, and silent."""

import base64
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.settings import SettingsError
from payment.gateways import transport as http
from payment.gateways.configuration import Route
from payment.gateways.port import GatewayFaultError, GatewayUnreachableError
from payment.gateways.transport import RetryableError, Transport
from tests.support.database import free_port
from tests.support.payment.gateways import transport, yookassa
from tests.support.scripted_server import Script, scripted_server
from tests.support.waiting import PATIENCE_SECONDS


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@contextmanager
def raw_server(*pieces: bytes, pause: float = 0.0) -> Iterator[str]:
    """Answers the first connection with these bytes, a pause between them, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            for piece in pieces:
                if stop.wait(pause) or _is_refused(connection, piece):
                    return

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        thread.join()
        listener.close()


def _is_refused(connection: socket.socket, piece: bytes) -> bool:
    try:
        connection.sendall(piece)
    except OSError:
        return True
    return False


def test_an_answer_comes_whole_whatever_its_status(server: Script) -> None:
    server.answers = [(418, b"tea")]
    answer = transport(server.url + "/").send("POST", "/x", json={"a": 1}, headers={"X-A": "b"})
    assert (answer.status, answer.body) == (418, b"tea")
    (asked,) = server.asked
    assert (asked.path, asked.body, asked.headers["x-a"]) == ("/x", {"a": 1}, "b")


def test_forms_are_encoded_in_utf_8(server: Script) -> None:
    server.answers = [(200, b"")]
    transport(server.url).send("POST", "/x", form={"имя": "Анна & Ко", "n": "1"})
    assert server.asked[0].body == {"имя": "Анна & Ко", "n": "1"}


def test_redirects_are_not_followed() -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with raw_server(head) as url:
        assert transport(url).send("GET", "/x").status == 302


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    endless = [b"x" * 1_000_000] * 50
    with (
        raw_server(b"HTTP/1.1 200 OK\r\n\r\n", *endless) as url,
        pytest.raises(GatewayUnreachableError, match="more than") as caught,
    ):
        transport(url).send("GET", "/x")
    assert not isinstance(caught.value, RetryableError)


def test_a_silent_server_is_left() -> None:
    with raw_server(b"never", pause=30) as url, pytest.raises(RetryableError, match="ReadTimeoutError"):
        transport(url, read_seconds=0.05).send("GET", "/x")


def test_an_answer_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """With each drop a second goes by: no real one, in which a busy server might not get to write."""
    seconds = count()
    monkeypatch.setattr(http, "time", SimpleNamespace(monotonic=lambda: float(next(seconds))))
    drops = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 1000]
    with raw_server(*drops, pause=0.01) as url, pytest.raises(RetryableError, match="without end"):
        transport(url, read_seconds=PATIENCE_SECONDS).send("GET", "/x")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    ],
)
def test_half_an_answer_is_none(answer: bytes) -> None:
    with raw_server(answer) as url, pytest.raises(RetryableError):
        transport(url).send("GET", "/x")


def test_a_server_that_is_not_there_is_asked_again_and_then_given_up() -> None:
    waits: list[float] = []
    line = transport(f"http://127.0.0.1:{free_port()}", waits)
    with pytest.raises(RetryableError):
        line.repeated("ask", lambda: line.send("GET", "/x"))
    assert waits == [0.5, 1.0]


def test_a_proxy_is_asked_by_whoever_has_one(server: Script) -> None:
    server.answers = [(200, b"through")]
    proxy = server.url.replace("http://", "http://name:p%40ss@")
    line = Transport("test", Route("http://gateway.example/api", proxy=proxy))

    assert line.send("GET", "/x").body == b"through"

    (asked,) = server.asked
    assert asked.path == "http://gateway.example/api/x"
    assert base64.b64decode(asked.headers["proxy-authorization"].removeprefix("Basic ")) == b"name:p@ss"


def test_only_the_named_authorities_are_trusted(tmp_path: Path) -> None:
    empty = tmp_path / "bundle.pem"
    empty.write_text("")
    with pytest.raises(SettingsError):
        Transport("test", Route("https://gateway.example", str(empty)))


def test_a_certificate_of_nobodys_authority_is_refused(tmp_path: Path) -> None:
    """Nothing is told to a server that cannot prove who it is, with the system's authorities or with a bundle."""
    certificate, key = self_signed(tmp_path)
    other, _ = self_signed(tmp_path / "other")
    for bundle in ("", str(other)):
        with tls_server(certificate, key) as (url, heard), pytest.raises(GatewayFaultError, match="CA_BUNDLE"):
            Transport("test", Route(url, bundle)).send("POST", "/x", json={"password": "secret"})
        assert heard == []


def test_the_authorities_of_the_bundle_are_trusted(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with tls_server(certificate, key) as (url, heard):
        assert Transport("test", Route(url, str(certificate))).send("POST", "/x").status == 204
    assert len(heard) == 1


@pytest.mark.parametrize("form", ["text", "one line", "reference"])
def test_authorities_may_be_a_text_or_live_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    certificate, key = self_signed(tmp_path)
    pem = certificate.read_text()
    monkeypatch.setattr(http, "resolve", {"ssm:/cyclorama/ca-pem": pem, "": ""}.get)
    if form != "reference":
        monkeypatch.setattr(http, "resolve", lambda value: value)
    given = {"text": pem, "one line": pem.replace("\n", "\\n"), "reference": "ssm:/cyclorama/ca-pem"}[form]
    with tls_server(certificate, key) as (url, _):
        assert Transport("test", Route(url, given)).send("POST", "/x").status == 204


@pytest.mark.parametrize("given", ["-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----", "/nowhere.pem"])
def test_what_is_no_certificate_is_told_at_the_start(given: str) -> None:
    with pytest.raises(SettingsError, match="authorities to trust for test"):
        Transport("test", Route("https://127.0.0.1:1", given))


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    folder.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(certificate.public_bytes(encoding))
    (folder / "key.pem").write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    return folder / "cert.pem", folder / "key.pem"


@contextmanager
def tls_server(certificate: Path, key: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Takes one connection over TLS; what it heard there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with suppress(OSError), connection, context.wrap_socket(connection, server_side=True) as secure:
            if request := secure.recv(65536):
                heard.append(request)
                secure.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", heard
        thread.join()
    finally:
        listener.close()


def test_an_unencrypted_server_is_no_https_server(server: Script) -> None:
    with pytest.raises(RetryableError):
        transport(server.url.replace("http://", "https://")).send("GET", "/x")


def test_secrets_and_people_stay_out_of_logs_and_errors(server: Script, caplog: pytest.LogCaptureFixture) -> None:
    server.answers = [(500, {"email": "anna@example.com"}), (500, {"code": "x", "phone": "+79161234567"}), (500, {})]
    with pytest.raises(GatewayUnreachableError) as caught:
        yookassa(server.url).fetch("p1")
    told = str(caught.value) + "".join(str(vars(record)) for record in caplog.records)
    assert "asked again" in told
    assert not [secret for secret in ("test_cyclorama", "anna@example.com", "+7916") if secret in told]
