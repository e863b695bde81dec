"""CloudFormation's YAML: short tags such as `!Sub` become their long `{"Fn::Sub": …}` form."""

import json
from pathlib import Path
from typing import Any

import yaml

from infra.local.machine.errors import TemplateError

UNPREFIXED = {"Ref", "Condition"}

try:
    from yaml import CSafeLoader as BaseLoader
except ImportError:
    from yaml import SafeLoader as BaseLoader  # type: ignore[assignment]


class CloudFormationLoader(BaseLoader):
    """A safe loader that knows every `!Tag` as an intrinsic function."""


def _intrinsic(loader: CloudFormationLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    name = tag if tag in UNPREFIXED else f"Fn::{tag}"
    return {name: _split_attribute(name, _content(loader, node))}


def _content(loader: CloudFormationLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    raise TemplateError(f"Unreadable YAML near {node.start_mark}")


def _split_attribute(name: str, value: Any) -> Any:
    return value.split(".", 1) if name == "Fn::GetAtt" and isinstance(value, str) else value


def _date_as_text(loader: CloudFormationLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


CloudFormationLoader.add_multi_constructor("!", _intrinsic)
# `Version: 2012-10-17` is a policy's version and not a date.
CloudFormationLoader.add_constructor("tag:yaml.org,2002:timestamp", _date_as_text)


def read_document(path: Path) -> dict[str, Any]:
    """A template or an included document, JSON or YAML."""
    try:
        text = path.read_text(encoding="utf-8")
        # The loader is a SafeLoader, which the rule cannot see.
        document = json.loads(text) if path.suffix == ".json" else yaml.load(text, CloudFormationLoader)  # noqa: S506
    except FileNotFoundError:
        raise TemplateError(f"{path} does not exist") from None
    except (yaml.YAMLError, json.JSONDecodeError) as error:
        raise TemplateError(f"{path}: {error}") from None
    if not isinstance(document, dict):
        raise TemplateError(f"{path} does not hold a template")
    return document
