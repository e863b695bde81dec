"""An instance or a cluster, reached straight or through a proxy: what of that may not differ, and what must."""

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from infra.deploy.target import target
from infra.deploy.transformed import transformed, typed
from infra.local.postgres.server import PRIVATE
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource
from infra.security.databases import combinations, lint
from tests.contract.stack.test_template import statements
from tests.support.database import SERVICES
from tests.support.runs.table import each
from tests.support.stack.policies import of_function, reached

ROOT = Path(__file__).parents[3]
KINDS = dict(combinations())
AURORA = [name for name in KINDS if "aurora" in name]
PROXIED = [name for name in KINDS if name.endswith("proxy")]
# That of the lock file: another knows other versions of databases.
LINTER = shutil.which("cfn-lint", path=str(ROOT / ".venv-sam" / "bin"))


@cache
def resources(kind: str) -> list[Resource]:
    return [*transformed({**EVERYTHING_ON, **KINDS[kind]}).walk()]


def one(kind: str, type_: str) -> dict[str, Any]:
    (found,) = typed(resources(kind), type_)
    return found.properties


def functions(kind: str) -> list[Resource]:
    return typed(resources(kind), "AWS::Lambda::Function")


def address(function: Resource) -> Any:
    url = str(function.properties["Environment"]["Variables"]["DATABASE_URL"])
    return make_url(re.sub(r"Database-\w+\.Endpoint\.Port", "5432", url))


@pytest.mark.skipif(LINTER is None, reason="no cfn-lint: `make sam-validate` installs it")
def test_every_combination_is_well_formed() -> None:
    assert lint(str(LINTER)) == ""


def test_there_is_a_combination_for_each_stage_database_and_way_to_it() -> None:
    assert len(KINDS) == 2 * 2 * 2
    assert len({tuple(sorted(chosen.items())) for chosen in KINDS.values()}) == len(KINDS)


@each("kind", AURORA)
def test_a_cluster_is_kept_as_an_instance_is(kind: str) -> None:
    cluster, instance = (
        one(kind, "AWS::RDS::DBCluster"),
        one(kind.replace("aurora", "postgres"), "AWS::RDS::DBInstance"),
    )
    alike = (
        "BackupRetentionPeriod", "CopyTagsToSnapshot", "DBSubnetGroupName", "DeletionProtection",
        "EnableCloudwatchLogsExports", "EnableIAMDatabaseAuthentication", "EngineVersion", "ManageMasterUserPassword",
        "MasterUsername", "StorageEncrypted",
    )  # fmt: skip
    assert {name: cluster[name] for name in alike} == {name: instance[name] for name in alike}
    assert cluster["DatabaseName"] == instance["DBName"]
    assert cluster["DBClusterIdentifier"] == instance["DBInstanceIdentifier"]
    for member in typed(resources(kind), "AWS::RDS::DBInstance"):
        for name in ("PubliclyAccessible", "AutoMinorVersionUpgrade", "EnablePerformanceInsights"):
            assert member.properties[name] == instance[name]


@each("kind", AURORA)
def test_a_cluster_has_the_settings_of_an_instance_and_tells_its_log_as_little(kind: str) -> None:
    settings = one(kind, "AWS::RDS::DBClusterParameterGroup")["Parameters"]
    assert settings == one(kind.replace("aurora", "postgres"), "AWS::RDS::DBParameterGroup")["Parameters"]
    assert settings["rds.force_ssl"] == "1"
    assert PRIVATE.items() <= settings.items()
    logs = {log.properties.get("LogGroupName") for log in typed(resources(kind), "AWS::Logs::LogGroup")}
    assert f"/aws/rds/cluster/{one(kind, 'AWS::RDS::DBCluster')['DBClusterIdentifier']}/postgresql" in logs


def test_what_is_lost_with_a_cluster_is_a_snapshot_first() -> None:
    (cluster,) = typed(resources("prod-aurora"), "AWS::RDS::DBCluster")
    assert (cluster.body["DeletionPolicy"], cluster.body["UpdateReplacePolicy"]) == ("Snapshot", "Snapshot")


def test_a_cluster_may_pause_in_dev_and_never_in_prod() -> None:
    dev, prod = (one(f"{stage}-aurora", "AWS::RDS::DBCluster") for stage in ("dev", "prod"))
    assert float(dev["ServerlessV2ScalingConfiguration"]["MinCapacity"]) == 0
    assert dev["ServerlessV2ScalingConfiguration"]["SecondsUntilAutoPause"] == 300
    assert float(prod["ServerlessV2ScalingConfiguration"]["MinCapacity"]) >= 0.5
    assert "SecondsUntilAutoPause" not in prod["ServerlessV2ScalingConfiguration"]


def test_prod_has_a_reader_that_takes_the_writers_place() -> None:
    members = typed(resources("prod-aurora"), "AWS::RDS::DBInstance")
    assert sorted(member.logical_id for member in members) == ["Reader", "Writer"]
    # Only members of the first two tiers are as large as the writer.
    assert [member.properties.get("PromotionTier", 1) for member in members] == [1, 1]
    assert len(typed(resources("dev-aurora"), "AWS::RDS::DBInstance")) == 1


