"""What goes wrong in a run of the delivery test and when, drawn from its seed before it begins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

# How often at least, and by what weight beyond that.
KINDS: dict[str, tuple[int, int]] = {
    "kill a function": (8, 12),
    "kill the queue poller": (2, 2),
    "kill the sandbox": (1, 1),
    "restart the broker": (2, 1),
    "lose the broker's state": (2, 0),
    "kill PostgreSQL": (2, 1),
    "deliver again": (4, 4),
    "reorder": (4, 4),
    "poison": (3, 2),
}
STORIES_PER_INJECTION = 2
LAST_POISONS = 2


@dataclass(frozen=True)
class Injection:
    """One thing that goes wrong once so many stories are told; `target` is a function or a queue, `dice` whatever else
    is left to chance."""

    after: int
    kind: str
    target: str
    dice: int


def plan(seed: str, stories: int, functions: Sequence[str], queues: Sequence[str]) -> list[Injection]:
    """All of a run, in order: each kind as often as it must, the rest by weight, spread evenly over the stories."""
    random = Random(seed)
    kinds = [kind for kind, (least, _) in KINDS.items() for _ in range(least)]
    weights = [weight for _, weight in KINDS.values()]
    kinds += random.choices(list(KINDS), weights, k=max(0, stories // STORIES_PER_INJECTION - len(kinds)))
    random.shuffle(kinds)
    # Not all of it may be lost with the broker.
    kinds += ["poison"] * LAST_POISONS
    victims = _turns(random, functions)
    return [
        Injection(
            after=(number + 1) * stories // (len(kinds) + 1),
            kind=kind,
            target=next(victims) if kind == "kill a function" else random.choice(queues),
            dice=random.getrandbits(32),
        )
        for number, kind in enumerate(kinds)
    ]


def _turns(random: Random, functions: Sequence[str]) -> Iterator[str]:
    """Each once in an order of chance, and then again."""
    while True:
        yield from random.sample(functions, len(functions))
