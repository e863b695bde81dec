"""Reads a calendar from an address that a user gave."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from booking.closures.errors import AddressRefusedError, CalendarTooLargeError, CalendarUnreachableError
from core.safe_http import AnswerTooLargeError, ForbiddenAddressError, NoAnswerError, OutsideClient
from shared_schemas.booking.calendar_address import fetched_address

MAX_REDIRECTS = 3
# No compression: it could unpack to gigabytes.
HEADERS = {"User-Agent": "cyclorama", "Accept": "text/calendar, */*;q=0.5", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class CalendarFetcher:
    """GET of public http, https and webcal addresses, each of which `client` checks."""

    client: OutsideClient
    max_bytes: int

    def check(self, url: str) -> None:
        """`AddressRefusedError` for a number of a network that is not public: a name is asked when it is fetched."""
        host = urlsplit(_ascii(url)).hostname or ""
        try:
            self.client.check_number(host)
        except ForbiddenAddressError as error:
            raise AddressRefusedError(host=error.host) from error

    def fetch(self, url: str) -> bytes:
        """What is at `url` after at most three redirects, each checked like the first address."""
        try:
            return self._follow(url)
        except CalendarUnreachableError:
            # It may mean either, and some servers speak plain http alone.
            if not url.lower().startswith("webcal://"):
                raise
            return self._follow("http" + url[len("webcal") :])

    def _follow(self, url: str) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            status, location, body = self._get(_ascii(url))
            if not location:
                if status != 200:
                    raise CalendarUnreachableError(reason=f"status {status}")
                return body
            url = urljoin(_ascii(url), location)
        raise CalendarUnreachableError(reason=f"more than {MAX_REDIRECTS} redirects")

    def _get(self, url: str) -> tuple[int, str | None, bytes]:
        try:
            answer = self.client.exchange("GET", url, HEADERS, max_bytes=self.max_bytes)
        except ForbiddenAddressError as error:
            raise AddressRefusedError(host=error.host) from error
        except AnswerTooLargeError as error:
            raise CalendarTooLargeError(max_bytes=self.max_bytes, found=self.max_bytes + 1) from error
        except NoAnswerError as error:
            raise CalendarUnreachableError(reason=error.reason) from error
        return answer.status, answer.location, answer.body


def _ascii(url: str) -> str:
    found = fetched_address(url)
    if found is None:
        # All but what may hold a secret.
        raise AddressRefusedError(host=url.partition("?")[0].rpartition("@")[2][:200])
    return found
