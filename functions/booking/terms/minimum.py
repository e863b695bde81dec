"""How long a visit must be at least: the hall's own limit, or that of a rule of the studio's terms."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.hours.domain import StudioDays
from booking.terms.conditions import LocalDay, in_time, is_for, is_on, rank
from booking.time.grid import DAY, local_midnight
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import TermsRule
from shared_schemas.visits.purposes import VisitPurpose

HOUR_SECONDS = 3600


class Minimum:
    """The shortest visit of a hall, for a purpose, by when it starts. All instants in seconds since 1970."""

    def __init__(self, hall: Hall, days: StudioDays, rules: Iterable[TermsRule], purpose: VisitPurpose) -> None:
        self._hall, self._days, self._zone = hall, days, ZoneInfo(hall.timezone)
        # A stable sort: among equals the one that stands first stays first.
        self._ranked = sorted((rule for rule in rules if _is_of(rule, hall, purpose)), key=rank, reverse=True)
        self._of_days: dict[date, Sequence[TermsRule]] = {}

    def at(self, start: float, now: float | None) -> int:
        """In minutes. Without `now`, of a visit that was sold before, rules that ask how soon it is do not count."""
        rule = self.rule_at(start, now)
        return self._hall.min_minutes if rule is None or rule.min_minutes is None else rule.min_minutes

    def rule_at(self, start: float, now: float | None) -> TermsRule | None:
        """The rule that sets it; None where the hall's own limit counts."""
        if not self._ranked:
            return None
        notice = None if now is None else timedelta(seconds=start - now)
        day = datetime.fromtimestamp(start, self._zone).date()
        return next((rule for rule in self._on(day) if in_time(rule, notice)), None)

    def changes(self, first: float, last: float, now: float | None) -> list[float]:
        """When it may become another one between two instants: from each of these on, the next one excluded, it stays
        the same."""
        if not self._ranked:
            return []
        begins, ends = (datetime.fromtimestamp(edge, self._zone).date() for edge in (first, last))
        midnights = [local_midnight(begins + DAY * place, self._zone) for place in range(1, (ends - begins).days + 1)]
        hours = {each for rule in self._ranked for each in (rule.from_hours_before, rule.under_hours_before)}
        reached = [] if now is None else [now + HOUR_SECONDS * each for each in hours if each is not None]
        return sorted({*(midnight.timestamp() for midnight in midnights), *reached})

    def _on(self, day: date) -> Sequence[TermsRule]:
        if day not in self._of_days:
            local = LocalDay.of(self._hall, self._days, day)
            self._of_days[day] = [rule for rule in self._ranked if is_on(rule, local)]
        return self._of_days[day]


def _is_of(rule: TermsRule, hall: Hall, purpose: VisitPurpose) -> bool:
    """Its length is not asked for: no rule may say of long visits how short they are."""
    of_hall = rule.hall_ids is None or hall.id in rule.hall_ids
    return rule.min_minutes is not None and of_hall and is_for(rule.purposes, purpose)
