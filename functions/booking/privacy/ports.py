"""What an export needs of the other services."""

from typing import Protocol
from uuid import UUID

from shared_schemas.privacy.export import Disclosure


class Others(Protocol):
    """The services that keep something of people, this one left out."""

    def account(self, person: UUID, page: int) -> Disclosure:
        """Of the gateway, with the person's other ids; `ExportUnavailableError` if it does not answer."""

    def others(self, person: UUID, page: int) -> list[Disclosure]:
        """One of each other service; `ExportUnavailableError` if one does not answer: half an export is none."""
