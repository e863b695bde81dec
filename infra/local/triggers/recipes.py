"""The table of recipes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from infra.local.triggers.player import Player

Play = Callable[[Player], object]
P = TypeVar("P", bound=Play)


@dataclass(frozen=True)
class Recipe:
    """How an event comes about; `says` is a line about it. A few begin a flow of their own, which is not the play's."""

    event: str
    play: Play
    own_flow: bool

    @property
    def says(self) -> str:
        return (self.play.__doc__ or "").partition("\n")[0]


RECIPES: dict[str, Recipe] = {}


def recipe(event: str, *, own_flow: bool = False) -> Callable[[P], P]:
    """Marks a function as the recipe of an event."""

    def add(play: P) -> P:
        if event in RECIPES:
            raise ValueError(f"{event} has two recipes")
        RECIPES[event] = Recipe(event, play, own_flow)
        return play

    return add
