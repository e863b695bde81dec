"""The whole ledger beside payments and refunds."""

from uuid import UUID

from payment.books.ports import LedgerEntryStore


def all_differences(ledger: LedgerEntryStore) -> list[tuple[UUID, UUID | None, int, int]]:
    """Where they are not the same."""
    return ledger.differences(ledger.page(UUID(int=0), 1_000_000))
