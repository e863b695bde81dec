"""`python -m infra.deploy.rehearsal --stack … --stage …`: restores the database beside itself, and removes the copy.

A backup that nobody has restored is a hope. What a copy costs ends with it: it is removed also if it is not as it was.
With `--keep` it stays, for what a bad release has damaged (docs/deploying.md)."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.deploy.account import Clients, clients
from infra.deploy.checks import value
from infra.deploy.copies import ClusterCopy, Copy, InstanceCopy
from infra.deploy.target import Target, TargetError, target

# Older than that, and what is written today would be lost with the instance.
MOST_BEHIND = timedelta(minutes=15)


class RehearsalError(RuntimeError):
    """The database could not be restored; the sentence says why."""


@dataclass(frozen=True)
class Rehearsal:
    """One restoring of a stack's database to a moment."""

    copy: Copy
    stack: str
    tell: Callable[[str], None]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    watch: Callable[[], float] = time.monotonic

    def perform(self, moment: datetime | None = None, *, keep: bool = False) -> None:
        """`RehearsalError` if backups are too old, or what comes back is not what was there."""
        source = self.copy.described(self.stack)
        self._look(source)
        began = self.watch()
        with self._restored(source, moment, keep=keep) as restored:
            self._compare(source, restored)
            self.tell(f"restored within {(self.watch() - began) / 60:.0f} minutes, as {restored['Address']}")

    def _look(self, source: dict[str, Any]) -> None:
        latest = source.get("LatestRestorableTime")
        if not source["BackupRetentionPeriod"] or latest is None:
            raise RehearsalError(f"{self.stack} keeps no backups")
        behind = self.now() - latest
        if behind > MOST_BEHIND:
            raise RehearsalError(f"the newest moment to go back to is {behind} ago: see the events of the database")
        self.tell(f"backups of {source['BackupRetentionPeriod']} days, up to {latest:%Y-%m-%d %H:%M} UTC")

    @contextmanager
    def _restored(self, source: dict[str, Any], moment: datetime | None, *, keep: bool) -> Iterator[dict[str, Any]]:
        self.copy.make(source, moment)
        self.tell(f"{self.copy.name} is being made")
        try:
            self.copy.ready(source)
            yield self.copy.described(self.copy.name)
        finally:
            if not keep:
                self.copy.remove()
                self.tell(f"{self.copy.name} is being removed")

    def _compare(self, source: dict[str, Any], restored: dict[str, Any]) -> None:
        """What no backup may lose: the encryption, the version, the way in."""
        for what in ("StorageEncrypted", "EngineVersion", "DBName"):
            if source.get(what) != restored.get(what):
                raise RehearsalError(f"{what} was {source.get(what)}, and came back as {restored.get(what)}")
        if restored.get("PubliclyAccessible"):
            raise RehearsalError(f"{self.copy.name} can be reached from everywhere")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def copy_of(wanted: Target, aws: Clients) -> Copy:
    """The kind of copy that the stack's database has."""
    kind = ClusterCopy if value(wanted, "DatabaseEngine") == "aurora" else InstanceCopy
    return kind(aws, wanted.stack)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.rehearsal", description="Restore the database")
    parser.add_argument("--stack", default="")
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--parameters", default="", help="'Name=value …' over those of the stage, as it was deployed")
    parser.add_argument("--time", default="", help="the moment, such as 2026-12-01T10:00:00+00:00; else the newest")
    parser.add_argument("--keep", action="store_true", help="leave the copy there")
    options = parser.parse_args(arguments)
    try:
        wanted = target(options.stack, options.stage, options.parameters)
        moment = datetime.fromisoformat(options.time) if options.time else None
        Rehearsal(copy_of(wanted, clients(wanted.region)), wanted.stack, _say).perform(moment, keep=options.keep)
    except (TargetError, RehearsalError, ClientError, BotoCoreError, WaiterError, ValueError) as error:
        sys.stdout.write(f"✗ {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
