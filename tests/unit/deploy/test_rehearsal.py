"""A backup is restored beside the database and removed again, whatever comes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from infra.deploy.rehearsal import Rehearsal, RehearsalError
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
            Rehearsal(lambda _: self.client, "loft", told.append, lambda: NOW).perform(keep=keep)
            self.stub.assert_no_pending_responses()
        return told


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
