"""A recipe of a guide, and what a toy does at each of its steps."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.support.recipes.tree import ROOT, Tree

Step = Callable[[Tree], None]
PATH = re.compile(r"`((?:[\w<>.-]+/)+(?:[\w<>.-]+)?|\w+\.yaml)`")


def places(title: str, guide: str = "CONTRIBUTING.md") -> list[str]:
    """The file or folder that each step of a recipe names first, in order; `<name>` stands for the toy's own."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    section = re.search(rf"(?ms)^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", text)
    assert section, f"{guide} has no recipe {title}"
    steps = re.split(r"(?m)^\d+\. ", section[1])[1:]
    return [found[1] if (found := PATH.search(step)) else "" for step in steps]


def strays(tree: Tree, title: str, guide: str = "CONTRIBUTING.md", **names: str) -> list[str]:
    """What was touched although no step names it."""
    told = [_named(place, names) for place in places(title, guide)]
    return [path for path in tree.touched if not any(_within(path, place) for place in told)]


def _named(place: str, names: Mapping[str, str]) -> str:
    for name, own in names.items():
        place = place.replace(f"<{name}>", own)
    return place


def _within(path: str, place: str) -> bool:
    return path == place.rstrip("/") or path.startswith(place.rstrip("/") + "/")


@dataclass(frozen=True)
class Recipe:
    """The steps of the recipe `title`, by the place that each names; `names` are the toy's own."""

    title: str
    steps: Sequence[tuple[str, Step]]
    names: Mapping[str, str] = field(default_factory=dict)
    guide: str = "CONTRIBUTING.md"

    def follow(self, tree: Tree, *but: str) -> Tree:
        """All that the recipe says, `but` what somebody forgot, and nothing else is touched."""
        assert [place for place, _ in self.steps] == places(self.title, self.guide)
        for place, step in self.steps:
            if place not in but:
                self._do(tree, place, step)
        return tree

    def _do(self, tree: Tree, place: str, step: Step) -> None:
        before = len(tree.touched)
        step(tree)
        touched, here = set(tree.touched[before:]), _named(place, self.names)
        assert touched, f"{self.title}: nothing is done to {here}"
        elsewhere = sorted(path for path in touched if not _within(path, here))
        assert not elsewhere, f"{self.title}: the step for {here} touches {elsewhere}"
