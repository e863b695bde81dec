"""With Canary a release is tried by few, and all ways to a function lead where they should; else nothing is there."""

import json
import re
from operator import attrgetter
from pathlib import Path
from typing import Any

from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON, load_template
from infra.local.template.intrinsics import resolve
from infra.local.template.stack import Resource, Stack
from tests.support.runs.table import each
from tests.support.stack.policies import as_list, statements

ROOT = Path(__file__).parents[4]
DOCUMENT: dict[str, Any] = json.loads((ROOT / "infra" / "api.json").read_text(encoding="utf-8"))
ON, OFF = (transformed({**EVERYTHING_ON, "Canary": canary}) for canary in ("true", "false"))
RESOURCES = [*ON.walk()]
GROUPS = typed(RESOURCES, "AWS::CodeDeploy::DeploymentGroup")
TRIED = {group.logical_id.removesuffix("DeploymentGroup") for group in GROUPS}
label = attrgetter("label")


def uris() -> list[Any]:
    schemes = DOCUMENT["components"]["securitySchemes"].values()
    guards = [each["x-amazon-apigateway-authorizer"]["authorizerUri"] for each in schemes]
    operations = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
    return guards + [operation["x-amazon-apigateway-integration"]["uri"] for operation in operations]


def asked(stack: Stack) -> set[str]:
    """What API Gateway invokes: the function's name, with the alias where it is named."""
    found = (re.search(r":function:([^/]+)/invocations$", str(resolve(uri, stack))) for uri in uris())
    return {match[1] for match in found if match}


def test_the_api_asks_for_the_alias_only_where_a_canary_moves_it() -> None:
    assert {"Authorizer", "GatewayApi", "BookingApi", "PaymentApi", "IntegrationApi", "NotificationApi"} == TRIED
    plain = Stack(ROOT / "template.yaml", {}, "http://127.0.0.1:1")
    assert asked(plain) == TRIED
    assert asked(Stack(ROOT / "template.yaml", {"Canary": "true"}, "http://127.0.0.1:1")) == {
        f"{n}:live" for n in TRIED
    }


@each("stack", [ON, OFF], ids=lambda stack: str(stack.parameters["Canary"]))
def test_api_gateway_may_invoke_the_function_and_its_alias(stack: Stack) -> None:
    """Of one as of the other, so that nobody is turned away while the API goes over."""
    permitted = {
        resource.properties["FunctionName"]
        for resource in typed(stack.resources.values(), "AWS::Lambda::Permission")
        if resource.properties["Principal"] == "apigateway.amazonaws.com"
    }
    assert permitted == TRIED | {f"{name}Aliaslive" for name in TRIED}


@each("group", GROUPS, ids=label)
def test_a_release_is_taken_back_by_a_role_that_may_and_alarms_that_there_are(group: Resource) -> None:
    name = group.logical_id.removesuffix("DeploymentGroup")
    alias = ON.document["Resources"][f"{name}Aliaslive"]
    assert alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"] == {"Ref": group.logical_id}
    alarms = {each["Name"] for each in group.properties["AlarmConfiguration"]["Alarms"]}
    assert alarms == {r.name for r in ON.nested("CanaryGuard").walk() if r.type == "AWS::CloudWatch::Alarm"}
    assert len(alarms) == 2
    assert "DEPLOYMENT_STOP_ON_ALARM" in group.properties["AutoRollbackConfiguration"]["Events"]
    (role,) = (r for r in ON.nested("CanaryGuard").walk() if r.type == "AWS::IAM::Role")
    assert group.properties["ServiceRoleArn"] == role.arn
    (trusted,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "codedeploy.amazonaws.com"}
    may = {action: as_list(s["Resource"]) for _, s in statements([role]) for action in as_list(s["Action"])}
    functions = sorted(r.arn for r in typed(RESOURCES, "AWS::Lambda::Function") if r.logical_id in TRIED)
    assert sorted(may["lambda:UpdateAlias"]) == functions
    assert may.keys() == {"lambda:UpdateAlias", "lambda:GetAlias", "cloudwatch:DescribeAlarms"}


def test_the_alarm_counts_the_errors_of_every_alias() -> None:
    alarm = ON.nested("CanaryGuard").resources["FunctionErrorsAlarm"].properties
    read = [metric["MetricStat"]["Metric"]["Dimensions"] for metric in alarm["Metrics"] if "MetricStat" in metric]
    wanted = [[("FunctionName", name), ("Resource", f"{name}:live")] for name in TRIED]
    assert sorted([(d["Name"], d["Value"]) for d in each] for each in read) == sorted(wanted)


def test_queues_schedules_and_addresses_go_on_asking_for_the_function_itself() -> None:
    functions = {r.logical_id for r in typed(RESOURCES, "AWS::Lambda::Function")}
    mappings = typed(RESOURCES, "AWS::Lambda::EventSourceMapping")
    assert {mapping.properties["FunctionName"] for mapping in mappings} <= functions - TRIED
    schedules = [r for r in typed(RESOURCES, "AWS::Events::Rule") if "ScheduleExpression" in r.properties]
    targets = {target["Arn"].rpartition(":")[2] for rule in schedules for target in rule.properties["Targets"]}
    assert targets and targets <= functions - TRIED
    for url in typed(RESOURCES, "AWS::Lambda::Url"):
        assert url.properties["TargetFunctionArn"] in functions - TRIED
        assert "Qualifier" not in url.properties


def test_every_release_is_a_version() -> None:
    """A version has the variables that its function had: without one, a changed parameter would reach no request."""
    written = Stack(ROOT / "template.yaml", {}, "http://127.0.0.1:1").document["Resources"]
    for name in TRIED:
        assert written[name]["Properties"]["AutoPublishCodeSha256"] == {"Ref": "Release"}
        assert written[name]["Properties"]["AutoPublishAliasAllProperties"] is True


def test_without_a_canary_nothing_of_it_is_there() -> None:
    kinds = {resource.type for resource in OFF.walk()}
    assert not [kind for kind in kinds if "CodeDeploy" in kind]
    assert "CanaryGuard" not in OFF.resources
    assert not [name for name, body in OFF.document["Resources"].items() if "UpdatePolicy" in body]


def test_one_machine_sees_the_same_routes_and_sam_local_the_functions() -> None:
    plain, tried = (load_template(ROOT / "template.yaml", {"Canary": canary}).api for canary in ("false", "true"))
    assert plain and tried
    assert (plain.routes, plain.authorizers) == (tried.routes, tried.authorizers)
    # As `make sam-local` leaves them out.
    texts = {uri["Fn::Sub"][0].replace("${Door}", "").rpartition("/functions/")[2] for uri in uris()}
    assert texts == {f"${{{name}.Arn}}/invocations" for name in TRIED}
