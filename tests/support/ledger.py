"""The whole ledger beside payments and refunds."""

from uuid import UUID

from payment.ports import Ledger


def all_differences(ledger: Ledger) -> list[tuple[UUID, UUID | None, int, int]]:
    """Where they are not the same."""
    return ledger.differences(ledger.page(UUID(int=0), 1_000_000))
