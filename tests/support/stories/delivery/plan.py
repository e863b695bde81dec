"""What goes wrong in a run of the delivery test and when, drawn from its seed before it begins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.support.chance import wanted

# How often at least, and by what weight beyond that.
KINDS: dict[str, tuple[int, int]] = {
    "kill a function": (8, 12),
    "kill the queue poller": (1, 2),
    "kill the sandbox": (1, 1),
    "restart the broker": (1, 1),
    "lose the broker's state": (1, 1),
    "kill PostgreSQL": (1, 1),
    "deliver again": (2, 4),
    "reorder": (2, 4),
    "poison": (2, 2),
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


def plan(seed: int | str, stories: int, functions: Sequence[str], queues: Sequence[str]) -> list[Injection]:
    """All of a run, in order: each kind as often as it must, the rest by weight, spread evenly over the stories."""
    random, names = Random(seed), wanted(KINDS)
    kinds = [kind for kind in names for _ in range(KINDS[kind][0])]
    if names:
        weights = [KINDS[kind][1] for kind in names]
        kinds += random.choices(names, weights, k=max(0, stories // STORIES_PER_INJECTION - len(kinds)))
    random.shuffle(kinds)
    # Not all of it may be lost with the broker.
    kinds += wanted(["poison"]) * LAST_POISONS
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
