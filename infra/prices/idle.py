"""Prices each resource of a stack as CloudFormation is told of it.

It runs, its schedules run, its queues are asked, and nobody books. What costs nothing is named, so that a new kind of
resource is not taken for free in silence. Our own metrics are sent only where there is something to tell."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.template.stack import Resource

# Lambda asks a standard queue with five connections, each of which waits for 20 seconds.
POLLERS, POLL_SECONDS = 5, 20
# What a job that finds nothing to do takes, warm, with its connection: measured locally, and doubled.
JOB_SECONDS = 0.06
# What a day of an idle stack logs: a line for each run of a job that did something, and reports of failures.
LOG_GIGABYTES = 0.2
# How often somebody looks at a stack of nobody's bookings whose functions have gone to sleep, a month: assumed.
RESTORES = 300
# A database of nobody's bookings: catalogues, and what the schema has.
AURORA_GIGABYTES = 1
# What a cluster that is awake reads and writes while nobody books, in requests an hour: assumed, not measured.
AURORA_REQUESTS = 3600
# What RDS Proxy is paid for at least: processors of an instance, capacity units of a cluster.
PROXY_VCPUS, PROXY_UNITS = 2, 8
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
MINUTES = {"minute": 1, "hour": 60, "day": 1440}
FREE = {
    "AWS::ApiGateway::Account", "AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::DomainName", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage",
    "AWS::Budgets::Budget",
    "AWS::RDS::DBClusterParameterGroup", "AWS::RDS::DBProxyTargetGroup",
    "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup",
    "AWS::CloudFormation::Stack", "AWS::CloudFront::Distribution", "AWS::CloudFront::OriginAccessControl",
    "AWS::EC2::InternetGateway", "AWS::EC2::Route", "AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet", "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPC", "AWS::EC2::VPCGatewayAttachment",
    "AWS::Events::Archive", "AWS::Events::EventBus", "AWS::IAM::Role", "AWS::IAM::RolePolicy",
    "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission",
    "AWS::Lambda::Url", "AWS::Lambda::Version", "AWS::Logs::MetricFilter", "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBSubnetGroup", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::SSM::Parameter",
    "AWS::WAFv2::WebACLAssociation", "Custom::Migration",
}  # fmt: skip

Table = Mapping[str, Any]


class UnknownPriceError(Exception):
    """Nobody has said what a resource of this kind costs."""


@dataclass(frozen=True)
class Line:
    """One line of the bill: US dollars a month."""

    what: str
    count: int
    dollars: float


def bill(resources: Iterable[Resource], table: Table) -> list[Line]:
    """The dearest first. `UnknownPriceError` names a kind of resource that has no price and is not free."""
    every = list(resources)
    sums: dict[str, list[float]] = defaultdict(list)
    for resource in every:
        what, dollars = _priced(resource, table, every)
        if what:
            sums[what].append(dollars)
    sums["logs"] = [table["gigabyte"]["log-written"] * LOG_GIGABYTES]
    lines = [Line(what, len(each), round(sum(each), 2)) for what, each in sums.items()]
    return sorted(lines, key=lambda line: -line.dollars)


def _priced(resource: Resource, table: Table, every: list[Resource]) -> tuple[str, float]:
    if resource.type in FREE:
        return "", 0
    if resource.type in DEPENDING:
        return DEPENDING[resource.type](resource, table, every)
    try:
        price = PRICES[resource.type]
    except KeyError:
        raise UnknownPriceError(f"{resource.label} has no price, and is not among what is free") from None
    return price(resource.properties, table)


def _hourly(what: str, name: str) -> Callable[[Any, Table], tuple[str, float]]:
    return lambda _properties, table: (what, table["hourly"][name] * table["hours"])


def _monthly(what: str, name: str) -> Callable[[Any, Table], tuple[str, float]]:
    return lambda _properties, table: (what, table["monthly"][name])


def _database(properties: Any, table: Table) -> tuple[str, float]:
    if "DBClusterIdentifier" in properties:
        return "", 0  # Its cluster is priced with all its members.
    zones = 2 if properties.get("MultiAZ") else 1
    running = table["database"][properties["DBInstanceClass"]] * table["hours"]
    stored = table["gigabyte"]["database-storage"] * float(properties["AllocatedStorage"])
    kept = table["monthly"]["secret"] if properties.get("ManageMasterUserPassword") else 0
    where = "two zones" if zones == 2 else "one zone"
    return f"database {properties['DBInstanceClass']}, {where}, with its secret", zones * (running + stored) + kept


def _cluster(resource: Resource, table: Table, every: list[Resource]) -> tuple[str, float]:
    """As large as it has to be, all the time: jobs that run keep it awake, and without them it pauses if it may."""
    properties = resource.properties
    least = float(properties["ServerlessV2ScalingConfiguration"]["MinCapacity"])
    awake = least > 0 or any(_schedule(rule, table, every)[1] for rule in every if rule.type == "AWS::Events::Rule")
    members = sum("DBClusterIdentifier" in one.properties for one in every if one.type == "AWS::RDS::DBInstance")
    units = max(least, 0.5) * members if awake else 0
    asked = AURORA_REQUESTS * table["hours"] / 1e6 * table["million"]["aurora-request"] if awake else 0
    stored = table["gigabyte"]["aurora-storage"] * AURORA_GIGABYTES
    kept = table["monthly"]["secret"] if properties.get("ManageMasterUserPassword") else 0
    size = f"awake at {units:g} units" if awake else "paused"
    dollars = units * table["hourly"]["acu"] * table["hours"] + stored + asked + kept
    return f"Aurora, {size}, with its secret (an estimate)", dollars


def _proxy(_resource: Resource, table: Table, every: list[Resource]) -> tuple[str, float]:
    """By the processors of an instance, of which all classes of the template have two, or the capacity of a cluster."""
    clustered = any(resource.type == "AWS::RDS::DBCluster" for resource in every)
    hourly = table["hourly"]["proxy-acu"] * PROXY_UNITS if clustered else table["hourly"]["proxy-vcpu"] * PROXY_VCPUS
    return "RDS Proxy (an estimate)", hourly * table["hours"]


def _instance(properties: Any, table: Table) -> tuple[str, float]:
    kind = properties["InstanceType"]
    stored = sum(device["Ebs"]["VolumeSize"] for device in properties["BlockDeviceMappings"])
    running = table["instance"][kind] * table["hours"] + table["gigabyte"]["volume"] * stored
    return f"instance {kind} as the way out", running


def _alarm(properties: Any, table: Table) -> tuple[str, float]:
    """Paid for by the metric: also those that an expression adds up, and those that a query finds."""
    metrics = properties.get("Metrics", [])
    direct = sum("MetricStat" in metric for metric in metrics)
    # While nothing goes wrong a query finds nothing, and is paid for like one metric.
    found = sum("SELECT" in metric.get("Expression", "") for metric in metrics)
    return "alarms", table["monthly"]["alarm-metric"] * max(1, direct + found)


def _polled(properties: Any, table: Table) -> tuple[str, float]:
    if properties.get("Enabled", True) is not True:
        return "", 0
    polls = POLLERS * table["hours"] * 3600 / POLL_SECONDS
    return "queues that Lambda asks", polls / 1e6 * table["million"]["queue-request"]


def _firewall(properties: Any, table: Table) -> tuple[str, float]:
    rules = len(properties["Rules"]) * table["monthly"]["web-acl-rule"]
    return "web ACL", table["monthly"]["web-acl"] + rules


def _endpoint(properties: Any, table: Table) -> tuple[str, float]:
    if properties.get("VpcEndpointType") == "Gateway":
        return "", 0
    return "endpoints", table["hourly"]["endpoint"] * table["hours"] * len(properties["SubnetIds"])


def _function(properties: Any, table: Table) -> tuple[str, float]:
    """It costs what its schedules have it do, and what its snapshot does: of the newest version, for older ones go."""
    if properties.get("SnapStart", {}).get("ApplyOn") != "PublishedVersions":
        return "", 0
    kept = table["second"]["snapshot-gigabyte"] * table["hours"] * 3600
    restored = table["gigabyte"]["snapshot-restored"] * RESTORES
    return "snapshots of functions", (kept + restored) * properties["MemorySize"] / 1024


def _schedule(resource: Resource, table: Table, every: list[Resource]) -> tuple[str, float]:
    properties = resource.properties
    match = RATE.fullmatch(properties.get("ScheduleExpression", ""))
    if not match or properties.get("State", "ENABLED") != "ENABLED":
        return "", 0
    runs = table["hours"] * 60 / (int(match[1]) * MINUTES[match[2]])
    target = properties["Targets"][0]["Arn"].rpartition(":")[2]
    function = next(r.properties for r in every if r.logical_id == target)
    worked = runs * JOB_SECONDS * function["MemorySize"] / 1024 * table["second"]["function-gigabyte"]
    # X-Ray samples what comes more often than once a second.
    traced = function.get("TracingConfig", {}).get("Mode") == "Active"
    each = table["million"]["invocation"] + traced * table["million"]["trace"]
    return "schedules, and what their functions take", runs / 1e6 * each + worked


# What a resource costs of which others decide.
DEPENDING: Mapping[str, Callable[[Resource, Table, list[Resource]], tuple[str, float]]] = {
    "AWS::Events::Rule": _schedule,
    "AWS::RDS::DBCluster": _cluster,
    "AWS::RDS::DBProxy": _proxy,
}
PRICES: Mapping[str, Callable[[Any, Table], tuple[str, float]]] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _monthly("dashboards", "dashboard"),
    "AWS::EC2::EIP": _hourly("public addresses", "public-address"),
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::NatGateway": _hourly("NAT gateways", "nat-gateway"),
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::KMS::Key": _monthly("keys", "key"),
    "AWS::Lambda::EventSourceMapping": _polled,
    "AWS::Lambda::Function": _function,
    # What is written into them is reckoned for all together.
    "AWS::Logs::LogGroup": lambda _properties, _table: ("", 0),
    "AWS::RDS::DBInstance": _database,
    "AWS::SecretsManager::Secret": _monthly("secrets", "secret"),
    "AWS::WAFv2::WebACL": _firewall,
}
