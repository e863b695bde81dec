"""Reads a calendar from an address that a user gave, without being led into the network that we run in."""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from booking.errors_calendar import (
    AddressRefusedError,
    CalendarTooLargeError,
    CalendarUnreachableError,
    MalformedCalendarError,
)

MAX_BYTES = 1_000_000
MAX_REDIRECTS = 3
CHUNK = 65_536
NAT64 = IPv6Network("64:ff9b::/96")
PORTS = {"http": 80, "https": 443}
# Without compression nobody can pack a gigabyte into our megabyte.
HEADERS = {"User-Agent": "cyclorama", "Accept": "text/calendar, */*;q=0.5", "Accept-Encoding": "identity"}
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class TimeOuts:
    """In seconds; `total` is for the whole of one answer, however slowly it drips."""

    connect: float = 3
    read: float = 5
    total: float = 10


def system_resolve(host: str, port: int) -> list[str]:
    """Every address of a host, by the system's resolver, whose time-out is its own."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class CalendarFetcher:
    """GET of http and https addresses. A host is resolved once and connected to at the very address that was checked,
    so that a name which answers differently the second time (DNS rebinding) gains nothing."""

    def __init__(
        self, private_addresses: bool, resolve: Resolve = system_resolve, time_outs: TimeOuts | None = None
    ) -> None:
        self._private_addresses = private_addresses
        self._resolve = resolve
        self._time_outs = time_outs or TimeOuts()

    def fetch(self, url: str) -> str:
        """The text at `url`, at most 1 MB and after at most three redirects, each checked like the first address."""
        for _ in range(MAX_REDIRECTS + 1):
            status, location, body = self._get(url)
            if not location:
                return _text(status, body)
            url = urljoin(url, location)
        raise CalendarUnreachableError(reason=f"more than {MAX_REDIRECTS} redirects")

    def _get(self, url: str) -> tuple[int, str | None, bytes]:
        parts = _split(url)
        connection = self._connection(parts)
        try:
            connection.connect()
            # Reading has time-outs of its own, but a byte every few seconds would satisfy them for ever.
            deadline = Timer(self._time_outs.total, _hang_up, [connection.sock])
            deadline.start()
            try:
                return self._exchange(connection, parts)
            finally:
                deadline.cancel()
        except (HTTPError, HTTPException, OSError) as error:
            raise CalendarUnreachableError(reason=type(error).__name__) from error
        finally:
            connection.close()

    def _exchange(self, connection: HTTPConnection, parts: SplitResult) -> tuple[int, str | None, bytes]:
        began = monotonic()
        connection.timeout = self._time_outs.read
        target = parts._replace(scheme="", netloc="", fragment="", path=parts.path or "/").geturl()
        connection.request("GET", target, headers={**HEADERS, "Host": parts.netloc}, preload_content=False)
        response = connection.getresponse()
        location = response.get_redirect_location()
        body = b"" if location else _limited(response)
        if monotonic() - began >= self._time_outs.total:
            raise CalendarUnreachableError(reason="TimeoutError")
        return response.status, location or None, body

    def _connection(self, parts: SplitResult) -> HTTPConnection:
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        address, seconds = self._checked(host, port), self._time_outs.connect
        if parts.scheme == "http":
            return HTTPConnection(address, port, timeout=seconds)
        # The certificate must be the host's, whatever address it has.
        return HTTPSConnection(address, port, timeout=seconds, server_hostname=host, cert_reqs="CERT_REQUIRED")

    def _checked(self, host: str, port: int) -> str:
        """The address to connect to; one forbidden address among several is enough to refuse them all."""
        try:
            found = self._resolve(host, port)
        except OSError as error:
            raise CalendarUnreachableError(reason=f"{host} is not known") from error
        if not self._private_addresses and not all(is_public(ip_address(address)) for address in found):
            raise AddressRefusedError(host=host)
        return found[0]


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could have meant it: not ours, not this machine, not the cloud's metadata."""
    if isinstance(address, IPv6Address):
        # Addresses that carry another one inside lead to that one.
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or [None, None])[1]
        if inner is not None or address in NAT64:
            return is_public(inner or IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        allowed = (
            url.isascii() and parts.scheme in PORTS and parts.hostname and parts.port != 0 and "@" not in parts.netloc
        )
    except ValueError:  # A port that is no number.
        allowed = None
    if not allowed:
        raise AddressRefusedError(host=url)
    return parts


def _hang_up(sock: socket.socket) -> None:
    # The other thread may have closed it at this very moment, which is as good.
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _limited(response: BaseHTTPResponse) -> bytes:
    body = b""
    while chunk := response.read1(CHUNK, decode_content=False):
        body += chunk
        if len(body) > MAX_BYTES:
            raise CalendarTooLargeError(max_bytes=MAX_BYTES)
    return body


def _text(status: int, body: bytes) -> str:
    if status != 200:
        raise CalendarUnreachableError(reason=f"status {status}")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedCalendarError(reason="not UTF-8") from error
