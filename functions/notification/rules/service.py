"""The rules by which messages go, as staff read and change them."""

from collections.abc import Callable
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.trail.deed import note
from notification.rules.domain.checks import check
from notification.rules.domain.defaults import DEFAULT_OF, FIXED
from notification.rules.errors import RuleChangedError, RuleFixedError, RuleNotFoundError, TooManyRulesError
from notification.rules.ports import Work
from shared_schemas.common import Page
from shared_schemas.messages.rules import MessageRule, MessageRuleReplacement, MessageRuleRequest

MOST = 200


class MessageRules:
    """Read, made, changed, deleted."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def all(self) -> Page[MessageRule]:
        """Those of the product first."""
        with self._unit_of_work() as work:
            return Page(data=work.rules.all())

    def get(self, rule_id: UUID) -> MessageRule:
        """`RuleNotFoundError` if there is none."""
        with self._unit_of_work() as work:
            return _one(work, rule_id)

    def create(self, request: MessageRuleRequest, key: IdempotencyKey | None) -> MessageRule:
        """A rule of the studio's own. What was due before it was made is not sent.

        `RuleFixedError`, `RuleMisfitError`, `TooManyRulesError`."""
        check(request)
        with self._unit_of_work() as work:
            return work.once(key, MessageRule, lambda: self._create(work, request))

    def _create(self, work: Work, request: MessageRuleRequest) -> MessageRule:
        work.rules.lock()
        if len(work.rules.all()) >= MOST:
            raise TooManyRulesError(most=MOST)
        made = MessageRule(id=uuid4(), since=self._clock.now(), version=1, **dict(request))
        work.rules.save(made)
        return made

    def replace(self, rule_id: UUID, wanted: MessageRuleReplacement) -> MessageRule:
        """The rule as it is from now on. One that is switched on again passes over what was due meanwhile.

        `RuleNotFoundError`, `RuleChangedError`, `RuleFixedError`, `RuleMisfitError`."""
        check(wanted)
        with self._unit_of_work() as work:
            work.rules.lock()
            before = _one(work, rule_id)
            _require_free(before)
            if wanted.version is not None and wanted.version != before.version:
                raise RuleChangedError(version=before.version)
            since = self._clock.now() if wanted.active and not before.active else before.since
            told = {**dict(wanted), "version": before.version + 1, "since": since}
            after = before.model_copy(update=told)
            work.rules.save(after)
            note(before=before, after=after)
            work.commit()
        return after

    def remove(self, rule_id: UUID) -> None:
        """A rule of the product is as it came; another is gone. `RuleNotFoundError`, `RuleFixedError`."""
        with self._unit_of_work() as work:
            work.rules.lock()
            before = _one(work, rule_id)
            _require_free(before)
            work.rules.remove(rule_id)
            note(before=before, after=DEFAULT_OF.get(rule_id))
            work.commit()


def _one(work: Work, rule_id: UUID) -> MessageRule:
    found = next((rule for rule in work.rules.all() if rule.id == rule_id), None)
    if found is None:
        raise RuleNotFoundError(rule_id=str(rule_id))
    return found


def _require_free(rule: MessageRule) -> None:
    if rule.template in FIXED:
        raise RuleFixedError
