"""Fetching a calendar from an address: real sockets, a server that answers as scripted, and one that misbehaves."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from booking.closures.errors import (
    AddressRefusedError,
    CalendarTooLargeError,
    CalendarUnreachableError,
)
from booking.closures.fetching import CalendarFetcher
from core.safe_http import OutsideClient, TimeOuts
from tests.support.scripted_server import Script, scripted_server
from tests.support.waiting import PATIENCE_SECONDS

QUICK = TimeOuts(connect=2, read=0.2, total=1)
HOST = "calendar.test"
MAX_BYTES = 100_000


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


def local(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def fetcher(time_outs: TimeOuts | None = None) -> CalendarFetcher:
    """One that is allowed to go to this machine, which here is everywhere."""
    return CalendarFetcher(OutsideClient(private_addresses=True, resolve=local, time_outs=time_outs), MAX_BYTES)


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a listener that `serve` answers on a thread, which has ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join()


@contextmanager
def raw_server(talk: Callable[[socket.socket, Event], None]) -> Iterator[int]:
    """Talks to one caller as `talk` says, until the test is over."""
    over = Event()

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                talk(connection, over)

    with listening(serve) as port:
        try:
            yield port
        finally:
            over.set()


def redirect(connection: socket.socket, location: str) -> None:
    connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())


def test_the_text_is_fetched_by_the_hosts_name(server: Script) -> None:
    server.answers = [(200, "\ufeffBEGIN:VCALENDAR Зал".encode())]
    port = server.url.rpartition(":")[2]
    assert fetcher().fetch(f"http://{HOST}:{port}/a/b.ics?key=1#part") == "\ufeffBEGIN:VCALENDAR Зал".encode()
    assert server.asked[0].path == "/a/b.ics?key=1"
    assert server.asked[0].headers["host"] == f"{HOST}:{port}"
    assert server.asked[0].headers["accept-encoding"] == "identity"


def test_this_machine_is_refused_unless_allowed(server: Script) -> None:
    for url in (
        server.url,
        server.url.replace("127.0.0.1", "localhost"),
        server.url.replace("127.0.0.1", "2130706433"),
    ):
        with pytest.raises(AddressRefusedError):
            CalendarFetcher(OutsideClient(private_addresses=False), MAX_BYTES).fetch(url)
    assert server.asked == []


def test_a_host_is_resolved_once_and_connected_to_where_it_was_checked(server: Script) -> None:
    """A second answer of the resolver, by which a name could lead elsewhere, is never asked for."""
    answers = [["127.0.0.1"]]
    server.answers = [(200, b"calendar")]
    once = CalendarFetcher(OutsideClient(private_addresses=True, resolve=lambda _host, _port: answers.pop()), MAX_BYTES)
    assert once.fetch(server.url.replace("127.0.0.1", HOST)) == b"calendar"


@pytest.mark.parametrize("status", [204, 401, 404, 500])
def test_any_other_status_is_no_calendar(server: Script, status: int) -> None:
    server.answers = [(status, b"")]
    with pytest.raises(CalendarUnreachableError) as failed:
        fetcher().fetch(server.url)
    assert failed.value.params == {"reason": f"status {status}"}


def test_a_redirect_is_followed_from_where_it_stands(server: Script) -> None:
    server.answers = [(200, b"calendar")]
    with raw_server(lambda connection, _: redirect(connection, f"{server.url}/moved.ics")) as port:
        assert fetcher().fetch(f"http://{HOST}:{port}/x.ics") == b"calendar"
    assert server.asked[0].path == "/moved.ics"


def test_a_redirect_is_checked_like_the_first_address() -> None:
    """The name of the first host leads where we may go; the second would be the cloud's metadata."""
    public = {HOST: "127.0.0.1"}

    class Lenient(OutsideClient):
        def _checked(self, host: str, port: int) -> str:
            return public.get(host) or super()._checked(host, port)

    strict = CalendarFetcher(Lenient(private_addresses=False), MAX_BYTES)
    with (
        raw_server(lambda connection, _: redirect(connection, "http://169.254.169.254/latest/")) as port,
        pytest.raises(AddressRefusedError) as refused,
    ):
        strict.fetch(f"http://{HOST}:{port}/")
    assert refused.value.params == {"host": "169.254.169.254"}


def test_a_redirect_to_another_scheme_is_refused() -> None:
    with (
        raw_server(lambda connection, _: redirect(connection, "file:///etc/passwd")) as port,
        pytest.raises(AddressRefusedError),
    ):
        fetcher().fetch(f"http://{HOST}:{port}/")


