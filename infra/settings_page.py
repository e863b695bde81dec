"""Writes `docs/settings.md` from the settings classes; with `--check` it only says whether the file is current."""

import sys
from importlib import import_module
from pathlib import Path

from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from core.settings import CoreSettings
from infra.local.settings import LocalSettings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
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
        module = import_module(f"{service}.settings")
        own = [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, BaseSettings) and value.__module__ == module.__name__
        ]
        parts += [_section(f"{service.capitalize()}: `{model.__name__}`", model, CoreSettings) for model in own]
    parts.append(_section("The one-machine runtime (`make run`)", LocalSettings, None))
    return "\n".join(parts)


def _section(title: str, model: type[BaseSettings], base: type[BaseSettings] | None) -> str:
    inherited = set(base.model_fields) if base and issubclass(model, base) else set()
    rows = ["", f"## {title}", "", "| variable | default | meaning |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        if name in inherited:
            continue
        meaning = " ".join((field.description or "").split())
        if not meaning:
            raise SystemExit(f"{model.__name__}.{name} has no docstring")
        rows.append(f"| `{(field.alias or name).upper()}` | {_default(field.default)} | {meaning} |")
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
