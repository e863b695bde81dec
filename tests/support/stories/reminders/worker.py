"""A worker of the notification service in a process of its own: `python -m … URL JOURNAL` sends all that is due.

What its provider took is a line of the journal, which every worker's provider writes to."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from core.jobs import Turn
from core.postgres.database import create_database
from notification.channels.port import Accepted, Parcel
from notification.composition import App, Outside
from notification.settings import NotificationSettings
from shared_schemas.channels import Channel
from shared_schemas.gateway.recipients import Recipient, RecipientRequest, WrittenBooking
from tests.support.clock import FixedClock
from tests.support.database import ServiceSettings
from tests.support.notification import START, Cancelled, Codes, PayLinks, Provider
from tests.support.world import world

DUE = START - timedelta(hours=2)


class Everybody:
    """Each has a number of their own."""

    def expect(self, asked: Sequence[RecipientRequest]) -> None:
        """They are asked for one by one."""

    def recipient(self, user_id: UUID, channel: Channel, about: WrittenBooking | None) -> Recipient:  # noqa: ARG002
        number = f"+7926{user_id.int % 10**7:07}"
        return Recipient(id=user_id, email=None, phone=number, phone_confirmed=True, full_name="Анна Ким", locale="ru")


@dataclass
class Journal(Provider):
    """Writes down what it takes, and can tell afterwards; `unknown` makes it look before it takes anything twice."""

    path: Path = Path()
    known: set[str] = field(default_factory=set)

    def send(self, parcel: Parcel) -> Accepted:
        if str(parcel.key) not in self.known:
            self._append(f"{parcel.key} {parcel.address}\n")
        return Accepted("journal", str(parcel.key))

    def _append(self, line: str) -> None:
        # One write to the end of the file: no two workers mix theirs, and a killed one writes all or nothing.
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line.encode())
        os.close(descriptor)


def taken(path: Path) -> list[str]:
    """The ids of what the providers took, in order."""
    return [line.split()[0] for line in path.read_text().splitlines()] if path.exists() else []


def office(engine: Engine, journal: Path, at: datetime = DUE, known: set[str] | None = None) -> App:
    """The service at that time, by SMS alone."""
    sms = Journal("sms", path=journal, known=known or set())
    reach = Outside(Everybody(), Codes(), Cancelled(), PayLinks(), {"sms": sms}, "Studio", "studio@example.test")
    return App(world("notification", NotificationSettings, engine, None, FixedClock(at)), lambda _world: reach)


def work(app: App) -> None:
    """All that is due, as far as no other worker has it."""
    while app.reminders.run(Turn()) + app.sending.send_due(Turn()):
        pass


if __name__ == "__main__":
    work(office(create_database(ServiceSettings("notification", sys.argv[1])), Path(sys.argv[2])))
