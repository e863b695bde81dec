"""HTTP client for addresses given by others; refuses private addresses (SSRF)."""

import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

CHUNK = 65_536
NAT64 = IPv6Network("64:ff9b::/96")
# The allocated global IPv6 range. Outside it are addresses that embed IPv4 ones (RFC 4291, 2765, 8215) and site-local
# networks; the standard library calls some of them global.
GIVEN_OUT = IPv6Network("2000::/3")
NOBODYS = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv6Network("3fff::/20"))
PORTS = {"http": 80, "https": 443}
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]


class OutsideError(Exception):
    """Why a request failed."""


class ForbiddenAddressError(OutsideError):
    """`host` is at a private address, or the URL is not one that we read."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class NoAnswerError(OutsideError):
    """No usable answer; a later retry may help. `reason` contains only the host of the address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AnswerTooLargeError(OutsideError):
    """More bytes than the caller allows."""


@dataclass(frozen=True)
class TimeOuts:
    """In seconds; `total` is for one whole answer, however slowly it comes."""

    connect: float = 3
    read: float = 5
    total: float = 10


@dataclass(frozen=True)
class OutsideAnswer:
    """`location` is set if the answer is a redirect; redirects are not followed here."""

    status: int
    location: str | None
    body: bytes
    retry_after: str | None = None


def system_resolve(host: str, port: int) -> list[str]:
    """Every address of a host, by the system's resolver, which has its own time-out."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class OutsideClient:
    """Requests http and https URLs. A host is resolved once, and the connection goes to the address that was
    checked, so
    DNS rebinding (a different answer the second time) gains nothing."""

    def __init__(
        self,
        private_addresses: bool,
        resolve: Resolve = system_resolve,
        time_outs: TimeOuts | None = None,
        trusted: Callable[[], ssl.SSLContext | None] = lambda: None,
    ) -> None:
        """`trusted` says whose certificates, where those of the system are not enough."""
        self._trusted = trusted
        self._private_addresses = private_addresses
        self._resolve = resolve
        self._time_outs = time_outs or TimeOuts()

    def check(self, url: str) -> None:
        """`ForbiddenAddressError` if `url` leads to a forbidden address, `NoAnswerError` if it cannot be resolved."""
        parts = _split(url)
        self._checked(parts.hostname or "", parts.port or PORTS[parts.scheme])

    def check_number(self, host: str) -> None:
        """`ForbiddenAddressError` for a forbidden IP address; names are checked later."""
        try:
            address = ip_address(host)
        except ValueError:
            return
        if not self._private_addresses and not is_public(address):
            raise ForbiddenAddressError(host)

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None, max_bytes: int | None = None
    ) -> OutsideAnswer:
        """One request and its answer; without `max_bytes` the body of the answer is not read."""
        parts = _split(url)
        connection = self._connection(parts)
        try:
            # The time-out includes the whole TLS handshake.
            connection.connect()
            # Each read has a time-out, but a byte every few seconds would satisfy it for ever.
            late = Event()
            deadline = Timer(self._time_outs.total, _hang_up, [connection.sock, late])
            deadline.start()
            try:
                answer = self._talk(connection, method, parts, {**headers, "Host": parts.netloc}, body, max_bytes)
            finally:
                deadline.cancel()
            if late.is_set():
                # If the body ends with the connection, a truncated one looks complete.
                raise NoAnswerError("TimeoutError")
            return answer
        except (HTTPError, HTTPException, OSError) as error:
            raise NoAnswerError(type(error).__name__) from error
        finally:
            connection.close()

    def _talk(
        self,
        connection: HTTPConnection,
        method: str,
        parts: SplitResult,
        headers: Mapping[str, str],
        body: bytes | None,
        max_bytes: int | None,
    ) -> OutsideAnswer:
        connection.timeout = self._time_outs.read
        target = parts._replace(scheme="", netloc="", fragment="", path=parts.path or "/").geturl()
        connection.request(method, target, body=body, headers=headers, preload_content=False)
        response = connection.getresponse()
        location = response.get_redirect_location() or None
        text = b"" if location or max_bytes is None else _limited(response, max_bytes)
        return OutsideAnswer(response.status, location, text, response.headers.get("Retry-After"))

    def _connection(self, parts: SplitResult) -> HTTPConnection:
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        address, seconds = self._checked(host, port), self._time_outs.connect
        if parts.scheme == "http":
            return HTTPConnection(address, port, timeout=seconds)
        # The certificate must be the host's, whatever address it has.
        return HTTPSConnection(
            address,
            port,
            timeout=seconds,
            server_hostname=host,
            cert_reqs="CERT_REQUIRED",
            ssl_context=self._trusted(),
        )

    def _checked(self, host: str, port: int) -> str:
        """The address to connect to; one forbidden address among several makes it refuse all."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NoAnswerError(f"{host} is not known") from error
        if not found:
            raise NoAnswerError(f"{host} has no address")
        if not self._private_addresses and not all(is_public(ip_address(address)) for address in found):
            raise ForbiddenAddressError(host)
        return found[0]


def is_public(address: Address) -> bool:
    """Whether the address is public: not in our network, not this machine, not the cloud's metadata service."""
    if isinstance(address, IPv6Address):
        # Addresses that embed another one lead to that one.
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or [None, None])[1]
        if inner is not None or address in NAT64:
            return is_public(inner or IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in GIVEN_OUT:
            return False
    return address.is_global and not address.is_multicast and not any(address in network for network in NOBODYS)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        allowed = (
            url.isascii() and parts.scheme in PORTS and parts.hostname and parts.port != 0 and "@" not in parts.netloc
        )
    except ValueError:  # The port is not a number.
        allowed = None
    if not allowed:
        raise ForbiddenAddressError(url)
    return parts


def _hang_up(sock: socket.socket, late: Event) -> None:
    late.set()
    # The other thread may have closed it at the same moment.
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _limited(response: BaseHTTPResponse, max_bytes: int) -> bytes:
    body = b""
    while chunk := response.read1(CHUNK, decode_content=False):
        body += chunk
        if len(body) > max_bytes:
            raise AnswerTooLargeError
    return body
