"""The broker as the delivery test handles it: what lies in its queues, and what becomes of it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.cli.receipts import Subscriber, subscribers
from infra.local.machine.aws import local_client
from infra.local.plan.defaults import WEBHOOKS_URL_PARAMETER
from tests.support.stories.delivery.projections import COUNTS
from tests.support.system.template import whole_system
from tests.support.system.whole import ROOT, System
from tests.support.waiting import eventually

BUS = "cyclorama"
NEWS_OF_MAIL_DEAD = "notification-mail-events-dead-letters"
REPLAYS = 5
REPLAY_SECONDS = 180
LONGEST_DELAY_SECONDS = 3
MOST = 10
# So long what was taken out of a queue is nobody else's: longer than putting it back takes.
TAKEN_SECONDS = 60


class Broker:
    """Queues by their subscribers' names; whichever broker runs at the time, it has the same address."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._sqs, self._ssm = (local_client(name, system.endpoints.aws_endpoint) for name in ("sqs", "ssm"))
        self.subscribers: list[Subscriber] = list(subscribers(whole_system()))

    def depths(self) -> dict[str, int]:
        """How many messages each queue holds, waiting or in flight; dead-letter queues, too."""
        names = [url.rpartition("/")[2].removeprefix(f"{BUS}-") for url in self._sqs.list_queues()["QueueUrls"]]
        return {name: self._depth(name) for name in names}

    def send(self, name: str, body: str, delay: int = 0) -> None:
        self._sqs.send_message(QueueUrl=self._url(name), MessageBody=body, DelaySeconds=delay)

    def send_again(self, envelopes: list[dict[str, Any]], random: Random) -> int:
        """A copy of each event to each subscriber that it is for, in any order; returns how many."""
        copies = [(s.name, e) for s in self.subscribers for e in envelopes if not s.types or e["type"] in s.types]
        random.shuffle(copies)
        for name, envelope in copies:
            self.send(name, _body(envelope))
        return len(copies)

    def reorder(self, random: Random) -> int:
        """What waits goes back to its queue, each after another time; returns how many. Nothing is lost if this dies:
        the copy goes first."""
        return sum(self._delay(subscriber.name, random) for subscriber in self.subscribers)

    # What becomes of it

    def restart(self) -> None:
        """As an operator does; it keeps its state."""
        self._end(signal.SIGTERM)

    def lose_everything(self) -> None:
        """Killed, its state wiped; another one is started and knows its queues but no message."""
        self._end(signal.SIGKILL, lambda: shutil.rmtree(self._system.local.state / "broker", ignore_errors=True))

    def replay(self) -> str:
        """What an operator does then; returns what the command says, which is `make replay`'s."""
        # A broker that is only back refuses some; the command says so, and is given again.
        told = ""
        for _ in range(REPLAYS):
            done = self._replay()
            told += done.stdout
            if done.returncode == 0:
                return told
        raise AssertionError(told + done.stderr)

    def _replay(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "infra.local", "replay"],
            cwd=ROOT,
            env=os.environ | {"CYCLORAMA_STATE": str(self._system.local.state), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=REPLAY_SECONDS,
            check=False,
        )

    def _end(self, number: int, at_once: Callable[[], None] = lambda: None) -> None:
        """Until the next one is there; what is to be done before that begins is done `at_once`."""
        pid = self.pid("broker")
        os.kill(pid, number)
        at_once()
        eventually(lambda: self.pid("broker") != pid)
        eventually(self._is_furnished)

    def pid(self, name: str) -> int:
        """That of a program that the supervisor looks after."""
        return int((self._system.local.state / f"{name}.pid").read_text())

    def _is_furnished(self) -> bool:
        """Parameters are the last that it is given."""
        try:
            return bool(self._ssm.get_parameter(Name=WEBHOOKS_URL_PARAMETER)["Parameter"]["Value"])
        except (BotoCoreError, ClientError):
            # Down is what it was meant to be.
            return False

    def _delay(self, name: str, random: Random) -> int:
        taken = list(self._take(name))
        random.shuffle(taken)
        for message in taken:
            self.send(name, message["Body"], random.randrange(LONGEST_DELAY_SECONDS))
            self._sqs.delete_message(QueueUrl=self._url(name), ReceiptHandle=message["ReceiptHandle"])
        return len(taken)

    def _take(self, name: str) -> Iterator[dict[str, Any]]:
        how = {"QueueUrl": self._url(name), "MaxNumberOfMessages": MOST, "VisibilityTimeout": TAKEN_SECONDS}
        while batch := self._sqs.receive_message(**how).get("Messages"):
            yield from batch

    def _depth(self, name: str) -> int:
        answer = self._sqs.get_queue_attributes(QueueUrl=self._url(name), AttributeNames=list(COUNTS))
        return sum(int(answer["Attributes"][count]) for count in COUNTS)

    def _url(self, name: str) -> str:
        return str(self._sqs.get_queue_url(QueueName=f"{BUS}-{name}")["QueueUrl"])


def _body(envelope: dict[str, Any]) -> str:
    """What EventBridge puts into a queue."""
    source, kind = f"{BUS}.{envelope['source']}", envelope["type"]
    return json.dumps({"id": str(uuid4()), "detail-type": kind, "source": source, "detail": envelope})
