"""All functions together fit into the database, whatever it is: each of their environments keeps a connection.

Behind RDS Proxy they share what the proxy may take of it, and more of them may wait for their turn."""

from functools import cache
from itertools import product
from operator import attrgetter

from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource, Stack
from infra.security.databases import combinations
from tests.support.runs.table import each

CLASSES = transformed({}).document["Parameters"]["DatabaseInstanceClass"]["AllowedValues"]
KINDS = dict(combinations())
DIRECT = [*product((name for name in KINDS if not name.endswith("proxy")), CLASSES)]
PROXIED = [*product((name for name in KINDS if name.endswith("proxy")), CLASSES)]
GROUPS = ("AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup")
# superuser_reserved_connections, and rds.rds_superuser_reserved_connections: whoever repairs the database gets in.
ADMINISTRATORS = 5
# Migrations are run by one, and rehearsals and people come besides.
PAST_THE_PROXY = 3
# What Lambda wants to be left of an account's quota that no function reserves, and the quota that everybody gets.
UNRESERVED, QUOTA = 100, 1000
# What they read was given up already, so that one more delivery costs nothing.
UNHURRIED = {"IntegrationDeadLetters"}
label = attrgetter("label")


@cache
def stack(database: str, kind: str = "") -> Stack:
    return transformed({**EVERYTHING_ON, **KINDS.get(kind, {}), "DatabaseInstanceClass": database})


def functions(of: Stack) -> list[Resource]:
    return typed([*of.walk()], "AWS::Lambda::Function")


def reserved(of: Stack) -> dict[str, int]:
    """How many environments each function may have."""
    return {f.logical_id: int(f.properties["ReservedConcurrentExecutions"]) for f in functions(of)}


def most(of: Stack) -> int:
    """How many connections the database takes."""
    (group,) = [resource for resource in of.walk() if resource.type in GROUPS]
    return int(group.properties["Parameters"]["max_connections"])


@each(("kind", "database"), DIRECT)
def test_the_sum_of_all_functions_fits_into_the_database(kind: str, database: str) -> None:
    of = stack(database, kind)
    each_of = reserved(of)
    assert min(each_of.values()) >= 1
    # A larger database is not left idle, either.
    assert 0.9 * most(of) < sum(each_of.values()) <= most(of) - ADMINISTRATORS


@each(("kind", "database"), PROXIED)
def test_behind_a_proxy_the_pool_fits_and_more_functions_wait_for_it_than_it_has_connections(
    kind: str, database: str
) -> None:
    of = stack(database, kind)
    (target,) = typed([*of.walk()], "AWS::RDS::DBProxyTargetGroup")
    pool = target.properties["ConnectionPoolConfigurationInfo"]
    connections = most(of) * int(pool["MaxConnectionsPercent"]) // 100
    assert 0.85 * most(of) < connections <= most(of) - ADMINISTRATORS - PAST_THE_PROXY
    assert pool["MaxIdleConnectionsPercent"] <= int(pool["MaxConnectionsPercent"])
    assert connections < sum(reserved(of).values()) <= QUOTA - UNRESERVED


@each(("kind", "database"), [*DIRECT, *PROXIED])
def test_the_database_is_as_large_as_its_functions_take_it_for(kind: str, database: str) -> None:
    """A capacity unit is 2 GiB, and PostgreSQL takes about 10 MB for a connection that works."""
    resources = [*stack(database, kind).walk()]
    if "postgres" in kind:
        (instance,) = typed(resources, "AWS::RDS::DBInstance")
        assert instance.properties["DBInstanceClass"] == database
        return
    (cluster,) = typed(resources, "AWS::RDS::DBCluster")
    scaling = cluster.properties["ServerlessV2ScalingConfiguration"]
    assert {member.properties["DBInstanceClass"] for member in typed(resources, "AWS::RDS::DBInstance")} == {
        "db.serverless"
    }
    assert most(stack(database, kind)) * 10e6 <= scaling["MaxCapacity"] * 2 * 2**30
    assert float(scaling["MinCapacity"]) <= scaling["MaxCapacity"]


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
    share = int(alarm.properties["Threshold"]) / most(stack(database))
    assert 0.75 <= share <= 0.85


def test_the_smallest_database_leaves_an_account_of_two_hundred_its_rest() -> None:
    assert sum(reserved(stack("db.t4g.micro")).values()) + UNRESERVED <= 200


def test_an_account_with_a_small_quota_reserves_nothing() -> None:
    unbound = transformed({**EVERYTHING_ON, "ReserveConcurrency": "false"})
    assert [f for f in functions(unbound) if "ReservedConcurrentExecutions" in f.properties] == []
