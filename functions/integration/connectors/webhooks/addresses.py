"""Addresses of subscribers, looked up before a subscription is taken; each call looks them up again."""

from urllib.parse import urlsplit

from core.safe_http import ForbiddenAddressError, NoAnswerError, OutsideClient
from integration.connectors.webhooks.domain import forbidden_address, unknown_address
from shared_schemas.errors import Violation


class OutsideAddresses:
    """Where webhooks may go."""

    def __init__(self, client: OutsideClient, private_addresses: bool) -> None:
        self._client = client
        self.private_addresses = private_addresses

    def check(self, url: str) -> list[Violation]:
        try:
            self._client.check(url)
        except ForbiddenAddressError as error:
            return [forbidden_address(error.host)]
        except NoAnswerError:
            return [unknown_address(urlsplit(url).hostname or "")]
        return []
