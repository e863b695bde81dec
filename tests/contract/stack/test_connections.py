"""All functions together fit into the database, whatever its class: each of their environments keeps a connection."""

from functools import cache
from operator import attrgetter

from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource, Stack
from tests.support.runs.table import each

CLASSES = transformed({}).document["Parameters"]["DatabaseInstanceClass"]["AllowedValues"]
# superuser_reserved_connections, and rds.rds_superuser_reserved_connections: whoever repairs the database gets in.
ADMINISTRATORS = 5
# What Lambda wants to be left of an account's quota that no function reserves.
UNRESERVED = 100
# What they read was given up already, so that one more delivery costs nothing.
UNHURRIED = {"IntegrationDeadLetters"}
label = attrgetter("label")


@cache
def stack(database: str) -> Stack:
    return transformed({**EVERYTHING_ON, "DatabaseInstanceClass": database})


def functions(of: Stack) -> list[Resource]:
    return typed([*of.walk()], "AWS::Lambda::Function")


def reserved(of: Stack) -> dict[str, int]:
    """How many environments each function may have."""
    return {f.logical_id: int(f.properties["ReservedConcurrentExecutions"]) for f in functions(of)}


@each("database", CLASSES)
def test_the_sum_of_all_functions_fits_into_the_database(database: str) -> None:
    (parameters,) = typed([*stack(database).walk()], "AWS::RDS::DBParameterGroup")
    most = int(parameters.properties["Parameters"]["max_connections"])
    each_of = reserved(stack(database))
    assert min(each_of.values()) >= 1
    # A larger database is not left idle, either.
    assert 0.9 * most < sum(each_of.values()) <= most - ADMINISTRATORS
    (instance,) = typed([*stack(database).walk()], "AWS::RDS::DBInstance")
    assert instance.properties["DBInstanceClass"] == database


@each("database", CLASSES)
def test_no_queue_brings_more_at_once_than_its_function_takes(database: str) -> None:
    """What a function turns away counts as delivered, and would end among the dead letters."""
    room = reserved(stack(database))
    sources = typed([*stack(database).walk()], "AWS::Lambda::EventSourceMapping")
    scheduled = {r.properties["Targets"][0]["Arn"].rpartition(":")[2] for r in schedules(stack(database))}
    for source in sources:
        name = source.properties["FunctionName"]
        if name in UNHURRIED:
            continue
        assert int(source.properties["ScalingConfig"]["MaximumConcurrency"]) + (name in scheduled) <= room[name], name


def schedules(of: Stack) -> list[Resource]:
    return [r for r in typed([*of.walk()], "AWS::Events::Rule") if "ScheduleExpression" in r.properties]


@each("database", CLASSES)
def test_somebody_is_told_before_the_connections_are_all_taken(database: str) -> None:
    alarms = typed([*stack(database).walk()], "AWS::CloudWatch::Alarm")
    (alarm,) = [a for a in alarms if a.properties.get("MetricName") == "DatabaseConnections"]
    (parameters,) = typed([*stack(database).walk()], "AWS::RDS::DBParameterGroup")
    share = int(alarm.properties["Threshold"]) / int(parameters.properties["Parameters"]["max_connections"])
    assert 0.75 <= share <= 0.85


def test_the_smallest_database_leaves_an_account_of_two_hundred_its_rest() -> None:
    assert sum(reserved(stack("db.t4g.micro")).values()) + UNRESERVED <= 200


def test_an_account_with_a_small_quota_reserves_nothing() -> None:
    unbound = transformed({**EVERYTHING_ON, "ReserveConcurrency": "false"})
    assert [f for f in functions(unbound) if "ReservedConcurrentExecutions" in f.properties] == []
