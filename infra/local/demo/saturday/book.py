"""The book that the script keeps itself, from what it hands over: what Cyclorama says is compared with it."""

from collections import Counter
from dataclasses import dataclass, field

Kopecks = Counter[tuple[str, str]]


@dataclass
class Book:
    """Kopecks. `taken` and `returned` are payments of visits and their refunds by hall and method; `held` is money that
    came for balances, certificates and deposits by method, less what went back; `moved` cash that is nobody's."""

    taken: Kopecks = field(default_factory=Counter)
    returned: Kopecks = field(default_factory=Counter)
    payments: Counter[str] = field(default_factory=Counter)
    """How many, by hall."""
    held: Counter[str] = field(default_factory=Counter)
    to_balance: Counter[str] = field(default_factory=Counter)
    """What of the refunds went to a balance instead, by method."""
    moved: int = 0
    sold: int = 0
    """The total of all visits that are on the schedule at the end."""

    def take(self, hall: str, method: str, amount: int) -> None:
        self.taken[hall, method] += amount
        self.payments[hall] += 1

    def give_back(self, hall: str, method: str, amount: int, *, to_balance: bool = False) -> None:
        self.returned[hall, method] += amount
        self.to_balance[method] += amount if to_balance else 0

    def gross(self, hall: str = "", methods: tuple[str, ...] = ()) -> int:
        """What came for visits."""
        return _sum(self.taken, hall, methods)

    def refunds(self, hall: str = "", methods: tuple[str, ...] = ()) -> int:
        """What of it went back."""
        return _sum(self.returned, hall, methods)

    def net(self) -> int:
        return self.gross() - self.refunds()

    def by_method(self, hall: str) -> dict[str, tuple[int, int]]:
        """Gross and refunds of a hall by method, where there are any."""
        methods = {method for at, method in (*self.taken, *self.returned) if at == hall}
        return {method: (self.gross(hall, (method,)), self.refunds(hall, (method,))) for method in methods}

    def over_the_desk(self, method: str) -> int:
        """What a till has of a method: visits and what is held, without the float."""
        return self.gross("", (method,)) - self.refunds("", (method,)) + self.to_balance[method] + self.held[method]

    def drawer(self, float_: int) -> int:
        """The cash that lies there."""
        return float_ + self.moved + self.over_the_desk("cash")


def _sum(kopecks: Kopecks, hall: str, methods: tuple[str, ...]) -> int:
    return sum(
        amount for (at, method), amount in kopecks.items() if hall in ("", at) and (not methods or method in methods)
    )
