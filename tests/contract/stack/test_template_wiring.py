"""What must happen when: queues, schedules and inboxes are wired as the code itself says."""

import ast
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from core.events.consumer import Consumer
from core.jobs import Job
from infra.local.machine.source import QueueSource
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Stack
from integration.connectors import registry as connectors
from shared_schemas.events.envelope import REGISTRY
from tests.support.runs.table import each
from tests.support.system.template import whole_system

ROOT = Path(__file__).parents[3]
SYSTEM = whole_system()
STACK = Stack(ROOT / "template.yaml", EVERYTHING_ON, "http://127.0.0.1:1")
EVERYTHING = {type_ for type_, _ in REGISTRY}
DEAD_LETTERS = "-dead-letters"
BUS = "cyclorama-"
# Their messages are no events: what Lambda gave up, what queues gave up, and what became of mail.
OTHERS = {"IntegrationFailedInvocations", "IntegrationDeadLetters", "NotificationMailEvents"}
SOURCES = [source for source in SYSTEM.queue_sources if source.function not in OTHERS]
# Names in the inbox that are no subscriber's: what a gateway did, and faults of gateways.
OWN_NAMES = {"settlements", "gateway-faults"}
# The log is its own inbox; notices are settled by what the gateway says.
WITHOUT_INBOX = {"integration-event-log", "payment-notifications"}
CONNECTORS = {f"integration-{name}" for name in ("webhooks", "bitrix24", "amocrm", "telegram", "max")}


def handler(function: str) -> Any:
    module, _, name = SYSTEM.functions[function].handler.rpartition(".")
    return getattr(import_module(module), name)


def told(queue: str) -> set[str]:
    """The types of events that a rule lets into a queue."""
    (rule,) = [rule for rule in SYSTEM.rules if queue in {arn.rpartition(":")[2] for arn in rule.targets.values()}]
    return set(rule.pattern.get("detail-type", EVERYTHING))


def takes(source: QueueSource, consumer: Consumer) -> frozenset[str] | None:
    """What a consumer declares, or the folder of a connector."""
    name = source.queue.removeprefix(BUS)
    if name not in CONNECTORS:
        return consumer.takes
    declared: frozenset[str] | None = connectors.declared(name.removeprefix("integration-")).TAKES
    return declared


def constants(name: str) -> Iterator[tuple[str, str]]:
    """Service and value of every text with this name in the services' modules."""
    for path in (ROOT / "functions").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Constant)
                and name in {target.id for target in node.targets if isinstance(target, ast.Name)}
            ):
                yield path.relative_to(ROOT / "functions").parts[0], str(node.value.value)


def accepted() -> Iterator[str]:
    """What the use cases hand to the inbox for a name, as written."""
    for path in (ROOT / "functions").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("inbox.accept", "inbox.accept_all")):
                yield ast.unparse(node.args[0])


@each("source", SOURCES, ids=lambda source: source.function)
def test_a_queue_holds_just_the_events_that_its_function_takes(source: QueueSource) -> None:
    consumer = handler(source.function)
    assert isinstance(consumer, Consumer)
    assert told(source.queue) == (takes(source, consumer) or EVERYTHING)


@each("source", SOURCES, ids=lambda source: source.function)
def test_a_queue_is_read_by_its_own_service_alone(source: QueueSource) -> None:
    assert source.queue.startswith(f"{BUS}{SYSTEM.functions[source.function].service}-")
    assert [other.function for other in SYSTEM.queue_sources if other.queue == source.queue] == [source.function]


def test_what_was_given_up_can_be_seen_and_sent_again_for_every_subscriber() -> None:
    integration = STACK.nested("IntegrationApiRole").parameters
    queues = sorted(source.queue for source in SOURCES)
    assert sorted(arn.rpartition(":")[2] for arn in integration["SendQueues"]) == queues
    shown = sorted(arn.rpartition(":")[2].removesuffix(DEAD_LETTERS) for arn in integration["DeadLetterQueues"])
    assert shown == queues
    for function in SYSTEM.functions.values():
        if urls := function.environment.get("DEAD_LETTER_QUEUES"):
            assert sorted(url.rpartition("/")[2].removesuffix(DEAD_LETTERS) for url in urls.split(",")) == queues


@each("queue", sorted(CONNECTORS))
def test_a_connector_reads_the_queue_of_its_own_name(queue: str) -> None:
    (source,) = [source for source in SOURCES if source.queue == f"{BUS}{queue}"]
    name = queue.removeprefix("integration-")
    assert SYSTEM.functions[source.function].handler == f"integration.consumers_connectors.{name}"


def test_every_consumer_and_every_job_of_the_code_is_a_function() -> None:
    wired = {function.handler for function in SYSTEM.functions.values()}
    for path in sorted((ROOT / "functions").glob("*/*.py")):
        if not path.stem.startswith(("consumers", "jobs")):
            continue
        module = f"{path.parent.name}.{path.stem}"
        made = [name for name, value in vars(import_module(module)).items() if isinstance(value, Consumer | Job)]
        assert {f"{module}.{name}" for name in made} <= wired


@each("function", sorted(SYSTEM.functions))
def test_a_function_is_called_as_often_as_its_code_says(function: str) -> None:
    own = handler(function)
    declared = own.turns if isinstance(own, Job | Consumer) else {}
    said = {int(every.total_seconds()): dict(words) for every, words in declared.items()}
    schedules = [schedule for schedule in SYSTEM.schedules if schedule.function == function]
    assert len(schedules) == len(said)
    assert {schedule.interval: _event(schedule.payload) for schedule in schedules} == said


def _event(payload: str | None) -> Any:
    return json.loads(payload) if payload else {}


def test_a_subscriber_notes_in_its_inbox_under_the_name_of_its_queue() -> None:
    subscribers = {
        (SYSTEM.functions[source.function].service, source.queue.removeprefix(BUS))
        for source in SOURCES
        if source.queue.removeprefix(BUS) not in WITHOUT_INBOX | CONNECTORS
    }
    named = {(service, value) for service, value in constants("SUBSCRIBER") if value not in OWN_NAMES}
    assert named - {("integration", "failed-invocations")} == subscribers


def test_nothing_else_names_what_is_in_an_inbox() -> None:
    assert set(accepted()) == {"SUBSCRIBER", "SETTLED", "f'integration-{name}'"}
    assert {value for _, value in constants("SETTLED")} <= OWN_NAMES
