"""The stacks as CloudFormation makes them: with parameters and conditions carried out, a linter sees what is there."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.deploy.transformed import transformed


def write(folder: Path, parameters: Mapping[str, str]) -> None:
    """A file for each stack, named after it."""
    stacks: dict[str, dict[str, Any]] = defaultdict(dict)
    for resource in transformed(parameters).walk():
        name = resource.stack.prefix.rstrip("-") or "Root"
        kept = {key: value for key, value in resource.body.items() if key in ("DeletionPolicy", "UpdateReplacePolicy")}
        stacks[name][resource.logical_id] = {"Type": resource.type, **kept, "Properties": resource.properties}
    for name, resources in stacks.items():
        document = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
        (folder / f"{name}.json").write_text(json.dumps(document, indent=1, default=str), encoding="utf-8")
