"""Whoever subscribes can be sent its events once more: the job may write to its queue, and knows its name."""

from pathlib import Path

from infra.local.cli.receipts import subscribers
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Stack
from integration.replays.redelivery import BusSubscriptions
from tests.support.system.template import whole_system

ROOT = Path(__file__).parents[2]
STACK = Stack(ROOT / "template.yaml", EVERYTHING_ON, "http://127.0.0.1:1")
SYSTEM = whole_system()


def test_the_job_may_write_to_every_subscribers_queue() -> None:
    granted = set(STACK.nested("IntegrationReplaysRole").parameters["SendQueues"])
    assert granted == {arn for rule in SYSTEM.rules for arn in rule.targets.values()}


def test_the_job_and_the_api_know_every_subscriber() -> None:
    for function in ("IntegrationReplays", "IntegrationApi"):
        queues = SYSTEM.functions[function].environment["DEAD_LETTER_QUEUES"].split(",")
        known = BusSubscriptions("cyclorama", queues).names()
        assert sorted(known) == sorted(subscriber.name for subscriber in subscribers(SYSTEM))
