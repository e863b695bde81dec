"""A stack of any name, in any of the environments of samconfig.toml, has what it needs and reaches for no other's."""

import re
import tomllib
from operator import attrgetter
from pathlib import Path
from typing import Any

from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource
from tests.support.runs.table import each
from tests.support.stack.policies import as_list, of_function, reached, statements

ROOT = Path(__file__).parents[3]
NAME = "photoloft-2"
# Where an operator may keep what is too long, or too secret, for a parameter of the template.
KEPT = {"YooKassaCaBundle": f"ssm:/{NAME}/russian-ca-pem", "TKassaProxy": f"ssm:/{NAME}/proxy-url"}
RESOURCES = [*transformed({**EVERYTHING_ON, **KEPT}, NAME).walk()]
# Roles in the database, and the sources of events, are the same in every stack: each has its own database and bus.
SHARED = re.compile(r"dbuser:\S+/cyclorama_\w+|cyclorama\.\w+")
ENVIRONMENTS = {
    name: commands["deploy"]["parameters"]
    for name, commands in tomllib.loads((ROOT / "samconfig.toml").read_text()).items()
    if isinstance(commands, dict) and "deploy" in commands
}


label = attrgetter("label")


def parameters_of(function: Resource) -> set[str]:
    variables: dict[str, Any] = function.properties["Environment"]["Variables"]
    return {str(value).removeprefix("ssm:") for value in variables.values() if str(value).startswith("ssm:")}


@each("function", typed(RESOURCES, "AWS::Lambda::Function"), ids=label)
def test_a_function_may_read_the_parameters_that_it_is_told_of(function: Resource) -> None:
    reads = reached(of_function(RESOURCES, function), "ssm:GetParameter")
    granted = {arn.rpartition(":parameter")[2] for arn in reads} - {""}
    assert granted == parameters_of(function)
    assert not [name for name in granted if not name.startswith(f"/{NAME}/")]


def test_no_policy_reaches_beyond_its_own_stack() -> None:
    named = {SHARED.sub("", str(one)) for _, said in statements(RESOURCES) for one in as_list(said["Resource"])}
    assert named
    assert {resource for resource in named if "cyclorama" in resource} == set()


@each("environment", [*ENVIRONMENTS])
def test_every_environment_says_where_and_with_which_rights_it_is_deployed(environment: str) -> None:
    said = ENVIRONMENTS[environment]
    assert {"default", "dev", "prod"} <= set(ENVIRONMENTS)
    assert re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", said["region"])
    # Roles, and the document of the API that is included.
    assert set(said["capabilities"]) == {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"}
    assert said["resolve_s3"] is True
    assert said["stack_name"]
