"""Which file of `events/` fits which function of the template: what one of its triggers sends it.

`python -m infra.samples` lists all, `python -m infra.samples FUNCTION` writes the file for `sam local invoke -e`."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from infra.local.template import EVERYTHING_ON, load_template
from infra.local.template.model import System
from shared_schemas.providers import PROVIDERS

ROOT = Path(__file__).parents[1]
EVENTS = ROOT / "events"
Event = dict[str, Any]


def samples(system: System) -> dict[str, list[Path]]:
    """The files that fit, of every function that one fits, in order of their names."""
    found: dict[str, list[Path]] = {}
    for path in sorted(EVENTS.glob("*.json")):
        for function in sorted(receivers(system, path)):
            found.setdefault(function, []).append(path)
    return found


def receivers(system: System, path: Path) -> set[str]:
    """The functions that a trigger may send this file to; the first part of its name says which trigger."""
    trigger = next((kind for kind in TRIGGERS if path.stem.startswith(kind)), "")
    return set(TRIGGERS[trigger](system, json.loads(path.read_text(encoding="utf-8")), path)) if trigger else set()


def _of_api(system: System, event: Event, _path: Path) -> Iterator[str]:
    if system.api and "methodArn" in event:
        takes_all = event["type"] == "REQUEST"
        yield from (each.function for each in system.api.authorizers.values() if each.takes_all == takes_all)
    elif system.api:
        asked = event["httpMethod"], event["resource"]
        yield from (route.function for route in system.api.routes if (route.method, route.path) == asked)


def _of_url(system: System, event: Event, _path: Path) -> Iterator[str]:
    service = "payment" if event["rawPath"].rpartition("/")[2] in PROVIDERS else "notification"
    yield from (name for name in system.function_urls if system.functions[name].service == service)


def _of_schedule(system: System, _event: Event, _path: Path) -> Iterator[str]:
    """Schedules differ by the name of the rule alone, unless they have an input of their own."""
    yield from (schedule.function for schedule in system.schedules if schedule.payload is None)


def _of_queue(system: System, event: Event, _path: Path) -> Iterator[str]:
    """Every queue that rules put an event in gets the same record, but for the queue's name; a letter of a dead-letter
    queue comes from there alone."""
    [record] = event["Records"]
    queue, body = record["eventSourceARN"].rpartition(":")[2], json.loads(record["body"])
    targets = targets_of(system, body)
    queues = targets if queue in targets else {queue}
    yield from (source.function for source in system.queue_sources if source.queue in queues)


def targets_of(system: System, event: Event) -> set[str]:
    """The queues that rules put an event in; those of the template tell events by their type alone."""
    kind = event.get("detail-type")
    wanted = [rule for rule in system.rules if kind and kind in rule.pattern.get("detail-type", [kind])]
    return {arn.rpartition(":")[2] for rule in wanted for arn in rule.targets.values()}


def _of_operator(system: System, _event: Event, path: Path) -> Iterator[str]:
    """Functions without a trigger are invoked by hand: the file has the function's name."""
    name = path.stem.removeprefix("invoke_").replace("_", "")
    yield from (each for each in system.functions if each.lower() == name)


TRIGGERS: dict[str, Callable[[System, Event, Path], Iterator[str]]] = {
    "apigateway_": _of_api,
    "function_url_": _of_url,
    "schedule_": _of_schedule,
    "sqs_": _of_queue,
    "invoke_": _of_operator,
}


def main() -> None:
    known = samples(load_template(ROOT / "template.yaml", EVERYTHING_ON))
    if sys.argv[1:2]:
        if not (fit := known.get(sys.argv[1])):
            sys.exit(f"events/ has nothing for {sys.argv[1]}; it has for: {', '.join(sorted(known))}")
        sys.stdout.write(f"{fit[0].relative_to(ROOT)}\n")
        return
    for function, paths in sorted(known.items()):
        sys.stdout.write(f"{function:32} {', '.join(str(path.relative_to(ROOT)) for path in paths)}\n")


if __name__ == "__main__":
    main()
