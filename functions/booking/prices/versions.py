"""Price lists that were in force, remembered: they never change, so a process reads and parses each of them once."""

from collections import OrderedDict
from collections.abc import Callable

from shared_schemas.booking.prices import TariffVersion

MOST_KNOWN = 8
Key = tuple[object, ...]


class VersionCache:
    """Shared by all transactions of a process; the version that came in first makes room."""

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._known: OrderedDict[Key, TariffVersion] = OrderedDict()

    def get(self, key: Key, read: Callable[[], TariffVersion]) -> TariffVersion:
        """The version of a key, which `read` finds where it is not known yet."""
        # Never looked up twice: another thread may be making room meanwhile.
        version = self._known.get(key) or read()
        self._known[key] = version
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return version
