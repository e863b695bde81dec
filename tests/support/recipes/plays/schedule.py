"""What runs every hour, called as the template says: failures that nobody has seen for a month are closed."""
# ruff: noqa: T201 - its test reads it

import json
from importlib import import_module
from pathlib import Path

from infra.local.template import load_template
from tests.support.recipes.plays.errors import Errors
from tests.support.system.environment import Context


def main() -> None:
    errors = Errors()
    old = errors.happens("slot_gone")
    errors.clock.advance(days=31)
    fresh = errors.happens("mail_refused", minutes=31 * 24 * 60)
    system = load_template(Path("template.yaml"))
    (function,) = [one for one in system.functions.values() if one.handler == "integration.jobs.close_old_errors"]
    (schedule,) = [each for each in system.schedules if each.function == function.logical_id]
    module, _, name = function.handler.rpartition(".")
    handler = getattr(import_module(module), name)
    answers = [handler(json.loads(schedule.payload or "{}"), Context()) for _ in range(2)]
    states = [errors.asks("GET /v1/errors/{error_id}", error_id=each).body["status"] for each in (old, fresh)]
    print(json.dumps({"every": schedule.interval, "done": [a["done"] for a in answers], "states": states}))


main()
