"""Writes the JSON Schemas of the envelope and of every event; with `--check` it only compares.

A schema that changes in a way that breaks readers must be a new version of the event instead.
"""

import json
import sys
from pathlib import Path
from typing import Any

from shared_schemas.events.envelope import REGISTRY, Envelope

GOLDEN = Path(__file__).parents[2] / "shared_schemas" / "golden"


def schemas() -> dict[str, dict[str, Any]]:
    """File name → schema."""
    found = {f"{type_}.v{version}.json": model.model_json_schema() for (type_, version), model in REGISTRY.items()}
    return {"envelope.json": Envelope.model_json_schema(), **found}


def stale() -> list[str]:
    """The names of files that are missing, superfluous or out of date."""
    wanted = {name: _text(schema) for name, schema in schemas().items()}
    found = {path.name: path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.json")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    if "--check" in sys.argv:
        if names := stale():
            sys.exit(f"shared_schemas/golden is not current ({', '.join(names)}): run `make openapi`")
        return
    GOLDEN.mkdir(exist_ok=True)
    for path in GOLDEN.glob("*.json"):
        path.unlink()
    for name, schema in schemas().items():
        (GOLDEN / name).write_text(_text(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
