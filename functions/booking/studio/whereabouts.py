"""Where halls are."""

from booking.studio.domain import Whereabouts
from booking.studio.ports import Addressed, StudioStore


def whereabouts(studio: StudioStore, halls: Addressed) -> Whereabouts:
    """Where all halls are; those that name an address are asked about only where there are several."""
    addresses = {address.id: address for address in studio.current().addresses}
    return Whereabouts(addresses, halls.addresses() if len(addresses) > 1 else {})
