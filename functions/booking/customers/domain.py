"""What no-shows do to what a customer pays in advance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True)
class NoShow:
    """A missed visit: what share its customer paid in advance `before`, None being the policy's, and what was `asked`
    by the policy from then on."""

    booking_id: UUID
    before: int | None
    asked: int


def raised(percent: int | None, asked: int) -> int:
    """The share after a no-show: at least what is asked."""
    return max(percent or 0, asked)


def without(booking_id: UUID, line: Sequence[NoShow], percent: int | None) -> tuple[list[NoShow], int | None]:
    """Those of a customer's no-shows, in order, that were other without one, and what the share would be without it.

    What staff have set in between stays, and so does all that came after. A no-show of before this was kept changes
    nothing."""
    place = next((number for number, one in enumerate(line) if one.booking_id == booking_id), None)
    if place is None:
        return [], percent
    gone, changed = line[place], list[NoShow]()
    was, would_be = raised(gone.before, gone.asked), gone.before
    for later in line[place + 1 :]:
        if later.before != was:
            return changed, percent
        changed.append(replace(later, before=would_be))
        was, would_be = raised(later.before, later.asked), raised(would_be, later.asked)
    return changed, would_be if percent == was else percent
