"""CloudFormation changes the foundation first, then migrates, and only then changes what reads the database."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from operator import attrgetter
from typing import Any

from infra.deploy.rollout import FOUNDATION, MIGRATION
from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource
from tests.support.runs.table import each

STACK = transformed(EVERYTHING_ON)
RESOURCES: Mapping[str, Any] = STACK.document["Resources"]
FUNCTIONS = [f for f in typed(STACK.walk(), "AWS::Lambda::Function") if f.logical_id != "Migrator"]
label = attrgetter("label")


def named(value: Any) -> Iterator[str]:
    """The resources that a text of the template refers to."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield str(item)
            elif key == "Fn::GetAtt":
                yield str(item[0] if isinstance(item, list) else item.split(".")[0])
            elif key == "Fn::Sub":
                yield from re.findall(r"\$\{(\w+)", item if isinstance(item, str) else item[0])
                yield from named([] if isinstance(item, str) else item[1])
            else:
                yield from named(item)
    elif isinstance(value, list):
        for item in value:
            yield from named(item)


def _said(body: Mapping[str, Any]) -> list[str]:
    said: str | list[str] = body.get("DependsOn", [])
    return [said] if isinstance(said, str) else said


@cache
def before(name: str) -> frozenset[str]:
    """All resources that are there before this one."""
    body = RESOURCES[name]
    first = {*_said(body), *named(body.get("Properties", {}))} & set(RESOURCES)
    return frozenset(first.union(*(before(each) for each in first)))


def test_nothing_waits_for_itself() -> None:
    """CloudFormation refuses such a template as a whole, and cfn-lint did not see it."""
    waits = {name: {*_said(body), *named(body.get("Properties", {}))} for name, body in RESOURCES.items()}
    assert {*TopologicalSorter({name: first & set(RESOURCES) for name, first in waits.items()}).static_order()}
    assert "Api" in waits["BookingApiPermission"]


@each("function", FUNCTIONS, ids=label)
def test_a_function_is_changed_after_the_migrations(function: Resource) -> None:
    assert MIGRATION in before(function.logical_id)


def test_the_migrations_wait_for_the_foundation_alone() -> None:
    assert before(MIGRATION) >= FOUNDATION
    assert not [name for name in before(MIGRATION) if name.endswith(("Api", "Webhooks"))]


def test_every_release_is_migrated() -> None:
    """A custom resource is asked again when what it is given has changed: the version of the migrator's code."""
    properties = RESOURCES[MIGRATION]["Properties"]
    (version,) = named(properties["Release"])
    assert RESOURCES[version]["Type"] == "AWS::Lambda::Version"
    assert [*named(RESOURCES[version]["Properties"])] == ["Migrator"]
    assert [*named(properties["ServiceToken"])] == ["Migrator"]
    assert properties["ServiceTimeout"] >= RESOURCES["Migrator"]["Properties"]["Timeout"]
