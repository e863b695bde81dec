"""HTTP to gateways: bounded in time, size and number of tries. Only the path of a request is ever logged."""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode, urlsplit

import urllib3

from core.observability import logger
from core.secrets import is_reference, resolve
from core.settings import SettingsError
from payment.gateways.configuration import Route
from payment.gateways.port import GatewayFaultError, GatewayUnreachableError, RequestNeverSentError

T = TypeVar("T")
CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
MAX_TRIES = 3
RETRY_SECONDS = 0.5
# A caller waits at API Gateway, which times out after 29 s: no new try begins later than this.
RETRY_BUDGET_SECONDS = 4.0
MAX_ANSWER_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
PEM = "-----BEGIN"
UNTRUSTED = "its certificate is of no authority that is trusted: name the right one in the gateway's CA_BUNDLE setting"
NOT_CONNECTED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)


class RetryableError(GatewayUnreachableError):
    """Worth another try at once; `retry_after` is in seconds."""

    def __init__(self, what: str, retry_after: float = 0) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class NotConnectedError(RetryableError, RequestNeverSentError):
    """The connection was not accepted."""


@dataclass(frozen=True)
class Answer:
    """A whole answer, whatever its status."""

    status: int
    body: bytes


class Transport:
    """Requests to one gateway. `read_seconds` bounds each wait for the socket, and the whole answer as well."""

    def __init__(
        self,
        name: str,
        route: Route,
        sleep: Callable[[float], None] = time.sleep,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._name = name
        self.base_url = route.base_url.rstrip("/")
        self._proxy = route.proxy
        self._sleep = sleep
        self._read_seconds = read_seconds
        self._ca_bundle = route.ca_bundle
        if not is_reference(route.ca_bundle):
            # Read now, so that a missing file stops the start rather than the first payment. The system's
            # authorities take
            # 80 ms to read, which urllib3 does at the first connection.
            _ = self._tls

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        base: str = "",
    ) -> Answer:
        """One request below the base URL, or another `base` of the same gateway; `RetryableError` if no whole
        answer came. Redirects are answers too."""
        body: dict[str, Any] = {} if json is None else {"json": json}
        sent = dict(headers or {})
        if form is not None:
            body = {"body": urlencode(form)}
            sent["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        deadline = time.monotonic() + CONNECT_SECONDS + self._read_seconds
        try:
            answer = self._pool.request(
                method, (base or self.base_url) + path, headers=sent, redirect=False, preload_content=False, **body
            )
            return Answer(answer.status, self._read(answer, deadline))
        except NOT_CONNECTED as error:
            raise NotConnectedError(type(error).__name__) from error
        except urllib3.exceptions.SSLError as error:
            if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args):
                raise GatewayFaultError("certificate", UNTRUSTED, general=True) from error
            raise RetryableError(type(error).__name__) from error
        except urllib3.exceptions.HTTPError as error:
            raise RetryableError(type(error).__name__) from error

    def repeated(self, what: str, ask: Callable[[], T]) -> T:
        """`ask` again while that may help and time allows; it must be safe to repeat."""
        last_start = time.monotonic() + RETRY_BUDGET_SECONDS
        tries = 0
        while True:
            tries += 1
            try:
                return ask()
            except RetryableError as error:
                wait = error.retry_after or RETRY_SECONDS * tries
                if tries == MAX_TRIES or time.monotonic() + wait > last_start:
                    raise
                logger.warning("A gateway is asked again", gateway=self._name, what=what, tries=tries, why=str(error))
                self._sleep(wait)

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        bundle = resolve(self._ca_bundle).replace("\\n", "\n").strip()
        if not bundle:
            return None
        try:
            if bundle.startswith(PEM):
                return ssl.create_default_context(cadata=bundle)
            return ssl.create_default_context(cafile=bundle)
        except (OSError, ValueError) as error:
            raise SettingsError(f"the authorities to trust for {self._name} are no certificates in PEM") from error

    @cached_property
    def _pool(self) -> urllib3.PoolManager:
        """Made on first use, for the proxy's address may be a secret."""
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=self._read_seconds)
        options: dict[str, Any] = {"timeout": timeout, "retries": False, "maxsize": 2, "ssl_context": self._tls}
        proxy = resolve(self._proxy)
        if not proxy:
            return urllib3.PoolManager(**options)
        parts = urlsplit(proxy)
        if parts.username:
            credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            options["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=credentials)
        return urllib3.ProxyManager(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), **options)

    def _read(self, answer: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
        """Neither an endless nor a very slow answer may hold up the caller."""
        body = bytearray()
        try:
            while chunk := answer.read1(CHUNK_BYTES):
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise GatewayUnreachableError(f"an answer of more than {MAX_ANSWER_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise RetryableError("an answer without end")
        except BaseException:
            answer.close()
            raise
        answer.release_conn()
        return bytes(body)
