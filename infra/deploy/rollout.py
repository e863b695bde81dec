"""Carries out a change set of CloudFormation, and tells what happens: foundation, migrations, application.

The order is in template.yaml: what stands on the database waits for the resource `Migration`. The next run goes on with
an interrupted one: it watches what is under way, and what failed is begun again where it stopped."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infra.deploy.account import Clients, stack_state

FOUNDATION = {"Network", "Database", "MigratorService", "Migrator"}
MIGRATION = "Migration"
# A first deployment that fails is left as it is: its database alone has taken ten minutes.
KEPT = {"", "REVIEW_IN_PROGRESS", "CREATE_FAILED"}
WAIT_SECONDS = 5
FAILED = ("FAILED", "ROLLBACK_COMPLETE")
# What CloudFormation says of everything that it gave up because of something else.
CANCELLED = "cancelled"


class RolloutError(Exception):
    """It did not come to its end; the sentence says where it stopped and what to do."""


@dataclass
class Rollout:
    """One stack's way to where a change set leads."""

    aws: Clients
    stack: str
    tell: Callable[[str], None]
    pause: Callable[[float], None] = time.sleep
    _seen: set[str] = field(default_factory=set)
    _reasons: list[str] = field(default_factory=list)
    _others: int = 0

    def perform(self, prepare: Callable[[], None]) -> None:
        """Wait for what is under way; then `prepare` a change set, and carry it out if it changes anything."""
        if stack_state(self.aws, self.stack).endswith("_IN_PROGRESS") and not self._is_empty():
            self.tell("the stack is being changed already: waiting for that")
            self._remember()
            self._watch(strict=False)
        before = stack_state(self.aws, self.stack)
        prepare()
        change = self._newest_change_set()
        if not change:
            self.tell("nothing has changed")
            return
        self._remember()
        cloudformation = self.aws("cloudformation")
        cloudformation.execute_change_set(StackName=self.stack, ChangeSetName=change, DisableRollback=before in KEPT)
        self._watch(strict=True)

    def _is_empty(self) -> bool:
        return stack_state(self.aws, self.stack) == "REVIEW_IN_PROGRESS"

    def _newest_change_set(self) -> str:
        found = self.aws("cloudformation").list_change_sets(StackName=self.stack)["Summaries"]
        ready = [each for each in found if each.get("ExecutionStatus") == "AVAILABLE"]
        newest = max(ready, key=_made, default=None)
        return str(newest["ChangeSetId"]) if newest else ""

    def _watch(self, *, strict: bool) -> None:
        while (state := stack_state(self.aws, self.stack)).endswith("_IN_PROGRESS"):
            self._tell_news()
            self.pause(WAIT_SECONDS)
        self._tell_news()
        if strict and state not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise RolloutError(self._why(state))

    def _why(self, state: str) -> str:
        reasons = "\n".join(f"  {reason}" for reason in self._reasons) or "  see the stack's events"
        kept = "what is there was kept" if state in ("CREATE_FAILED", "UPDATE_FAILED") else "the release before is back"
        return f"the stack is {state}:\n{reasons}\n{kept}: mend it, and run the same command again"

    def _remember(self) -> None:
        self._seen = {event["EventId"] for event in self._events()} if stack_state(self.aws, self.stack) else set()

    def _events(self) -> Iterator[dict[str, Any]]:
        """The newest page, the oldest first: a page is more than happens between two looks."""
        yield from reversed(self.aws("cloudformation").describe_stack_events(StackName=self.stack)["StackEvents"])

    def _tell_news(self) -> None:
        for event in self._events():
            if event["EventId"] not in self._seen:
                self._seen.add(event["EventId"])
                self._tell_of(event)

    def _tell_of(self, event: dict[str, Any]) -> None:
        name, status = event["LogicalResourceId"], event["ResourceStatus"]
        reason = event.get("ResourceStatusReason", "")
        if status.endswith("_FAILED") and CANCELLED not in reason.lower():
            self._reasons.append(f"{name}: {reason}")
        phase = phase_of(name)
        self._others += phase == "application" and status.endswith("_COMPLETE")
        if phase != "application" or status.endswith("_FAILED"):
            when = event["Timestamp"].strftime("%H:%M:%S")
            self.tell(f"{when} {phase:<11} {name} {status}{f': {reason}' if reason else ''}")
        elif self._others % 25 == 0 and status.endswith("_COMPLETE"):
            self.tell(f"{event['Timestamp'].strftime('%H:%M:%S')} {phase:<11} {self._others} resources")


def phase_of(name: str) -> str:
    """Which step of a deployment a resource of the root stack belongs to."""
    if name in FOUNDATION:
        return "foundation"
    return "migration" if name == MIGRATION else "application"


def _made(change_set: dict[str, Any]) -> datetime:
    made: datetime = change_set["CreationTime"]
    return made