@each("kind", [*KINDS])
def test_functions_go_where_their_permission_says_and_trust_who_answers_there(kind: str) -> None:
    """An instance, a cluster and a proxy have ids and certificates of different kinds."""
    proxied = kind.endswith("proxy")
    place = "Proxy-Proxy" if proxied else "Database-Cluster" if "aurora" in kind else "Database-Instance"
    ids = {"Proxy-Proxy": "prx-Proxy-Proxy", "Database-Cluster": "Database-Cluster.DBClusterResourceId"}
    for function in functions(kind):
        url = address(function)
        granted = reached(of_function(resources(kind), function), "rds-db:connect")
        assert url.query["sslmode"] == "verify-full"
        if function.logical_id == "Migrator":
            assert not str(url.host).startswith("Proxy") and granted == set()
            assert url.query["sslrootcert"] == "/opt/rds-ca.pem"
            continue
        assert str(url.host).startswith(place)
        # The proxy's certificate is one that everybody trusts.
        assert url.query.get("sslrootcert") == (None if proxied else "/opt/rds-ca.pem")
        (user,) = granted
        assert user.endswith(f":dbuser:{ids.get(place, 'Database-Instance.DbiResourceId')}/{url.username}")


@each("kind", PROXIED)
def test_a_proxy_takes_iam_and_tls_alone_and_reads_no_secret(kind: str) -> None:
    proxy = one(kind, "AWS::RDS::DBProxy")
    assert (proxy["DefaultAuthScheme"], proxy["RequireTLS"], proxy["EngineFamily"]) == ("IAM_AUTH", True, "POSTGRESQL")
    assert "Auth" not in proxy
    (role,) = [r for r in typed(resources(kind), "AWS::IAM::Role") if r.stack.prefix == "Proxy-"]
    (statement,) = statements(role)
    assert statement["Action"] == "rds-db:connect"
    assert {arn.rpartition("/")[2] for arn in statement["Resource"]} == {f"cyclorama_{name}" for name in SERVICES}
    database = "Database-Cluster.DBClusterResourceId" if "aurora" in kind else "Database-Instance.DbiResourceId"
    assert {arn.rpartition("dbuser:")[2].partition("/")[0] for arn in statement["Resource"]} == {database}


@each("kind", PROXIED)
def test_a_proxy_stands_before_the_stacks_own_database(kind: str) -> None:
    target_group = one(kind, "AWS::RDS::DBProxyTargetGroup")
    name = "DBClusterIdentifiers" if "aurora" in kind else "DBInstanceIdentifiers"
    assert target_group[name] == ["cyclorama"]
    assert len({"DBClusterIdentifiers", "DBInstanceIdentifiers"} & target_group.keys()) == 1
    # Who gets no connection is told so while somebody still waits for the answer.
    patience = min(f.properties["Timeout"] for f in functions(kind) if f.properties["Handler"].endswith(".app.app"))
    assert target_group["ConnectionPoolConfigurationInfo"]["ConnectionBorrowTimeout"] < patience


@each("kind", [*KINDS])
def test_the_database_lets_in_functions_and_its_proxy_alone(kind: str) -> None:
    groups = {group.logical_id: group.properties for group in typed(resources(kind), "AWS::EC2::SecurityGroup")}
    let_in = {rule["SourceSecurityGroupId"] for rule in groups["DatabaseSecurityGroup"]["SecurityGroupIngress"]}
    functions_alone = {"Network-FunctionsSecurityGroup.GroupId"}
    proxied = kind.endswith("proxy")
    assert let_in == functions_alone | ({"Network-ProxySecurityGroup.GroupId"} if proxied else set())
    assert ("ProxySecurityGroup" in groups) == proxied
    if proxied:
        (way_in,) = groups["ProxySecurityGroup"]["SecurityGroupIngress"]
        assert {way_in["SourceSecurityGroupId"]} == functions_alone


@each(
    ("kind", "watched"),
    [
        ("prod-postgres", {"StorageAlarm", "ConnectionsAlarm"}),
        ("prod-aurora", {"CapacityAlarm", "ConnectionsAlarm"}),
        ("prod-postgres-proxy", {"StorageAlarm", "ConnectionsAlarm", "PinnedAlarm", "BorrowAlarm"}),
        ("prod-aurora-proxy", {"CapacityAlarm", "ConnectionsAlarm", "PinnedAlarm", "BorrowAlarm"}),
    ],
)
def test_somebody_is_told_of_each_kind_of_database(kind: str, watched: set[str]) -> None:
    alarms = typed(resources(kind), "AWS::CloudWatch::Alarm")
    of_database = [alarm for alarm in alarms if alarm.stack.prefix in ("Database-", "Proxy-")]
    assert {alarm.logical_id for alarm in of_database} == watched
    topic = {resource.name for resource in resources(kind) if resource.logical_id == "AlarmTopic"}
    assert {action for alarm in of_database for action in alarm.properties["AlarmActions"]} == topic


def test_a_stack_that_is_laid_to_rest_runs_nothing_by_itself() -> None:
    rules = typed(transformed({**EVERYTHING_ON, "Schedules": "off"}).walk(), "AWS::Events::Rule")
    scheduled = [rule for rule in rules if "ScheduleExpression" in rule.properties]
    assert len(scheduled) > 15
    assert {rule.properties["State"] for rule in scheduled} == {"DISABLED"}
    on = typed(transformed(target("", "dev").parameters).walk(), "AWS::Events::Rule")
    assert {"ENABLED"} <= {rule.properties["State"] for rule in on if "ScheduleExpression" in rule.properties}
