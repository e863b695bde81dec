"""What came of the faults, by kind."""

from collections.abc import Sequence

from rich.table import Table

from tests.mutants.faults import KINDS, NEVER_SURVIVE
from tests.mutants.workshop import Verdict

ENOUGH = 0.95


def is_enough(verdicts: Sequence[Verdict]) -> bool:
    """Whether at least 95 of 100 were caught, and all of the kinds of which none may survive."""
    survivors = [verdict for verdict in verdicts if verdict.survived]
    if any(verdict.fault.kind in NEVER_SURVIVE for verdict in survivors):
        return False
    return len(survivors) <= (1 - ENOUGH) * len(verdicts)


def table(verdicts: Sequence[Verdict]) -> Table:
    """A row for each kind, and one for all."""
    made = Table("kind", "what", "planted", "caught", "survived")
    for kind, what in KINDS.items():
        _row(made, kind, what, [verdict for verdict in verdicts if verdict.fault.kind == kind])
    _row(made, "all", "", verdicts)
    return made


def _row(made: Table, kind: str, what: str, verdicts: Sequence[Verdict]) -> None:
    survived = sum(verdict.survived for verdict in verdicts)
    if verdicts:
        made.add_row(kind, what, str(len(verdicts)), str(len(verdicts) - survived), str(survived or ""))
