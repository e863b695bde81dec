"""CloudFormation's intrinsic functions over plain data."""

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from infra.local.machine.errors import TemplateError

NO_VALUE = object()
PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class Names(Protocol):
    """Where references lead: parameters, pseudo parameters and resources of one stack."""

    @property
    def mappings(self) -> Mapping[str, Any]: ...
    def ref(self, name: str) -> Any: ...
    def attribute(self, resource: str, attribute: str) -> Any: ...
    def condition(self, name: str) -> bool: ...


def resolve(value: Any, names: Names) -> Any:
    """The value with every intrinsic function in it carried out."""
    if isinstance(value, dict):
        if len(value) == 1:
            (key, argument), *_ = value.items()
            # In an IAM statement the key `Condition` holds a mapping, and is no intrinsic.
            if (function := FUNCTIONS.get(key)) and not (key == "Condition" and isinstance(argument, dict)):
                return function(argument, names)
            if key.startswith("Fn::"):
                raise TemplateError(f"{key} is not supported on one machine")
        return _without_none({key: resolve(item, names) for key, item in value.items()})
    if isinstance(value, list):
        return [item for item in (resolve(item, names) for item in value) if item is not NO_VALUE]
    return value


def _without_none(mapping: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in mapping.items() if item is not NO_VALUE}


def _ref(argument: Any, names: Names) -> Any:
    return names.ref(str(argument))


def _get_attribute(argument: Any, names: Names) -> Any:
    resource, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    return names.attribute(resource, str(resolve(attribute, names)))


def _sub(argument: Any, names: Names) -> str:
    text, variables = argument if isinstance(argument, list) else (argument, {})
    local = resolve(variables, names)

    def replace(match: re.Match[str]) -> str:
        literal, name = match.group(1), match.group(2).strip()
        if literal:
            return "${" + name + "}"
        if name in local:
            return str(local[name])
        return str(names.attribute(*name.split(".", 1)) if "." in name else names.ref(name))

    return PLACEHOLDER.sub(replace, str(text))


def _join(argument: Any, names: Names) -> str:
    separator, items = argument
    return str(separator).join(str(item) for item in resolve(items, names))


def _if(argument: Any, names: Names) -> Any:
    condition, when_true, when_false = argument
    return resolve(when_true if names.condition(condition) else when_false, names)


def _find_in_map(argument: Any, names: Names) -> Any:
    path = [str(resolve(item, names)) for item in argument[:3]]
    try:
        return names.mappings[path[0]][path[1]][path[2]]
    except KeyError:
        raise TemplateError(f"Fn::FindInMap: there is no {'.'.join(path)} in Mappings") from None


def _select(argument: Any, names: Names) -> Any:
    index, items = resolve(argument, names)
    return items[int(index)]


def _split(argument: Any, names: Names) -> list[str]:
    separator, text = resolve(argument, names)
    return str(text).split(separator)


def _base64(argument: Any, names: Names) -> str:
    return base64.b64encode(str(resolve(argument, names)).encode()).decode()


def _availability_zones(_argument: Any, _names: Names) -> list[str]:
    return ["us-east-1a", "us-east-1b", "us-east-1c"]


def _equals(argument: Any, names: Names) -> bool:
    left, right = resolve(argument, names)
    return str(left) == str(right)


def _not(argument: Any, names: Names) -> bool:
    return not resolve(argument[0], names)


def _and(argument: Any, names: Names) -> bool:
    return all(resolve(item, names) for item in argument)


def _or(argument: Any, names: Names) -> bool:
    return any(resolve(item, names) for item in argument)


def _condition(argument: Any, names: Names) -> Any:
    return names.condition(str(argument))


FUNCTIONS: dict[str, Callable[[Any, Names], Any]] = {
    "Ref": _ref,
    "Condition": _condition,
    "Fn::GetAtt": _get_attribute,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Base64": _base64,
    "Fn::GetAZs": _availability_zones,
    "Fn::Equals": _equals,
    "Fn::Not": _not,
    "Fn::And": _and,
    "Fn::Or": _or,
}
