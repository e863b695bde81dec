"""How a database is restored beside itself: an instance of RDS, or a cluster of Aurora with one member."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from botocore.exceptions import ClientError

from infra.deploy.account import ABSENT, Clients, code

# An hour: a small database takes a quarter of one.
PATIENCE = {"Delay": 15, "MaxAttempts": 240}


class Copy(Protocol):
    """One kind of database: `described` says of it what RDS does, with the same names for both kinds."""

    @property
    def name(self) -> str: ...
    def described(self, identifier: str) -> dict[str, Any]: ...
    def make(self, source: Mapping[str, Any], moment: datetime | None) -> None: ...
    def ready(self, source: Mapping[str, Any], /) -> None: ...
    def remove(self) -> None: ...


@dataclass(frozen=True)
class InstanceCopy:
    """Beside the instance `stack`."""

    aws: Clients
    stack: str

    @property
    def name(self) -> str:
        return f"{self.stack}-rehearsal"

    def described(self, identifier: str) -> dict[str, Any]:
        (found,) = self.aws("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
        return {**found, "Address": found.get("Endpoint", {}).get("Address", "")}

    def make(self, source: Mapping[str, Any], moment: datetime | None) -> None:
        when: dict[str, Any] = {"RestoreTime": moment} if moment else {"UseLatestRestorableTime": True}
        self.aws("rds").restore_db_instance_to_point_in_time(
            SourceDBInstanceIdentifier=self.stack,
            TargetDBInstanceIdentifier=self.name,
            DBInstanceClass=source["DBInstanceClass"],
            DBSubnetGroupName=source["DBSubnetGroup"]["DBSubnetGroupName"],
            VpcSecurityGroupIds=[group["VpcSecurityGroupId"] for group in source["VpcSecurityGroups"]],
            DBParameterGroupName=source["DBParameterGroups"][0]["DBParameterGroupName"],
            PubliclyAccessible=False,
            MultiAZ=False,
            DeletionProtection=False,
            **when,
        )

    def ready(self, _source: Mapping[str, Any], /) -> None:
        waiter = self.aws("rds").get_waiter("db_instance_available")
        waiter.wait(DBInstanceIdentifier=self.name, WaiterConfig=PATIENCE)

    def remove(self) -> None:
        self.aws("rds").delete_db_instance(
            DBInstanceIdentifier=self.name, SkipFinalSnapshot=True, DeleteAutomatedBackups=True
        )


@dataclass(frozen=True)
class ClusterCopy:
    """Beside the cluster `stack`; it has storage at once, and its member makes it answer."""

    aws: Clients
    stack: str

    @property
    def name(self) -> str:
        return f"{self.stack}-rehearsal"

    def described(self, identifier: str) -> dict[str, Any]:
        (found,) = self.aws("rds").describe_db_clusters(DBClusterIdentifier=identifier)["DBClusters"]
        return {**found, "DBName": found.get("DatabaseName"), "Address": found.get("Endpoint", "")}

    def make(self, source: Mapping[str, Any], moment: datetime | None) -> None:
        when: dict[str, Any] = {"RestoreToTime": moment} if moment else {"UseLatestRestorableTime": True}
        scaling = source["ServerlessV2ScalingConfiguration"]
        self.aws("rds").restore_db_cluster_to_point_in_time(
            SourceDBClusterIdentifier=self.stack,
            DBClusterIdentifier=self.name,
            DBSubnetGroupName=source["DBSubnetGroup"],
            VpcSecurityGroupIds=[group["VpcSecurityGroupId"] for group in source["VpcSecurityGroups"]],
            DBClusterParameterGroupName=source["DBClusterParameterGroup"],
            ServerlessV2ScalingConfiguration={name: scaling[name] for name in ("MinCapacity", "MaxCapacity")},
            DeletionProtection=False,
            **when,
        )

    def ready(self, source: Mapping[str, Any], /) -> None:
        rds = self.aws("rds")
        rds.create_db_instance(
            DBInstanceIdentifier=self.name,
            DBClusterIdentifier=self.name,
            DBInstanceClass="db.serverless",
            Engine=source["Engine"],
            PubliclyAccessible=False,
        )
        rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=self.name, WaiterConfig=PATIENCE)

    def remove(self) -> None:
        rds = self.aws("rds")
        try:
            rds.delete_db_instance(DBInstanceIdentifier=self.name, SkipFinalSnapshot=True)
        except ClientError as error:
            # Where it could not be made, the cluster is still to go.
            if code(error) not in ABSENT:
                raise
        rds.delete_db_cluster(DBClusterIdentifier=self.name, SkipFinalSnapshot=True)
