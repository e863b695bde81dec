"""What webhook subscriptions need to know of addresses."""

from typing import Protocol

from shared_schemas.errors import Violation


class AddressBook(Protocol):
    @property
    def private_addresses(self) -> bool:
        """Whether calls may go to private networks and to this machine."""

    def check(self, url: str) -> list[Violation]:
        """What speaks against calling an address, by what its name leads to now."""
