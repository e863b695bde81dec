"""What the roles of a stack may do, as its policies say."""

from collections.abc import Iterable, Iterator
from typing import Any

from infra.local.template.stack import Resource

KINDS = {"AWS::IAM::Role", "AWS::IAM::RolePolicy"}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(resources: Iterable[Resource]) -> Iterator[tuple[Resource, dict[str, Any]]]:
    """Each statement, with the role or the policy that it stands in."""
    for resource in resources:
        if resource.type not in KINDS:
            continue
        own = [resource.properties] if "PolicyDocument" in resource.properties else []
        for policy in resource.properties.get("Policies", own):
            yield from ((resource, statement) for statement in policy["PolicyDocument"]["Statement"])


def of_function(resources: Iterable[Resource], function: Resource) -> list[dict[str, Any]]:
    """What the role of a function may do."""
    role = str(function.properties["Role"]).rpartition(":")[2]
    return [s for resource, s in statements(resources) if role in {resource.name, resource.properties.get("RoleName")}]


def reached(statements: Iterable[dict[str, Any]], action: str) -> set[str]:
    """The resources on which an action is allowed."""
    allowed = (s for s in statements if action in as_list(s["Action"]))
    return {str(resource) for statement in allowed for resource in as_list(statement["Resource"])}
