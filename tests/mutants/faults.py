"""The faults that are planted, as `faults/*.toml` has them: a piece of text, and what a tired engineer makes of it."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "faults"

NEVER_SURVIVE = {
    "callers": "who may call a route",
    "outbox": "a row of the outbox outside the transaction",
    "others": "other people's things, and what only staff may say",
    "sber": "callbacks that Sber signs with its private key",
    "wiring": "events, jobs and settings in the template",
    "aws": "what shows on AWS alone",
}
KINDS = NEVER_SURVIVE | {
    "reports": "edges of reports",
    "locks": "locks, and what concurrency needs of them",
    "boundaries": "edges and comparisons",
    "sums": "money, rounding, signs",
    "time": "zones, DST, pauses, lengths of time",
    "forgotten": "a condition, a step or a commit that is missing",
    "swapped": "the wrong one of two values",
    "states": "statuses and sets",
    "trail": "who did what, and what nobody may read there",
}


@dataclass(frozen=True)
class Fault:
    """`before` occurs once in `file`, and becomes `after`; some test of `tests` must then fail."""

    name: str
    kind: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]

    def planted(self, text: str) -> str:
        """The file's text with the fault; `ValueError` names a fault that the code has outgrown."""
        if (found := text.count(self.before)) != 1:
            raise ValueError(f"{self.name}: {self.file} has its text {found} times: {self.before!r}")
        return text.replace(self.before, self.after)


def all_faults() -> list[Fault]:
    """Every fault, by file and place."""
    return [fault for path in sorted(FOLDER.glob("*.toml")) for fault in _read(path)]


def chosen(faults: Sequence[Fault], wanted: Sequence[str]) -> list[Fault]:
    """Those whose name or kind is wanted, and all of them where nothing is; `ValueError` for what nothing is called."""
    known = {fault.name for fault in faults} | KINDS.keys()
    if unknown := set(wanted) - known:
        raise ValueError(f"no fault and no kind is called {', '.join(sorted(unknown))}")
    return [fault for fault in faults if not wanted or {fault.name, fault.kind} & set(wanted)]


def _read(path: Path) -> Iterator[Fault]:
    """A file of the code, the tests near it, and its faults; one of them may have tests of its own."""
    for near in tomllib.loads(path.read_text(encoding="utf-8"))["near"]:
        for entry in near["fault"]:
            yield Fault(**{"file": near["file"]} | entry | {"tests": tuple(entry.get("tests", near["tests"]))})
