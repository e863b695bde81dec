"""The whole template, deployed to an emulator of AWS: CloudFormation takes it, and makes of it what it describes."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from infra.deploy.transformed import transformed
from infra.local.machine.aws import local_client
from infra.local.machine.ports import HOST
from infra.local.machine.region import ACCOUNT, REGION
from infra.local.run.broker import ministack
from infra.local.template import EVERYTHING_ON
from tests.support.database import free_port
from tests.support.stack.emulated import API, NESTED, Emulator, Refusals
from tests.support.system.template import whole_system

STACK = "loft"
OWNER = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:owner"
# All that this emulator cannot do of what the template asks of it; what it learns to do has to go from here.
REFUSED = Refusals(
    types={
        "AWS::EC2::EIP",
        "AWS::EC2::Instance",
        "AWS::Events::Archive",
        "AWS::IAM::RolePolicy",
        "AWS::WAFv2::WebACLAssociation",
    },
    properties={("AWS::CloudWatch::Alarm", "Metrics")},
    attributes={
        ("AWS::EC2::VPC", "CidrBlock"): "10.0.0.0/16",
        ("AWS::RDS::DBInstance", "MasterUserSecret.SecretArn"): OWNER,
    },
)  # fmt: skip
# What is enough to see each refused.
DATABASE = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t4g.micro",
    "AllocatedStorage": "20",
    "MasterUsername": "owner",
}
LEAST: dict[str, Any] = {
    "AWS::EC2::VPC": {"CidrBlock": "10.0.0.0/16"},
    "AWS::RDS::DBInstance": DATABASE | {"ManageMasterUserPassword": True},
    "AWS::CloudWatch::Alarm": {
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "Metrics": [{"Id": "sum", "Expression": "1"}],
    },
}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    state, port = tmp_path_factory.mktemp("emulator"), free_port()
    (state / "logs").mkdir()
    child = ministack(state, state / "logs", port, "ERROR")
    child.launch()
    url = f"http://{HOST}:{port}"
    try:
        asyncio.run(child.wait_ready())
        yield Emulator(url, lambda service: local_client(service, url), REFUSED)
    finally:
        child.stop()


@pytest.fixture(scope="module")
def deployed(emulator: Emulator) -> Emulator:
    emulator.deploy_whole(STACK, EVERYTHING_ON)
    return emulator


def test_all_that_cloudformation_is_told_of_comes_up(deployed: Emulator) -> None:
    written = [*transformed(EVERYTHING_ON).walk()]
    assert {each.type for each in written} >= REFUSED.types
    taken = (each for each in written if not REFUSED.refuses(each.body))
    wanted = Counter(each.type for each in taken)
    made = Counter(kind for kind, _ in deployed.resources(STACK))
    assert made == wanted
    assert made[NESTED] > 60
    assert made["Custom::Migration"] == 1


def test_functions_are_fed_by_the_queues_of_the_template(deployed: Emulator) -> None:
    lambda_, system = deployed.aws("lambda"), whole_system()
    functions = lambda_.get_paginator("list_functions").paginate().build_full_result()["Functions"]
    assert {each["FunctionName"].split("-")[1] for each in functions} == system.functions.keys()
    sources = lambda_.get_paginator("list_event_source_mappings").paginate().build_full_result()["EventSourceMappings"]
    fed = Counter(each["FunctionArn"].rpartition(":")[2].split("-")[1] for each in sources)
    assert fed == Counter(source.function for source in system.queue_sources)
    assert fed.total() > 30
    assert {each["State"] for each in sources} == {"Enabled"}


def test_the_api_has_the_routes_of_its_document(deployed: Emulator) -> None:
    [api] = [name for kind, name in deployed.resources(STACK) if kind == API]
    pages = deployed.aws("apigateway").get_paginator("get_resources").paginate(restApiId=api)
    served = [method for each in pages.build_full_result()["items"] for method in each.get("resourceMethods", ())]
    known = whole_system().api
    assert known
    assert served.count("POST") == len([route for route in known.routes if route.method == "POST"]) > 100


@pytest.mark.parametrize("kind", sorted(REFUSED.types))
def test_the_emulator_still_does_not_know(emulator: Emulator, kind: str) -> None:
    with pytest.raises(Exception, match=f"Unrecognized resource types: .{kind}"):
        _create(emulator, {"Resources": {"It": {"Type": kind, "Properties": {}}}})


@pytest.mark.parametrize(("kind", "attribute"), sorted(REFUSED.attributes))
def test_the_emulator_still_cannot_tell(emulator: Emulator, kind: str, attribute: str) -> None:
    resource = {"Type": kind, "Properties": LEAST[kind]}
    outputs = {"Told": {"Value": {"Fn::GetAtt": ["It", attribute]}}}
    with pytest.raises(RuntimeError, match=f"attribute {attribute} does not exist"):
        _create(emulator, {"Resources": {"It": resource}, "Outputs": outputs})


@pytest.mark.parametrize(("kind", "name"), sorted(REFUSED.properties))
def test_the_emulator_still_does_not_take(emulator: Emulator, kind: str, name: str) -> None:
    with pytest.raises(RuntimeError, match=rf"{kind} Properties\.{name}.*not supported"):
        _create(emulator, {"Resources": {"It": {"Type": kind, "Properties": LEAST[kind]}}})


def _create(emulator: Emulator, template: dict[str, Any]) -> None:
    emulator.create(f"small-{free_port()}", {}, TemplateBody=json.dumps(template))
