"""Writes `docs/settings.md` from the settings classes; with `--check` it only says whether the file is current."""

import sys
from importlib import import_module
from pathlib import Path

from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from core.settings import CoreSettings, variable_of
from infra.local.machine.settings import LocalSettings

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
PAGE = ROOT / "docs" / "settings.md"
SERVICES = ("gateway", "booking", "payment", "integration", "notification", "migrator")
HEADER = """\
# Settings

Every setting is an environment variable. On AWS and locally the functions get theirs from `template.yaml`. A value
that begins with `secretsmanager:` or `ssm:` is looked up there when it is first needed. A missing or wrong variable
stops the function at its start, with a message that names it. This page is written by `make openapi`.
"""


def page() -> str:
    """The whole page."""
    parts = [HEADER, _section("Every function", CoreSettings, None)]
    for service in SERVICES:
        own = models(service)
        parts += [_section(f"{service.capitalize()}: `{model.__name__}`", model, CoreSettings) for model in own]
    parts.append(_section("The one-machine runtime (`make run`)", LocalSettings, None))
    return "\n".join(parts)


def models(service: str) -> list[type[BaseSettings]]:
    """The settings of a service: its own, and those that gateways, channels and the like declare in their folders."""
    found = []
    for path in sorted((FUNCTIONS / service).rglob("settings.py"), key=lambda path: (len(path.parts), path)):
        module = import_module(".".join(path.relative_to(FUNCTIONS).with_suffix("").parts))
        classes = dict.fromkeys(value for value in vars(module).values() if isinstance(value, type))
        found += [kind for kind in classes if issubclass(kind, BaseSettings) and kind.__module__ == module.__name__]
    return found


def _section(title: str, model: type[BaseSettings], base: type[BaseSettings] | None) -> str:
    inherited = set(base.model_fields) if base and issubclass(model, base) else set()
    rows = ["", f"## {title}", "", "| variable | default | meaning |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        if name in inherited:
            continue
        meaning = " ".join((field.description or "").split())
        if not meaning:
            raise SystemExit(f"{model.__name__}.{name} has no docstring")
        variable = variable_of(model, field.alias or name)
        rows.append(f"| `{variable}` | {_default(field.default)} | {meaning} |")
    return "\n".join(rows) + "\n" if len(rows) > 5 else ""


def _default(value: object) -> str:
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, Path):
        return f"`{value.name}`"
    return f"`{value}`" if value not in (None, "") else "–"


def main() -> None:
    wanted = page()
    if "--check" not in sys.argv:
        PAGE.write_text(wanted)
    elif PAGE.read_text() != wanted:
        sys.exit("docs/settings.md is not current: run `make openapi`")


if __name__ == "__main__":
    main()
