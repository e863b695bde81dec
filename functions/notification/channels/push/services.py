"""Push services. A browser names its own, so the address is a stranger's: only services that are known are called, and
none that leads into our network."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from core.safe_http import (
    ForbiddenAddressError,
    NoAnswerError,
    OutsideAnswer,
    OutsideClient,
    OutsideError,
    TimeOuts,
)
from notification.channels.bots import was_not_reached
from notification.errors import PermanentDeliveryError, TransientDeliveryError, UnknownDeliveryError

TIME_OUTS = TimeOuts(connect=3, read=10, total=15)
HTTPS_PORT = 443


class PushServices:
    """`hosts` as `PUSH_HOSTS` has them, `sandbox` as `PUSH_SANDBOX`."""

    def __init__(self, hosts: str, sandbox: str = "") -> None:
        self._hosts = tuple(filter(None, (each.strip().lower() for each in hosts.split(","))))
        self._sandbox = sandbox.rstrip("/")
        self._outside = OutsideClient(private_addresses=False, time_outs=TIME_OUTS)
        self._here = OutsideClient(private_addresses=True, time_outs=TIME_OUTS)

    def knows(self, endpoint: str) -> bool:
        """Whether it is an address of a service that may be called."""
        return self._is_sandbox(endpoint) or self._is_service(endpoint)

    def post(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> OutsideAnswer:
        """The answer, whatever it is; a `DeliveryError` where there is none."""
        if not self.knows(endpoint):
            raise PermanentDeliveryError("push_service_unknown")
        client = self._here if self._is_sandbox(endpoint) else self._outside
        try:
            return client.exchange("POST", endpoint, headers, body)
        except ForbiddenAddressError:
            raise PermanentDeliveryError("push_address_forbidden") from None
        except NoAnswerError as error:
            kind = TransientDeliveryError if was_not_reached(error) else UnknownDeliveryError
            raise kind("push_no_answer") from None
        except OutsideError:
            raise UnknownDeliveryError("push_unreadable") from None

    def _is_sandbox(self, endpoint: str) -> bool:
        return bool(self._sandbox) and endpoint.startswith(f"{self._sandbox}/")

    def _is_service(self, endpoint: str) -> bool:
        try:
            parts = urlsplit(endpoint)
            port = parts.port or HTTPS_PORT
        except ValueError:
            return False
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" or port != HTTPS_PORT or "@" in parts.netloc:
            return False
        return any(host.endswith(each[1:]) if each.startswith("*.") else host == each for each in self._hosts)
