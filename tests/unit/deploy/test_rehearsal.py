"""A backup is restored beside the database and removed again, whatever comes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from infra.deploy.copies import ClusterCopy, InstanceCopy
from infra.deploy.rehearsal import Rehearsal, RehearsalError, copy_of
from infra.deploy.target import target
from tests.support.runs.table import each

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
SOURCE: dict[str, Any] = {
    "DBInstanceIdentifier": "loft",
    "DBInstanceClass": "db.t4g.micro",
    "DBInstanceStatus": "available",
    "DBName": "cyclorama",
    "EngineVersion": "18.1",
    "StorageEncrypted": True,
    "PubliclyAccessible": False,
    "BackupRetentionPeriod": 14,
    "LatestRestorableTime": NOW - timedelta(minutes=5),
    "DBSubnetGroup": {"DBSubnetGroupName": "private"},
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
    "DBParameterGroups": [{"DBParameterGroupName": "tls-only"}],
    "Endpoint": {"Address": "db.example"},
}
COPY = SOURCE | {"DBInstanceIdentifier": "loft-rehearsal"}


class Instances:
    """RDS as botocore allows it: what is asked of it, in order."""

    kind: type[InstanceCopy | ClusterCopy] = InstanceCopy

    def __init__(self, source: dict[str, Any], restored: dict[str, Any] | None) -> None:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.client = boto3.client("rds", region_name="eu-central-1", **keys)  # type: ignore[call-overload]
        self.stub = Stubber(self.client)
        self.stub.add_response("describe_db_instances", {"DBInstances": [source]}, {"DBInstanceIdentifier": "loft"})
        if restored is None:
            return
        asked = {
            "SourceDBInstanceIdentifier": "loft",
            "TargetDBInstanceIdentifier": "loft-rehearsal",
            "DBInstanceClass": "db.t4g.micro",
            "DBSubnetGroupName": "private",
            "VpcSecurityGroupIds": ["sg-1"],
            "DBParameterGroupName": "tls-only",
            "PubliclyAccessible": False,
            "MultiAZ": False,
            "DeletionProtection": False,
            "UseLatestRestorableTime": True,
        }
        self.stub.add_response("restore_db_instance_to_point_in_time", {"DBInstance": COPY}, asked)
        for _ in ("waiting", "looking"):
            self.stub.add_response(
                "describe_db_instances", {"DBInstances": [restored]}, {"DBInstanceIdentifier": "loft-rehearsal"}
            )

    def removed(self) -> "Instances":
        self.stub.add_response(
            "delete_db_instance",
            {"DBInstance": COPY},
            {"DBInstanceIdentifier": "loft-rehearsal", "SkipFinalSnapshot": True, "DeleteAutomatedBackups": ANY},
        )
        return self

    def rehearse(self, *, keep: bool = False) -> list[str]:
        told: list[str] = []
        with self.stub:
            Rehearsal(self.kind(lambda _: self.client, "loft"), "loft", told.append, lambda: NOW).perform(keep=keep)
            self.stub.assert_no_pending_responses()
        return told


CLUSTER: dict[str, Any] = {
    "DBClusterIdentifier": "loft",
    "Engine": "aurora-postgresql",
    "DatabaseName": "cyclorama",
    "EngineVersion": "18.6",
    "StorageEncrypted": True,
    "BackupRetentionPeriod": 14,
    "LatestRestorableTime": NOW - timedelta(minutes=5),
    "DBSubnetGroup": "private",
    "DBClusterParameterGroup": "tls-only",
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
    "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.0, "MaxCapacity": 1.0, "SecondsUntilAutoPause": 300},
    "Endpoint": "db.example",
}


class Clusters(Instances):
    """The same of a cluster, whose copy needs a member."""

    kind = ClusterCopy

    def __init__(self, restored: dict[str, Any]) -> None:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.client = boto3.client("rds", region_name="eu-central-1", **keys)  # type: ignore[call-overload]
        self.stub = Stubber(self.client)
        self.stub.add_response("describe_db_clusters", {"DBClusters": [CLUSTER]}, {"DBClusterIdentifier": "loft"})
        asked = {
            "SourceDBClusterIdentifier": "loft",
            "DBClusterIdentifier": "loft-rehearsal",
            "DBSubnetGroupName": "private",
            "VpcSecurityGroupIds": ["sg-1"],
            "DBClusterParameterGroupName": "tls-only",
            "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.0, "MaxCapacity": 1.0},
            "DeletionProtection": False,
            "UseLatestRestorableTime": True,
        }
        self.stub.add_response("restore_db_cluster_to_point_in_time", {"DBCluster": restored}, asked)
        member = {"DBInstanceIdentifier": "loft-rehearsal", "DBInstanceStatus": "available"}
        self.stub.add_response(
            "create_db_instance",
            {"DBInstance": member},
            {
                "DBInstanceIdentifier": "loft-rehearsal",
                "DBClusterIdentifier": "loft-rehearsal",
                "DBInstanceClass": "db.serverless",
                "Engine": "aurora-postgresql",
                "PubliclyAccessible": False,
            },
        )
        self.stub.add_response("describe_db_instances", {"DBInstances": [member]})
        self.stub.add_response("describe_db_clusters", {"DBClusters": [restored]})

    def removed(self) -> "Clusters":
        self.stub.add_response(
            "delete_db_instance", {}, {"DBInstanceIdentifier": "loft-rehearsal", "SkipFinalSnapshot": True}
        )
        self.stub.add_response(
            "delete_db_cluster", {}, {"DBClusterIdentifier": "loft-rehearsal", "SkipFinalSnapshot": True}
        )
        return self


def test_a_cluster_is_restored_with_a_member_and_both_are_removed() -> None:
    told = Clusters(CLUSTER | {"DBClusterIdentifier": "loft-rehearsal"}).removed().rehearse()
    assert told[-1] == "loft-rehearsal is being removed"
    assert "as db.example" in told[-2]


@each("lost", [{"StorageEncrypted": False}, {"EngineVersion": "17.9"}, {"DatabaseName": "another"}], ids=str)
def test_a_copy_of_a_cluster_that_is_not_what_was_there_is_told_and_removed(lost: dict[str, Any]) -> None:
    clusters = Clusters(CLUSTER | lost).removed()
    with pytest.raises(RehearsalError):
        clusters.rehearse()
    clusters.stub.assert_no_pending_responses()


def test_a_cluster_whose_copy_got_no_member_is_removed_all_the_same() -> None:
    clusters = Clusters(CLUSTER)
    clusters.stub = Stubber(clusters.client)
    clusters.stub.add_client_error("delete_db_instance", "DBInstanceNotFound")
    clusters.stub.add_response(
        "delete_db_cluster", {}, {"DBClusterIdentifier": "loft-rehearsal", "SkipFinalSnapshot": True}
    )
    with clusters.stub:
        ClusterCopy(lambda _: clusters.client, "loft").remove()
        clusters.stub.assert_no_pending_responses()


@each(("chosen", "kind"), [("", InstanceCopy), ("DatabaseEngine=aurora", ClusterCopy)])
def test_the_copy_is_of_the_kind_that_was_deployed(chosen: str, kind: type[InstanceCopy | ClusterCopy]) -> None:
    assert isinstance(copy_of(target("loft", "prod", chosen), lambda _: None), kind)


def test_the_newest_moment_is_restored_and_the_copy_removed() -> None:
    told = Instances(SOURCE, COPY).removed().rehearse()
    assert told[0] == "backups of 14 days, up to 2026-12-01 09:55 UTC"
    assert told[-1] == "loft-rehearsal is being removed"


def test_a_copy_is_kept_where_somebody_needs_what_is_in_it() -> None:
    assert "removed" not in " ".join(Instances(SOURCE, COPY).rehearse(keep=True))


@each(
    "lost",
    [{"StorageEncrypted": False}, {"EngineVersion": "17.4"}, {"DBName": "another"}, {"PubliclyAccessible": True}],
    ids=str,
)
def test_a_copy_that_is_not_what_was_there_is_told_and_removed(lost: dict[str, Any]) -> None:
    instances = Instances(SOURCE, COPY | lost).removed()
    with pytest.raises(RehearsalError):
        instances.rehearse()
    instances.stub.assert_no_pending_responses()


@each(
    "kept",
    [{"BackupRetentionPeriod": 0}, {"LatestRestorableTime": NOW - timedelta(hours=3)}],
    ids=str,
)
def test_backups_that_are_off_or_late_are_told_and_nothing_is_made(kept: dict[str, Any]) -> None:
    with pytest.raises(RehearsalError):
        Instances(SOURCE | kept, None).rehearse()
