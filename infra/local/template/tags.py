"""CloudFormation's YAML: short tags such as `!Sub` become their long `{"Fn::Sub": …}` form."""

import json
from functools import lru_cache
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


@lru_cache(maxsize=64)
def _parsed(text: str, as_json: bool) -> Any:
    """A stack of every subscription and every service has the same text, and a system has forty of them."""
    # The loader is a SafeLoader, which the rule cannot see.
    return json.loads(text) if as_json else yaml.load(text, CloudFormationLoader)  # noqa: S506


def read_document(path: Path) -> dict[str, Any]:
    """A template or an included document, JSON or YAML, to be read only."""
    try:
        document = _parsed(path.read_text(encoding="utf-8"), path.suffix == ".json")
    except FileNotFoundError:
        raise TemplateError(f"{path} does not exist") from None
    except (yaml.YAMLError, json.JSONDecodeError) as error:
        raise TemplateError(f"{path}: {error}") from None
    if not isinstance(document, dict):
        raise TemplateError(f"{path} does not hold a template")
    return document
