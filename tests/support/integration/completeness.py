"""What a connector is made of. The same check serves those that there are and the toy that plays the recipe."""

import ast
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from core.clock import SystemClock
from core.service_client import ServiceClient
from infra.local.template import load_template
from infra.local.template.model import Function, System
from infra.local.template.tags import read_document

CONTRACT = "shared_schemas/integration/connectors.py"
FOLDER = "functions/integration/connectors"
SANDBOX = "infra/sandbox/receivers"
PAGE = "docs/connectors.md"
MINUTE = 60


def loaded(path: Path) -> ModuleType:
    """A module of whichever tree, as part of a package of its own."""
    package = f"house_{uuid4().hex}"
    spec = spec_from_file_location(
        package, path.with_name("__init__.py"), submodule_search_locations=[str(path.parent)]
    )
    assert spec and spec.loader
    sys.modules[package] = module_from_spec(spec)
    return import_module(f"{package}.{path.stem}")


@dataclass(frozen=True)
class House:
    """A tree of files, where connectors may be added."""

    root: Path

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The literals of `ConnectorName`."""
        tree = ast.parse((self.root / CONTRACT).read_text(encoding="utf-8"))
        (value,) = [n.value for n in tree.body if isinstance(n, ast.Assign) and "ConnectorName" in ast.unparse(n)]
        return tuple(n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and isinstance(n.value, str))

    def system(self, *on: str) -> System:
        """The system with these connectors, as it leads to the sandbox."""
        parameters: dict[str, Any] = {"Connectors": ",".join(on)}
        for name in on:
            parameters |= self.sandbox(name).get("parameters", {})
        return load_template(self.root / "template.yaml", parameters)

    def sandbox(self, name: str) -> dict[str, dict[str, str]]:
        path = self.root / SANDBOX / name / "parameters.json"
        values: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return values

    def missing(self, name: str) -> list[str]:
        """Every piece that a connector lacks, each with the file that it belongs into."""
        if name not in self.names:
            return [f"{CONTRACT}: ConnectorName does not name {name}"]
        if not (self.root / FOLDER / name / "connector.py").exists():
            return [f"{FOLDER}/{name}/connector.py is missing"]
        declared = loaded(self.root / FOLDER / name / "connector.py")
        sandbox = list(self._sandbox(name))
        return [
            *self._declaration(name, declared),
            *self._page(name, declared),
            *(sandbox or self._template(name, declared)),
        ]

    def _declaration(self, name: str, declared: ModuleType) -> Iterator[str]:
        here = f"{FOLDER}/{name}/connector.py"
        label = getattr(declared, "LABEL", None)
        if not (label and label.en and label.ru):
            yield f"{here}: LABEL in both languages is missing"
        for piece in ("TAKES", "configured"):
            if not hasattr(declared, piece):
                yield f"{here}: {piece} is missing"
        if not (self.root / FOLDER / name / "settings.py").exists():
            yield f"{FOLDER}/{name}/settings.py is missing"

    def _page(self, name: str, declared: ModuleType) -> Iterator[str]:
        page = (self.root / PAGE).read_text(encoding="utf-8")
        if f"| `{name}` |" not in page:
            yield f"{PAGE}: the table has no row `{name}`"
        if hasattr(declared, "LABEL") and f"\n## {declared.LABEL.en}\n" not in page:
            yield f"{PAGE}: there is no section {declared.LABEL.en}"

    def _sandbox(self, name: str) -> Iterator[str]:
        here = f"{SANDBOX}/{name}"
        if not (self.root / here / "api.py").exists():
            yield f"{here}/api.py is missing"
            return
        receiver = loaded(self.root / here / "api.py")
        yield from (
            f"{here}/api.py: {piece} is missing" for piece in ("OPTIONS", "receiver") if not hasattr(receiver, piece)
        )
        if not self.sandbox(name):
            yield f"{here}/parameters.json is missing"
        template = read_document(self.root / "template.yaml")
        for kind, section in (("parameters", "Parameters"), ("secrets", "Resources")):
            for each in sorted(self.sandbox(name).get(kind, {}).keys() - template[section].keys()):
                yield f"template.yaml: {each} is missing, which {here}/parameters.json sets"

    def _template(self, name: str, declared: ModuleType) -> Iterator[str]:
        system, queue = self.system(name), f"cyclorama-integration-{name}"
        handler = f"integration.consumers_connectors.{name}"
        function = next((one for one in system.functions.values() if one.handler == handler), None)
        if function is None:
            yield f"template.yaml: no function has the handler {handler}"
            return
        own, read = function.logical_id, {(source.function, source.queue) for source in system.queue_sources}
        if (own, queue) not in read:
            yield f"template.yaml: {own} does not read the queue {queue}"
        if (own, MINUTE) not in {(schedule.function, schedule.interval) for schedule in system.schedules}:
            yield f"template.yaml: {own} does not run every minute"
        if ("IntegrationDeadLetters", f"{queue}-dead-letters") not in read:
            yield f"template.yaml: nobody collects the dead letters of {queue}"
        rule = next((rule for rule in system.rules if rule.name == queue), None)
        takes = frozenset(rule.pattern.get("detail-type", ())) if rule else frozenset()
        if rule is None or takes != (getattr(declared, "TAKES", None) or frozenset()):
            yield f"template.yaml: {queue} is not told of what {FOLDER}/{name}/connector.py TAKES: {sorted(takes)}"
        for one in (function, system.functions["IntegrationApi"]):
            yield from self._settings(name, declared, one)

    def _settings(self, name: str, declared: ModuleType, function: Function) -> Iterator[str]:
        """Its own function sets all of them, the API those by which it knows that the connector is on."""
        settings = loaded(self.root / FOLDER / name / "settings.py")
        models = [value for value in vars(settings).values() if getattr(value, "__module__", "") == settings.__name__]
        variables = {field.upper() for model in models for field in model.model_fields}
        if function.logical_id != "IntegrationApi" and (unset := sorted(variables - function.environment.keys())):
            yield f"template.yaml: {function.logical_id} does not set {', '.join(unset)}"
        with patch.dict("os.environ", function.environment):
            if declared.configured(_World) is None:
                yield f"template.yaml: {function.logical_id} lacks the credentials of {name}"


class _World:
    """Nothing that a connector could be asked for while it is made."""

    clock = SystemClock()
    services = ServiceClient("integration", "http://127.0.0.1:9", "", clock)

    @staticmethod
    def unit_of_work() -> None:
        raise AssertionError("a connector opens no transaction while it is made")
