"""`python -m infra.security.databases <cfn-lint>`: lints what each kind of database and of way to it comes to.

Of templates as they are written a linter has to guess which conditions hold together; here it is told."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from infra.deploy.target import target
from infra.deploy.transformed import transformed
from infra.local.template.stack import Stack

STACKS = ("Network", "Database", "Proxy", "BookingService", "BookingRole", "MigratorService", "MigratorRole")
STAGES = ("dev", "prod")
CHOSEN = ("postgres", "aurora", "true", "false")
SECONDS = 300
NOTHING = {"Ref": "AWS::NoValue"}


def combinations() -> Iterator[tuple[str, dict[str, str]]]:
    """A name and the parameters of each: stage, kind of database, and whether RDS Proxy stands before it."""
    for stage, engine, proxy in product(STAGES, ("postgres", "aurora"), ("false", "true")):
        chosen = {"DatabaseEngine": engine, "DatabaseProxy": proxy}
        # A cluster cannot pause behind a proxy, which never leaves it.
        floor = {"DatabaseMinCapacity": "0.5"} if proxy == "true" else {}
        name = f"{stage}-{engine}{'-proxy' if proxy == 'true' else ''}"
        yield name, {**target("", stage).parameters, **chosen, **floor}


def write(folder: Path) -> None:
    """A file for each stack of each combination, with its conditions carried out; what resources tell stays open."""
    for name, parameters in combinations():
        root = transformed(parameters)
        for nested in STACKS:
            if nested in root.resources:
                document = _settled(root.nested(nested))
                (folder / f"{name}-{nested}.json").write_text(json.dumps(document, default=str), encoding="utf-8")


def _settled(stack: Stack) -> dict[str, Any]:
    """The stack's own document with what is there, and only that."""
    there = {name: _without(resource.body, "Condition") for name, resource in stack.resources.items()}
    told = {
        name: _without(output, "Condition")
        for name, output in stack.document.get("Outputs", {}).items()
        if "Condition" not in output or stack.condition(output["Condition"])
    }
    known = {name: _known(stack, name, said) for name, said in stack.document["Parameters"].items()}
    kept = _without(stack.document, "Conditions") | {"Parameters": known, "Resources": there, "Outputs": told}
    settled: dict[str, Any] = _carried_out(kept, stack)
    return settled


def _known(stack: Stack, name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What the root chose is a parameter's only value; what a resource tells is not known before that is there."""
    value = stack.parameters[name]
    chosen = isinstance(value, int | float) or value in CHOSEN or str(value).startswith("db.")
    return _without(said, "Default") | ({"Default": value, "AllowedValues": [value]} if chosen else {})


def _without(mapping: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name != key}


def _carried_out(value: Any, stack: Stack) -> Any:
    if isinstance(value, list):
        return [item for item in (_carried_out(each, stack) for each in value) if item != NOTHING]
    if not isinstance(value, dict):
        return value
    if [*value] == ["Fn::If"]:
        condition, met, unmet = value["Fn::If"]
        return _carried_out(met if stack.condition(condition) else unmet, stack)
    items = {name: _carried_out(item, stack) for name, item in value.items()}
    return {name: item for name, item in items.items() if item != NOTHING}


def lint(linter: str) -> str:
    """What it says of them; nothing if all is well."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        paths = sorted(map(str, Path(folder).iterdir()))
        # A parameter that steers another combination is not used here.
        done = subprocess.run(
            [linter, "--ignore-checks", "W2001", "--", *paths],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    return f"{done.stdout}{done.stderr}".strip() or ("" if done.returncode == 0 else f"it ended with {done.returncode}")


def main(arguments: list[str]) -> int:
    said = lint(arguments[0])
    sys.stdout.write(f"{said or 'Each kind of database and each way to it is well formed'}\n")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
