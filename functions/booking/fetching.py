"""Reads a calendar from an address that a user gave."""

from urllib.parse import urljoin

from booking.errors_calendar import (
    AddressRefusedError,
    CalendarTooLargeError,
    CalendarUnreachableError,
    MalformedCalendarError,
)
from core.outside import AnswerTooLargeError, ForbiddenAddressError, NoAnswerError, OutsideClient

MAX_BYTES = 1_000_000
MAX_REDIRECTS = 3
# Without compression nobody can pack a gigabyte into our megabyte.
HEADERS = {"User-Agent": "cyclorama", "Accept": "text/calendar, */*;q=0.5", "Accept-Encoding": "identity"}


class CalendarFetcher:
    """GET of public http and https addresses, each of which `client` checks."""

    def __init__(self, client: OutsideClient) -> None:
        self._client = client

    def fetch(self, url: str) -> str:
        """The text at `url`, at most 1 MB and after at most three redirects, each checked like the first address."""
        for _ in range(MAX_REDIRECTS + 1):
            status, location, body = self._get(url)
            if not location:
                return _text(status, body)
            url = urljoin(url, location)
        raise CalendarUnreachableError(reason=f"more than {MAX_REDIRECTS} redirects")

    def _get(self, url: str) -> tuple[int, str | None, bytes]:
        try:
            answer = self._client.exchange("GET", url, HEADERS, max_bytes=MAX_BYTES)
        except ForbiddenAddressError as error:
            raise AddressRefusedError(host=error.host) from error
        except AnswerTooLargeError as error:
            raise CalendarTooLargeError(max_bytes=MAX_BYTES) from error
        except NoAnswerError as error:
            raise CalendarUnreachableError(reason=error.reason) from error
        return answer.status, answer.location, answer.body


def _text(status: int, body: bytes) -> str:
    if status != 200:
        raise CalendarUnreachableError(reason=f"status {status}")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedCalendarError(reason="not UTF-8") from error