@pytest.mark.parametrize(("hops", "arrives"), [(3, True), (4, False)])
def test_three_redirects_are_followed(server: Script, hops: int, arrives: bool) -> None:
    visited: list[str] = []

    class Counting(CalendarFetcher):
        def _get(self, url: str) -> tuple[int, str | None, bytes]:
            visited.append(url)
            return (302, f"/{len(visited)}", b"") if len(visited) <= hops else (200, None, b"calendar")

    counting = Counting(OutsideClient(private_addresses=True), MAX_BYTES)
    if arrives:
        assert counting.fetch(f"http://{HOST}/") == b"calendar"
    else:
        with pytest.raises(CalendarUnreachableError):
            counting.fetch(f"http://{HOST}/")
    assert visited == [f"http://{HOST}/", *(f"http://{HOST}/{number}" for number in (1, 2, 3))]


@pytest.mark.parametrize(("size", "fits"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
def test_the_limit_is_the_most(server: Script, size: int, fits: bool) -> None:
    server.answers = [(200, b"x" * size)]
    if fits:
        assert len(fetcher().fetch(server.url)) == size
    else:
        with pytest.raises(CalendarTooLargeError):
            fetcher().fetch(server.url)


def test_an_endless_answer_is_cut_off() -> None:
    sent = 0

    def pour(connection: socket.socket, over: Event) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not over.is_set():
            sent += connection.send(b"x" * 65536)

    with raw_server(pour) as port, pytest.raises(CalendarTooLargeError):
        fetcher().fetch(f"http://{HOST}:{port}/")
    assert sent >= MAX_BYTES


def wait(_connection: socket.socket, over: Event) -> None:
    over.wait(PATIENCE_SECONDS)


def drip(start: bytes) -> Callable[[socket.socket, Event], None]:
    """A byte from time to time: often enough for a time-out of each read, and never an end."""

    def talk(connection: socket.socket, over: Event) -> None:
        connection.sendall(start)
        while not over.wait(0.05):
            connection.sendall(b"x")

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        wait,
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: "),
        drip(b"HTTP/1.1 200 OK\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
        lambda connection, _: connection.sendall(b"220 smtp.test ESMTP\r\n\r\n"),
        lambda connection, _: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nBEGIN"),
        lambda _connection, _: None,
    ],
    ids=["silent", "slow headers", "slow body", "slow sized body", "no http", "cut short", "hangs up"],
)
def test_who_does_not_answer_properly_is_given_up(talk: Callable[[socket.socket, Event], None]) -> None:
    with raw_server(talk) as port, pytest.raises(CalendarUnreachableError):
        fetcher(QUICK).fetch(f"http://{HOST}:{port}/")


def test_a_greeting_of_tls_that_never_ends_is_given_up() -> None:
    """Bytes of one record, each in time for a single read."""
    with raw_server(drip(b"\x16\x03\x03\x3f\x00")) as port, pytest.raises(CalendarUnreachableError):
        fetcher(QUICK).fetch(f"https://{HOST}:{port}/")


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(CalendarUnreachableError) as failed:
        fetcher().fetch(f"http://{HOST}:{port}/")
    assert failed.value.params == {"reason": "NewConnectionError"}


@pytest.mark.parametrize("scheme", ["webcal", "WebCal", "HTTP", "http"])
def test_any_way_of_writing_the_scheme_is_fetched(server: Script, scheme: str) -> None:
    """webcal is tried as https first, which this server does not speak."""
    server.answers = [(200, b"calendar")]
    port = server.url.rpartition(":")[2]
    assert fetcher(QUICK).fetch(f"{scheme}://{HOST}:{port}/Зал 1.ics?имя=1") == b"calendar"
    assert server.asked[0].path == "/%D0%97%D0%B0%D0%BB%201.ics?%D0%B8%D0%BC%D1%8F=1"


def test_a_cyrillic_host_is_asked_by_the_name_that_the_network_knows(server: Script) -> None:
    server.answers = [(200, b"calendar")]
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    port = server.url.rpartition(":")[2]
    idn = CalendarFetcher(OutsideClient(private_addresses=True, resolve=resolve), MAX_BYTES)
    assert idn.fetch(f"http://Календарь.РФ:{port}/a.ics") == b"calendar"
    assert asked == ["xn--80aaldxhp0a2i.xn--p1ai"]
    assert server.asked[0].headers["host"] == f"xn--80aaldxhp0a2i.xn--p1ai:{port}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of HOST that vouches for itself, and its key."""
    directory = tmp_path_factory.mktemp("tls")
    paths = directory / "cert.pem", directory / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-days", "2"]
    files = ["-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run([*command, *names, *files], check=True, capture_output=True, timeout=PATIENCE_SECONDS)
    return paths


@contextmanager
def tls_server(certificate: tuple[Path, Path]) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            plain, _ = listener.accept()
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\ncalendar")

    with listening(serve) as port:
        yield port


def test_a_certificate_must_be_trusted_and_be_the_hosts(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with tls_server(certificate) as port, pytest.raises(CalendarUnreachableError):
        fetcher().fetch(f"https://{HOST}:{port}/")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with tls_server(certificate) as port:
        assert fetcher().fetch(f"https://{HOST}:{port}/") == b"calendar"
    with tls_server(certificate) as port, pytest.raises(CalendarUnreachableError):
        fetcher().fetch(f"https://other.test:{port}/")
